import type { List, Node } from 'servus'

/** The signs of a list's item. Two stars and no third may also begin strong words, which the caller's place decides. */
export const LIST_ITEM = /^[ \t]*(?:\*(?!\*)|#(?!#)|\*\*+(?=[ \t])|##+(?=[ \t])|\*\*\*+|###+)[ \t]*\S/

/** Browsers stop at 512 levels of any markup, and whoever walks the tree needs room for each. */
const DEEPEST = 100

/** Nested lists from lines such as `* one`, `** below one`, `# first`. A line without a sign goes on with the item before it. */
export function readList(lines: readonly string[], inline: (text: string) => Node[]): Node[] {
  const top: Node[] = []
  const open: { depth: number; kind: List['kind']; items: Node[] }[] = []
  let words: string[] = []
  let item: Node[] = []
  const finish = (): void => {
    if (words.length > 0) item.unshift(...inline(words.join('\n')))
    words = []
  }
  for (const line of lines) {
    const found = /^[ \t]*([*#]+)[ \t]*(.*)$/s.exec(line)
    if (!found || !LIST_ITEM.test(line)) {
      words.push(line.trim())
      continue
    }
    finish()
    const signs = found[1] ?? ''
    const depth = Math.min(signs.length, DEEPEST)
    const kind = signs.startsWith('#') ? 'number' : 'bullet'
    let list = open.at(-1)
    while (list && (list.depth > depth || (list.depth === depth && list.kind !== kind))) {
      open.pop()
      list = open.at(-1)
    }
    if (!list || list.depth < depth) {
      const items: Node[] = []
      const node: List = { type: 'list', kind, numbering: null, first: null, children: items, start: 0, line: 1 }
      const outer = list?.items.at(-1)
      // Items are made below; the last one of the outer list holds the inner list.
      if (outer?.type === 'item') (outer.children as Node[]).push(node)
      else top.push(node)
      list = { depth, kind, items }
      open.push(list)
    }
    item = []
    list.items.push({ type: 'item', bullet: true, gap: false, children: item })
    words = [(found[2] ?? '').trim()]
  }
  finish()
  return top
}
