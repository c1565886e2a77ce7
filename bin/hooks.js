// Two things for files that lie anywhere on disk, plugins and configurations:
// `import … from 'servus'` means this very package, and a .ts file is an ES module though no package.json beside it says so.
const here = import.meta.url
const stripped = Boolean(process.features.typescript)

export async function resolve(specifier, context, next) {
  const isServus = specifier === 'servus' || specifier.startsWith('servus/')
  const found = await next(specifier, isServus ? { ...context, parentURL: here } : context)
  if (!/\.ts(\?|$)/.test(found.url) || found.url.includes('/node_modules/')) return found
  return { ...found, format: stripped ? 'module-typescript' : 'module' }
}
