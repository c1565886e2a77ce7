import type { WikiRequest } from 'servus'

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** The one part that a Range field asks for; null for the whole: no such field, several parts, or an If-Range that is about another file. */
export function rangeOf(
  headers: WikiRequest['headers'],
  size: number,
  etag: string,
  modified: Date,
): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec((headers['range'] ?? '').replace(/\s+/g, '')) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  const condition = headers['if-range']
  if (condition !== undefined && condition !== etag && condition !== modified.toUTCString()) return null
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'unsatisfiable' : { start, end }
}
