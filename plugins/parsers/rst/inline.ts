import { type Node, parseTarget, schemeAt, type Style } from 'servus'

/** The addresses that names stand for: `.. _name: http://example.org/`. */
export function collectTargets(lines: readonly string[]): ReadonlyMap<string, string> {
  const targets = new Map<string, string>()
  for (const line of lines) {
    const found = /^\.\. _`?([^:`]+)`?: +(\S+)$/.exec(line)
    if (found?.[1] && found[2]) targets.set(found[1].toLowerCase(), found[2])
  }
  return targets
}

/** Emphasis, literals and links within a paragraph. */
export function readInline(text: string, pageName: string, targets: ReadonlyMap<string, string>): Node[] {
  const nodes: Node[] = []
  // A sign that has no end is not looked for again.
  const missing = new Set<string>()
  let flushed = 0
  let at = 0
  const find = (sign: string, from: number): number => {
    if (missing.has(sign)) return -1
    const found = text.indexOf(sign, from)
    if (found < 0) missing.add(sign)
    return found
  }
  while (at < text.length) {
    const found = readOne(text, at, find, pageName, targets)
    if (!found) {
      at++
      continue
    }
    if (at > flushed) nodes.push({ type: 'text', text: text.slice(flushed, at) })
    nodes.push(found.node)
    at = flushed = found.end
  }
  if (flushed < text.length) nodes.push({ type: 'text', text: text.slice(flushed) })
  return nodes
}

type Find = (sign: string, from: number) => number

function readOne(
  text: string,
  at: number,
  find: Find,
  pageName: string,
  targets: ReadonlyMap<string, string>,
): { node: Node; end: number } | null {
  const char = text.charAt(at)
  if (char === '*') {
    const sign = text.startsWith('**', at) ? '**' : '*'
    const close = find(sign, at + sign.length)
    if (close <= at + sign.length || /\s/.test(text.charAt(at + sign.length))) return null
    const style: Style = sign === '**' ? 'strong' : 'emphasis'
    const words: Node = { type: 'text', text: text.slice(at + sign.length, close) }
    return { node: { type: 'styled', style, children: [words] }, end: close + sign.length }
  }
  if (text.startsWith('``', at)) {
    const close = find('``', at + 2)
    if (close <= at + 2) return null
    return { node: { type: 'code', text: text.slice(at + 2, close), fence: 'backticks' }, end: close + 2 }
  }
  if (char === '`') {
    const close = find('`', at + 1)
    if (close < 0) return null
    const underscores = text.startsWith('__', close + 1) ? 2 : text.charAt(close + 1) === '_' ? 1 : 0
    return { node: reference(text.slice(at + 1, close), underscores > 0, pageName, targets), end: close + 1 + underscores }
  }
  const scheme = /\w/.test(text.charAt(at - 1)) ? null : schemeAt(text, at)
  if (!scheme) return null
  let end = at + scheme.length + 1
  while (end < text.length && !/[\s<>"]/.test(text.charAt(end))) end++
  while (end > at && '.,:;!?)'.includes(text.charAt(end - 1))) end--
  if (end <= at + scheme.length + 1) return null
  return { node: link(text.slice(at, end), text.slice(at, end), pageName), end }
}

/** `words <address>`_ or `name`_; without the underscore it is a title. */
function reference(inner: string, isLink: boolean, pageName: string, targets: ReadonlyMap<string, string>): Node {
  const open = inner.endsWith('>') ? inner.lastIndexOf('<') : -1
  const words = (open > 0 ? inner.slice(0, open) : inner).trim()
  if (!isLink) return { type: 'styled', style: 'emphasis', children: [{ type: 'text', text: inner }] }
  const address = open >= 0 ? inner.slice(open + 1, -1) : (targets.get(inner.toLowerCase()) ?? inner)
  return link(address, words || address, pageName)
}

function link(address: string, words: string, pageName: string): Node {
  const target = parseTarget(address, pageName)
  const attributes: Record<string, string> = target.kind === 'url' ? { class: `${target.scheme} reference external` } : {}
  const children: Node[] = [{ type: 'text', text: words }]
  return { type: 'link', target, free: false, children, description: words, attributes, query: {}, start: 0, end: 0, line: 1 }
}
