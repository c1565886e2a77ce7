/**
 * The words of a text as the index knows them: in small letters, compatibility forms made plain. A word in camel case is also its
 * parts. Languages written without blanks are cut into words by the dictionary of the platform; Chinese, Japanese and Korean
 * letters count in pairs as well, for a dictionary cuts the same words differently in different company.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const [run] of text.normalize('NFKC').matchAll(RUN)) {
    if (run.length > longest) continue
    if (UNSPACED.test(run)) addUnspaced(run, words)
    else addWord(run, words)
  }
  return words
}

/** What to ask the index for, so that no page with these letters is missed. */
export function queryWords(text: string): string[] {
  const words: string[] = []
  for (const [run] of text.normalize('NFKC').matchAll(RUN)) {
    if (!UNSPACED.test(run)) words.push(run.toLowerCase())
    else
      for (const part of run.match(PARTS) ?? [])
        words.push(...(IDEOGRAMS.test(part) ? pairs(part) : UNSPACED.test(part) ? segments(part) : [part.toLowerCase()]))
  }
  return words
}

const longest = 100
const RUN = /[\p{L}\p{N}\p{M}_]+/gu
const IDEOGRAMS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
/** Stretches of one manner of writing. */
const PARTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu
const CAMEL = /\p{Ll}\p{Lu}/u
const CAMEL_PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+/gu

function addWord(run: string, words: string[]): void {
  words.push(run.toLowerCase())
  if (!CAMEL.test(run) && !run.includes('_')) return
  for (const [part] of run.matchAll(CAMEL_PARTS)) if (part.length > 1) words.push(part.toLowerCase())
}

function addUnspaced(run: string, words: string[]): void {
  for (const part of run.match(PARTS) ?? []) {
    if (!UNSPACED.test(part)) addWord(part, words)
    else {
      words.push(...segments(part))
      if (IDEOGRAMS.test(part)) words.push(...pairs(part))
    }
  }
}

/** One letter alone is its own pair. */
function pairs(part: string): string[] {
  const letters = [...part.toLowerCase()]
  return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => `${letters[at]}${letter}`)
}

const dictionary = new Intl.Segmenter(undefined, { granularity: 'word' })

function segments(part: string): string[] {
  const words: string[] = []
  for (const { segment, isWordLike } of dictionary.segment(part)) if (isWordLike) words.push(segment.toLowerCase())
  return words
}
