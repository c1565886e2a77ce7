import type { List, Node } from 'servus'

/** The signs of a list's item. Two stars and no third may also begin strong words, which the caller's place decides. */
export const LIST_ITEM = /^[ \t]*(?:\*(?!\*)|#(?!#)|\*\*+(?=[ \t])|##+(?=[ \t])|\*\*\*+|###+)[ \t]*\S/

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
    const depth = found[1]!.length
    const kind = found[1]![0] === '#' ? 'number' : 'bullet'
    while (open.length > 0 && (open.at(-1)!.depth > depth || (open.at(-1)!.depth === depth && open.at(-1)!.kind !== kind))) open.pop()
    if (open.length === 0 || open.at(-1)!.depth < depth) {
      const items: Node[] = []
      const list: List = { type: 'list', kind, numbering: null, first: null, children: items, start: 0, line: 1 }
      const outer = open.at(-1)?.items.at(-1)
      // Items are made below; the last one of the outer list holds the inner list.
      if (outer?.type === 'item') (outer.children as Node[]).push(list)
      else top.push(list)
      open.push({ depth, kind, items })
    }
    item = []
    open.at(-1)!.items.push({ type: 'item', bullet: true, gap: false, children: item })
    words = [found[2]!.trim()]
  }
  finish()
  return top
}
