import { toUSVString } from 'node:util'

/**
 * The text of a page as it is kept: LF line ends and one at the end. Everything Unicode calls a line end becomes one, as in
 * MoinMoin, so that a diff, a grep and the parser agree about lines. Blank lines at the end are dropped.
 */
export function normaliseText(text: string): string {
  const lines = toUSVString(text).replace(LINE_ENDS, '\n')
  let end = lines.length
  while (end > 0 && lines.charCodeAt(end - 1) === NEWLINE) end--
  return end === 0 ? '' : `${lines.slice(0, end)}\n`
}

/** The bytes of a revision file: MoinMoin writes CRLF. */
export function toFile(normalised: string): Buffer {
  return Buffer.from(normalised.replaceAll('\n', '\r\n'), 'utf8')
}

/** The text of a revision file: all of it but the carriage returns, wherever they stand. */
export function fromFile(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.includes('\r') ? text.replaceAll('\r', '') : text
}

const NEWLINE = 10
const LINE_ENDS = /\r\n?|[\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]/g
