import { arg, defineMacro, html, type Macro, type Markup } from 'servus'

/** `<<LikePages>>`: pages whose names are like this one's, or the text when there are none. */
export default defineMacro({
  description: 'Pages whose names are like the name of this one.',
  args: { text: arg.text('(none)') },
  dependencies: ['namespace', 'user'],
  execute: async (macro, { text }) => {
    if (macro.wiki.isSpider) return ''
    const groups = like(macro.page.name, await macro.pages.names())
    return groups.length === 0 ? macro.formatter.text(text) : html`${groups.map((names) => list(macro, names))}`
  },
})

const list = ({ wiki }: Macro, names: readonly string[]): Markup =>
  html`<ul>${names.map((name) => html`<li><a href="${wiki.url(name)}">${name}</a></li>`)}</ul>`

/** Subpages, close spellings, names with the same first and last word, with the first, with the last. */
function like(name: string, names: readonly string[]): string[][] {
  const first = /^\p{Lu}[\p{Ll}\p{Nd}]+/u.exec(name)?.[0] ?? name.split(/[\s/]/)[0] ?? name
  const last = /\p{Lu}[\p{Ll}\p{Nd}]+$/u.exec(name)?.[0] ?? name.split(/[\s/]/).at(-1) ?? name
  const pairs = pairsOf(name)
  const groups: string[][] = [[], [], [], [], []]
  for (const other of names) {
    if (other === name) continue
    const starts = first !== '' && other.startsWith(first)
    const ends = last !== '' && other.endsWith(last)
    if (other.startsWith(`${name}/`)) groups[0]?.push(other)
    else if (starts && ends) groups[2]?.push(other)
    else if (similarity(pairs, pairsOf(other)) >= 0.8) groups[1]?.push(other)
    else if (starts) groups[3]?.push(other)
    else if (ends) groups[4]?.push(other)
  }
  return groups.filter((group) => group.length > 0)
}

/** Pairs of letters, by which spellings are compared (Dice's coefficient). */
function pairsOf(name: string): ReadonlySet<string> {
  const letters = name.toLowerCase()
  const pairs = new Set<string>()
  for (let at = 0; at + 1 < letters.length; at++) pairs.add(letters.slice(at, at + 2))
  return pairs
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const pair of a) if (b.has(pair)) common++
  return a.size + b.size === 0 ? 0 : (2 * common) / (a.size + b.size)
}
