import type { ApiKind } from '../../api/api-method.ts'
import { wellFormed } from '../../base/well-formed.ts'

/** What the two versions of WikiRPC make of texts. */
export interface Dialect {
  /** What `getRPCVersionSupported` answers. */
  readonly version: number
  /** A value that came in. */
  read(value: unknown): unknown
  /** A value on its way out. `wholeText`: it is a whole page, where the versions differ. */
  write(value: unknown, wholeText: boolean): unknown
  /** XML-RPC's names of our kinds. */
  readonly typeNames: Readonly<Record<ApiKind, string>>
}

const typeNames: Dialect['typeNames'] = {
  text: 'string',
  integer: 'int',
  boolean: 'boolean',
  date: 'dateTime.iso8601',
  bytes: 'base64',
  list: 'array',
  record: 'struct',
}

/** The second version says texts as they are. The first, from before XML-RPC knew Unicode, says them %-escaped, and whole pages as base64 of UTF-8. */
export const dialects: { readonly first: Dialect; readonly second: Dialect } = {
  first: {
    version: 1,
    read: (value) => texts(value, unescapeText),
    write: (value, wholeText) =>
      wholeText && typeof value === 'string' ? new TextEncoder().encode(value) : texts(value, escapeText),
    typeNames,
  },
  second: { version: 2, read: (value) => value, write: (value) => value, typeNames },
}

/** The value with all its texts changed. */
function texts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((each) => texts(each, change))
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, texts(each, change)]))
}

function escapeText(text: string): string {
  return encodeURIComponent(wellFormed(text)).replaceAll('%2F', '/')
}

function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
