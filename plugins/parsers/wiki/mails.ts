import { isWord } from './characters.ts'

/** A mail address in a line; `sign` is the place of its `@`. */
export interface MailSpan {
  readonly start: number
  readonly sign: number
  readonly end: number
}

/** Finds the mail addresses of a line from left to right; none begins within another. */
export function findMails(text: string): MailSpan[] {
  const found: MailSpan[] = []
  let floor = 0
  for (let sign = text.indexOf('@'); sign >= 0; sign = text.indexOf('@', sign + 1)) {
    let start = sign
    while (start > floor && isMailbox(text.charCodeAt(start - 1))) start--
    floor = sign + 1
    const end = hostEnd(text, sign + 1)
    if (start === sign || end < 0) continue
    found.push({ start, sign, end })
    floor = end
  }
  return found
}

/** A host has at least one dot. */
function hostEnd(text: string, from: number): number {
  let end = -1
  for (let at = from; ; at++) {
    const start = at
    while (isLabel(text.charCodeAt(at))) at++
    if (at === start) return end
    if (start > from) end = at
    if (text.charCodeAt(at) !== 46) return end
  }
}

const isLabel = (code: number): boolean => isWord(code) || code === 45
const isMailbox = (code: number): boolean => isLabel(code) || code === 46 || code === 43
