// Three things for files that lie anywhere on disk, plugins and configurations: `import … from 'servus'` means this very package,
// 'zod' is there though nobody installed it beside them, and a .ts or .js file is an ES module though no package.json beside it says so.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const here = import.meta.url
const stripped = Boolean(process.features.typescript)
// By this word the `exports` of package.json name the TypeScript of a checkout; a published package has JavaScript instead.
const checkout = existsSync(new URL('../core/index.ts', here)) ? ['servus-checkout'] : []
let bundle = null

export function initialize(data) {
  bundle = data?.bundle ?? null
}

/** By its words: what exports or imports is an ES module, as Node decides since 22. */
async function isModule(url) {
  return /^\s*(?:export\b|import\b[^(])/m.test(await readFile(new URL(url), 'utf8').catch(() => ''))
}

/** What need not be looked for: Node's own, what the bundle's files import of each other, and plugins that came with the program. */
function atHand(specifier, parent) {
  if (specifier.startsWith('node:')) return { url: specifier, shortCircuit: true, format: 'builtin' }
  if (bundle === null) return null
  const found = (url) => ({ url, shortCircuit: true, format: 'module' })
  if (/^\.\.?\//.test(specifier) && parent?.startsWith(bundle.folder)) return found(new URL(specifier, parent).href)
  const folders = specifier.endsWith('.ts') ? bundle.plugins.find(([own]) => specifier.startsWith(own)) : undefined
  return folders === undefined ? null : found(`${folders[1]}${specifier.slice(folders[0].length, -3)}.js`)
}

export async function resolve(specifier, context, next) {
  const [, entry] = /^servus(?:\/(\w+))?$/.exec(specifier) ?? []
  const isServus = /^servus(\/\w+)?$/.test(specifier)
  if (isServus && bundle !== null) return { url: bundle[entry ?? 'index'] ?? bundle.index, shortCircuit: true, format: 'module' }
  const known = atHand(specifier, context.parentURL)
  if (known !== null) return known
  const own = { ...context, parentURL: here, conditions: [...(context.conditions ?? []), ...checkout] }
  const found = await next(specifier, isServus ? own : context).catch((error) => {
    // A plugin that brings no validator of its own has the one that comes with the program.
    if (specifier === 'zod') return next(specifier, { ...context, parentURL: here })
    throw error
  })
  if (found.url.includes('/node_modules/')) return found
  if (/\.ts(\?|$)/.test(found.url)) return { ...found, format: stripped ? 'module-typescript' : 'module' }
  if (/^file:.*\.js(\?|$)/.test(found.url) && found.format === 'commonjs' && (await isModule(found.url)))
    return { ...found, format: 'module' }
  return found
}

/** A file of the bundle is what it shall be already. */
export async function load(url, context, next) {
  if (bundle === null || !url.startsWith(bundle.folder)) return next(url, context)
  return { format: 'module', shortCircuit: true, source: await readFile(new URL(url)) }
}
