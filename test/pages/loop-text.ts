/** A text of some kilobytes that shows by itself whether it is whole. */
export function wordsOf(seed: string): string {
  return `${seed}\n${`all of this is by ${seed}\n`.repeat(150)}end of ${seed}\n`
}

/** The seed of a whole text; null for anything else. */
export function seedOf(text: string): string | null {
  const seed = text.slice(0, text.indexOf('\n'))
  return text === wordsOf(seed) ? seed : null
}
