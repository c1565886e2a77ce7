import { anchorName, defineMacro, html, type Macro, type Markup } from 'servus'

/** `<<WordIndex>>`: every word of the titles with the pages that have it. `?allpages=1` shows system pages as well. */
export default defineMacro({
  description: 'Every word of the titles with the pages that have it.',
  dependencies: ['namespace', 'user', 'request'],
  execute: async (macro) => {
    // Every page stands here once for each of its words: not for robots.
    if (macro.wiki.isSpider) return ''
    const idOf = idsOf(macro)
    const all = Number(macro.request.values.get('allpages') ?? 0) > 0
    const names = await macro.pages.names({ underlay: all })
    const letters = byLetter(names)
    const jumps = [...letters.keys()].map((letter, at) => html`${at === 0 ? '' : ' | '}<a href="#${idOf(letter)}">${letter}</a>`)
    const toggle = all ? macro.request.t('Exclude system pages') : macro.request.t('Include system pages')
    return html`<p>${jumps}<br>
<a href="${macro.page.url({ allpages: all ? 0 : 1 })}">${toggle}</a></p>${[...letters].map(([letter, words]) => section(macro, idOf(letter), letter, words))}`
  },
})

function section(macro: Macro, id: string, letter: string, words: ReadonlyMap<string, readonly string[]>): Markup {
  return html`<span class="anchor" id="${id}"></span>
<h2>${letter}</h2>
${[...words].map(([word, pages]) => html`${pages[0] === word ? '' : html`<strong>${word}</strong>`}<ul>${pages.map((name) => link(macro, name))}</ul>`)}`
}

/** Every index of a page, of titles or of words, has ids of its own: `idx-A`, then `idx-A-1`. */
function idsOf({ notes }: Macro): (letter: string) => string {
  const before = Number(notes.get('indexes') ?? 0)
  notes.set('indexes', before + 1)
  return (letter) => anchorName(`idx-${letter}${before === 0 ? '' : `-${before}`}`)
}

const link = (macro: Macro, name: string): Markup => html`<li><a href="${macro.wiki.url(name)}">${name}</a></li>`

/** Letter -> word -> pages; letters and words in the order of their capitals. */
function byLetter(names: readonly string[]): Map<string, Map<string, string[]>> {
  const words = new Map<string, string[]>()
  for (const name of names)
    for (const word of new Set(name.match(/[\p{Lu}\p{Lt}][\p{Ll}\p{M}\p{Nd}]+|\p{Lo}[\p{Lo}\p{M}]*/gu) ?? []))
      (words.get(word) ?? newList(words, word)).push(name)
  const sorted = [...words].map(([word, pages]) => ({ word, pages, key: word.toUpperCase() }))
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const letters = new Map<string, Map<string, string[]>>()
  for (const { word, pages } of sorted) {
    const letter = letterOf(word)
    let group = letters.get(letter)
    if (group === undefined) letters.set(letter, (group = new Map()))
    group.set(word, pages)
  }
  return letters
}

/** The capital that a word is filed under; a Korean syllable under the first one with its consonant. */
function letterOf(word: string): string {
  const code = word.codePointAt(0) ?? 0
  if (code >= 0xac00 && code <= 0xd7a3) return String.fromCodePoint(0xac00 + Math.floor((code - 0xac00) / 588) * 588)
  return String.fromCodePoint(code).toUpperCase()
}

function newList(words: Map<string, string[]>, word: string): string[] {
  const list: string[] = []
  words.set(word, list)
  return list
}
