import { closeSync, fdatasync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { toUSVString } from 'node:util'
import type { Author, ChangeAction } from '../api/page.ts'
import { quoteName, unquoteName } from './quote-name.ts'

/** One line of an edit-log: nine fields between tabs, the time in microseconds. */
export interface LogLine {
  readonly time: Date
  /** ATTACHMENT_EVENT for what happened to an attachment. */
  readonly revision: number
  readonly action: ChangeAction
  readonly page: string
  readonly author: Author
  /** As in `Revision.extra`; names of attachments are plain here and URL-quoted in the file. */
  readonly extra: string
  readonly comment: string
}

/** The revision number that MoinMoin gives to everything about attachments. */
export const ATTACHMENT_EVENT = 99999999

/** Characters of a comment; MoinMoin stores a longer one as none. */
export const LONGEST_COMMENT = 201

/** Eight digits, as in file names, `current` and the logs. */
export function revisionDigits(revision: number): string {
  return String(revision).padStart(8, '0')
}

/** The line with its line end. Tabs and line ends inside a field become spaces. */
export function formatLogLine(line: LogLine): string {
  const { address, host, userId } = line.author
  const fields = [
    String(line.time.getTime() * 1000),
    revisionDigits(line.revision),
    line.action,
    quoteName(line.page),
    address,
    host || address,
    userId,
    line.action.startsWith('ATT') ? quoteUrl(line.extra) : line.extra,
    tidyComment(line.comment),
  ]
  return `${fields.map((field) => field.replace(BREAKS, ' ')).join('\t')}\n`
}

/** Null for a line that says nothing: torn by a crash, empty, or not of an edit-log. */
export function parseLogLine(text: string): LogLine | null {
  const [time = '', revision = '', action = '', page = '', address = '', host = '', userId = '', extra = '', comment = ''] =
    text.split('\t')
  if (!/^\d+$/.test(time) || !/^\d+$/.test(revision) || action === '') return null
  const name = unquoteName(page)
  if (name === null || name === '') return null
  return {
    time: new Date(Math.floor(Number(time) / 1000)),
    revision: Number(revision),
    action,
    page: name,
    author: { address, host: host || address, userId },
    extra: action.startsWith('ATT') ? unquoteUrl(extra) : extra,
    comment: comment.replace(/[\r\n]+$/, ''),
  }
}

/** What is kept of a comment: one line, no blanks behind, nothing at all when it is too long. */
export function tidyComment(comment: string): string {
  const line = toUSVString(comment).replace(BREAKS, ' ').trimEnd()
  return [...line].length > LONGEST_COMMENT ? '' : line
}

/**
 * Puts a line at the end of a log, at once; the answer waits until it is on the disk. One write in append mode is never torn
 * between processes, so no lock is needed. After a line that a crash left unfinished the new one starts on a line of its own.
 */
export function appendToLog(file: string, line: string): Promise<void> {
  const descriptor = openSync(file, 'a+', 0o660)
  try {
    writeSync(descriptor, (endsInsideLine(descriptor) ? '\n' : '') + line)
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  return new Promise((resolve, reject) => {
    fdatasync(descriptor, (error) => {
      closeSync(descriptor)
      if (error) reject(error)
      else resolve()
    })
  })
}

function endsInsideLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(descriptor, last, 0, 1, size - 1)
  return last[0] !== 10
}

const BREAKS = /[\t\r\n\u000b\u000c\u0085\u2028\u2029]/g

/** Python's way of quoting, which leaves fewer characters alone than encodeURIComponent. */
function quoteUrl(name: string): string {
  return encodeURIComponent(toUSVString(name)).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function unquoteUrl(quoted: string): string {
  try {
    return decodeURIComponent(quoted)
  } catch {
    return quoted
  }
}
