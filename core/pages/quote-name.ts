import { pageNameTooLong } from '../api/errors.ts'

/**
 * The directory name of a page as MoinMoin writes it: `Some Page/Süß` is `Some(20)Page(2f)S(c3bcc39f)`. Letters a-z, digits and
 * `_` stand for themselves, every run of other bytes becomes its hex digits in brackets.
 */
export function quoteName(name: string): string {
  if (PLAIN.test(name)) return name
  return name.replace(FOREIGN_RUN, (run) => `(${Buffer.from(run, 'utf8').toString('hex')})`)
}

/** The page name of a directory; null when no page can have this directory name. */
export function unquoteName(folder: string): string | null {
  if (PLAIN.test(folder)) return folder
  const parts: Buffer[] = []
  let end = 0
  for (const match of folder.matchAll(QUOTED_RUN)) {
    const digits = match[1] ?? ''
    if (digits.length % 2 !== 0) return null
    parts.push(Buffer.from(folder.slice(end, match.index), 'utf8'), Buffer.from(digits, 'hex'))
    end = match.index + match[0].length
  }
  parts.push(Buffer.from(folder.slice(end), 'utf8'))
  try {
    return STRICT_UTF8.decode(Buffer.concat(parts))
  } catch {
    return null
  }
}

/** `quoteName`, refusing names that the file system cannot hold. */
export function quoteNameToStore(name: string): string {
  const folder = quoteName(name)
  if (folder.length > LONGEST_FILE_NAME) throw pageNameTooLong(name)
  return folder
}

/** Bytes of a file name on every file system in use. A quoted name is ASCII, so its length is its bytes. */
export const LONGEST_FILE_NAME = 255

const PLAIN = /^\w*$/
const FOREIGN_RUN = /\W+/g
const QUOTED_RUN = /\(([0-9a-fA-F]+)\)/g
// ignoreBOM: a name that starts with U+FEFF keeps it, or it would be found under another name than it is stored.
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
