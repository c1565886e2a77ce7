import type { SessionChange, SessionKind, SessionRecord } from '../api/session.ts'
import type { TokenKind } from './token.ts'

/** What the end of a request does: at most one operation on the store, then at most one cookie. */
export type Ending =
  | { readonly do: 'nothing' }
  /** The record must be read first, though nobody looked: when its life ends at the latest counts from its beginning. */
  | { readonly do: 'load' }
  /** The record dies, and with it the cookie. */
  | { readonly do: 'destroy'; readonly keys: readonly string[]; readonly reason: string }
  /** A cookie for a visitor of whom nothing is stored. */
  | { readonly do: 'promise'; readonly cookie: NewCookie }
  | {
      readonly do: 'create'
      readonly key: string
      readonly record: SessionRecord
      /** For a key that a parallel request has created meanwhile. */
      readonly change: SessionChange
      readonly cookie: NewCookie
    }
  | {
      readonly do: 'merge'
      readonly key: string
      readonly change: SessionChange
      readonly touch: boolean
      readonly cookie: NewCookie | null
    }
  | {
      readonly do: 'rename'
      readonly from: string
      readonly to: string
      readonly change: SessionChange
      /** What is created when the old record is gone: a login must succeed. null: then the session is over. */
      readonly instead: SessionRecord | null
      readonly cookie: NewCookie
    }

export interface NewCookie {
  readonly id: string
  readonly kind: TokenKind
  /** Seconds. */
  readonly life: number
}

export interface EndingRules {
  /** Seconds a session may live however busy it is, by kind; null: as long as it is used. */
  readonly absolute: Readonly<Record<SessionKind, number>> | null
  /** True: cookies end with the browser; the store's expiry holds all the same. */
  readonly browserSession: boolean
  /** Anonymous visitors who are no people get no session. */
  isRobot(userAgent: string | undefined): boolean
}

export const nothing: Ending = { do: 'nothing' }
