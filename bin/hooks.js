// Makes `import … from 'servus'` mean this very package in files that lie anywhere on disk.
const here = import.meta.url

export function resolve(specifier, context, next) {
  return specifier === 'servus' || specifier.startsWith('servus/') ? next(specifier, { ...context, parentURL: here }) : next(specifier, context)
}
