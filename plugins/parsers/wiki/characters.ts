/** Character classes of the grammar, by UTF-16 unit. One table look-up each: the scanner asks for every character. */

const UPPER = 1
const LOWER = 2
const WORD = 4
const SPACE = 8

const CLASSES = classify()

/** A capital letter, which may start a part of a WikiName. */
export const isUpper = (code: number): boolean => ((CLASSES[code] ?? 0) & UPPER) !== 0
/** A small letter or a digit, which may follow a capital in a WikiName. */
export const isLower = (code: number): boolean => ((CLASSES[code] ?? 0) & LOWER) !== 0
/** A letter, digit or underscore. */
export const isWord = (code: number): boolean => ((CLASSES[code] ?? 0) & WORD) !== 0
/** White space of any kind. */
export const isSpace = (code: number): boolean => ((CLASSES[code] ?? 0) & SPACE) !== 0
/** A character of a WikiName. */
export const isUpperOrLower = (code: number): boolean => ((CLASSES[code] ?? 0) & (UPPER | LOWER)) !== 0

/** Punctuation that ends a sentence rather than belongs to an address before it. */
export function isClosingPunctuation(code: number): boolean {
  // " ' } ] | : , . ) ? !
  return (
    code === 34 ||
    code === 39 ||
    code === 125 ||
    code === 93 ||
    code === 124 ||
    code === 58 ||
    code === 44 ||
    code === 46 ||
    code === 41 ||
    code === 63 ||
    code === 33
  )
}

function classify(): Uint8Array {
  // One longer than the last unit: charCodeAt() beyond a line's end is NaN, and NaN finds undefined, which is no class.
  const classes = new Uint8Array(65536)
  const mark = (pattern: RegExp, bit: number): void => {
    for (let code = 0; code < 65536; code++)
      if (pattern.test(String.fromCharCode(code))) classes[code] = (classes[code] ?? 0) | bit
  }
  mark(/\p{Lu}/u, UPPER)
  mark(/[\p{Ll}\p{Nd}]/u, LOWER)
  mark(/[\p{L}\p{N}_]/u, WORD)
  mark(/[^\S\ufeff]|[\x1c-\x1f\x85\u180e]/, SPACE)
  // Half of a letter beyond the first plane counts as a letter, so that words are not cut there.
  for (let code = 0xd800; code < 0xe000; code++) classes[code] = (classes[code] ?? 0) | WORD
  return classes
}
