/** One entry of an access control list, rights as bits: bit n stands for the n-th valid right. */
export interface AccessEntry {
  readonly names: readonly string[]
  /** Rights this entry grants and rights it refuses; a right in neither stays open for the entries below. */
  readonly grants: number
  readonly refuses: number
  /** The entry as written, for people who ask why. */
  readonly text: string
}

/**
 * Reads a list in MoinMoin's grammar, `[+|-]name[,name…]:[right[,right…]]` or `Default`, separated by blanks.
 * Never fails: unknown rights are dropped, and what cannot be read ends the list. `defaults` replaces the word `Default`.
 */
export function parseAccessList(
  text: string,
  validRights: readonly string[],
  defaults: readonly AccessEntry[] = [],
): readonly AccessEntry[] {
  const all = 2 ** validRights.length - 1
  const entries: AccessEntry[] = []
  let at = skipBlanks(text, 0)
  while (at < text.length) {
    const start = at
    const sign = text[at] === '+' || text[at] === '-' ? text[at] : ''
    if (sign) at++

    if (DEFAULT_WORD.test(text.slice(at, at + 8))) {
      entries.push(...defaults)
      at = skipBlanks(text, at + 7)
      continue
    }

    // Names may contain blanks, so the colon is looked for first and the blank behind the rights afterwards.
    const colon = text.indexOf(':', at)
    if (colon < 0) break
    // Not trimmed, as in MoinMoin. An empty name would match every anonymous visitor, so it is nobody.
    const names = text
      .slice(at, colon)
      .split(',')
      .filter((name) => name !== '')
    const blank = text.indexOf(' ', colon)
    const end = blank < 0 ? text.length : blank
    const rights = bitsOf(text.slice(colon + 1, end), validRights)
    if (names.length === 1 && names[0] === 'Default') entries.push(...defaults)
    else if (names.length > 0) {
      entries.push({
        names,
        grants: sign === '-' ? 0 : rights,
        refuses: sign === '+' ? 0 : sign === '-' ? rights : all & ~rights,
        text: text.slice(start, end),
      })
    }
    at = skipBlanks(text, end)
  }
  return entries
}

// `Default` counts as a whole word only; eight characters are looked at so that a long list is not sliced again and again.
const DEFAULT_WORD = /^Default(\s|$)/

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && text[at]?.trim() === '') at++
  return at
}

function bitsOf(list: string, validRights: readonly string[]): number {
  let bits = 0
  for (const right of list.split(',')) {
    const index = validRights.indexOf(right)
    if (index >= 0) bits |= 1 << index
  }
  return bits
}
