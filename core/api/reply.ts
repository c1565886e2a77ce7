import type { Readable } from 'node:stream'

/** What goes back: a value. Nothing is on the wire until the session service's `finalize` is done. */
export interface Reply {
  status: number
  /** Header names in lower case. Cookies stand in `cookies`, not here. */
  readonly headers: Map<string, string>
  /** Complete `Set-Cookie` values, one each. */
  readonly cookies: string[]
  /** A list of bytes is sent one after the other. */
  body: string | Uint8Array | readonly Uint8Array[] | Readable
  /** What the log says of this reply besides its status and time. */
  note?: Readonly<Record<string, unknown>>
}
