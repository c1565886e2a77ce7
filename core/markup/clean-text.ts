import { toUSVString } from 'node:util'

/**
 * The text as parsers read it, of the same length: NUL is U+FFFD, so that NUL is free for marks, and so is half of a letter,
 * which no address and no file could hold.
 */
export function cleanText(text: string): string {
  const whole = toUSVString(text)
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}
