import Handlebars from 'handlebars/dist/handlebars.min.js'

/** Stands where a template trusts what it is given. */
const trusted = '<i>markup</i>'

/**
 * A model for a template, with these words wherever it shows some, but where it takes markup. Lists have one entry, and every question
 * is answered yes, unless the words are none.
 */
export function sampleModel(template: string, words: string): Record<string, unknown> {
  const model: Record<string, unknown> = {}
  walk(Handlebars.parse(template), [model], words)
  return model
}

interface TreeNode {
  readonly type: string
  readonly [key: string]: unknown
}

/** `scopes`: the objects that names may belong to, the innermost first. */
function walk(tree: unknown, scopes: readonly Record<string, unknown>[], words: string): void {
  if (Array.isArray(tree)) for (const part of tree) walk(part, scopes, words)
  if (typeof tree !== 'object' || tree === null || !('type' in tree)) return
  // Every node of Handlebars' tree has a type.
  const node = tree as TreeNode
  if (node.type === 'PathExpression') return put(node, scopes, words)
  if (node.type === 'MustacheStatement' && node['escaped'] === false && !isCall(node))
    return put(node['path'] as TreeNode, scopes, trusted)
  if (node.type !== 'BlockStatement') {
    for (const [key, part] of Object.entries(node)) {
      // `{{t "words"}}` calls; the name of a call is no value of the model.
      if (key === 'path' && isCall(node)) continue
      if (key !== 'loc') walk(part, scopes, words)
    }
    return
  }
  const name = (node['path'] as TreeNode)['original']
  const [about] = node['params'] as TreeNode[]
  if ((name !== 'each' && name !== 'with') || about?.type !== 'PathExpression') {
    walk(node['params'], scopes, words)
    walk(node['hash'], scopes, words)
    walk(node['program'], scopes, words)
    walk(node['inverse'], scopes, words)
    return
  }
  const inner: Record<string, unknown> = {}
  walk(node['program'], [inner, ...scopes], words)
  walk(node['inverse'], scopes, words)
  // A list of plain words is shown by `{{this}}`: nothing is asked of its entries.
  const entry = Object.keys(inner).length > 0 ? inner : words
  put(about, scopes, name === 'each' ? [entry] : entry)
}

function isCall(node: TreeNode): boolean {
  return ['params', 'hash'].some((key) => (Array.isArray(node[key]) ? node[key].length > 0 : Boolean(node[key])))
}

/** Puts a value where a path leads, unless something with more to it is there already. */
function put(path: TreeNode, scopes: readonly Record<string, unknown>[], value: unknown): void {
  const parts = path['parts'] as readonly string[]
  if (path['data'] === true && parts[0] !== 'root') return
  const names = path['data'] === true ? parts.slice(1) : parts
  let scope = path['data'] === true ? scopes.at(-1) : scopes[Number(path['depth'])]
  for (const name of names.slice(0, -1)) {
    if (scope === undefined) return
    if (typeof scope[name] !== 'object' || scope[name] === null) scope[name] = {}
    scope = scope[name] as Record<string, unknown>
  }
  const last = names.at(-1)
  if (scope === undefined || last === undefined) return
  const there = scope[last]
  if (Array.isArray(there) && Array.isArray(value) && typeof there[0] === 'object' && typeof value[0] === 'object')
    Object.assign(there[0] as object, value[0])
  else if (typeof there !== 'object' && there !== trusted) scope[last] = value
}
