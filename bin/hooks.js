// Three things for files that lie anywhere on disk, plugins and configurations: `import … from 'servus'` means this very package,
// 'zod' is there though nobody installed it beside them, and a .ts file is an ES module though no package.json beside it says so.
const here = import.meta.url
const stripped = Boolean(process.features.typescript)
let bundle = null

export function initialize(data) {
  bundle = data?.bundle ?? null
}

export async function resolve(specifier, context, next) {
  const [, entry] = /^servus(?:\/(\w+))?$/.exec(specifier) ?? []
  const isServus = /^servus(\/\w+)?$/.test(specifier)
  if (isServus && bundle !== null) return { url: bundle[entry ?? 'index'] ?? bundle.index, shortCircuit: true, format: 'module' }
  const found = await next(specifier, isServus ? { ...context, parentURL: here } : context).catch((error) => {
    // A plugin that brings no validator of its own has the one that comes with the program.
    if (specifier === 'zod') return next(specifier, { ...context, parentURL: here })
    throw error
  })
  if (!/\.ts(\?|$)/.test(found.url) || found.url.includes('/node_modules/')) return found
  return { ...found, format: stripped ? 'module-typescript' : 'module' }
}
