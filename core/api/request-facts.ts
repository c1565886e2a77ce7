/** What is known of one HTTP request before any wiki looks at it. Facts only: nothing here writes to the socket. */
export interface RequestFacts {
  /** A name for this request in logs and on error pages. */
  readonly id: string
  /** Upper case: `GET`, `POST` … */
  readonly method: string
  /** The full address as the visitor typed it, a trusted proxy's scheme and host included. */
  readonly url: URL
  /** Names in lower case; a field sent twice is joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** First value of each cookie. Use `cookieValues` where two cookies of one name must be told apart. */
  readonly cookies: ReadonlyMap<string, string>
  /** Every value sent under this cookie name, in the order sent. */
  cookieValues(name: string): readonly string[]
  /** True when the visitor came by https. */
  readonly secure: boolean
  /** The visitor's address, a trusted proxy looked through. */
  readonly remoteAddress: string
  /** True when one of `trustedProxies` handed this request on: what it says of the visitor in other fields may be believed too. */
  readonly viaTrustedProxy?: boolean
}
