import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { sessionOption } from '../api/errors.ts'
import { QuickHmac } from './quick-hmac.ts'

/**
 * What a cookie says of its session, before any store is asked. `n`: promised, nothing stored yet; `a`: anonymous;
 * `u`: signed in; `r`: signed in and remembered.
 */
export type TokenKind = 'n' | 'a' | 'u' | 'r'

/** A cookie's value, found genuine. */
export interface Token {
  /** The secret: known to the browser and to this request, to nobody else. */
  readonly id: string
  readonly kind: TokenKind
  /** Seconds since 1970. */
  readonly issued: number
  /** The store's name for the session, a hash of the id. */
  readonly key: string
  /** True when the newest secret signed it. */
  readonly current: boolean
}

const shape = /^v1\.([A-Za-z0-9_-]{24})\.([naur])\.([0-9a-z]{1,8})\.([A-Za-z0-9_-]{43})$/
const tokensRemembered = 20_000

/**
 * Makes and checks `v1.<id>.<kind>.<issued>.<signature>` for one realm. The realm is part of each key, so a cookie of one
 * wiki says nothing to another, though they share a secret.
 */
export class TokenSigner {
  #keys: readonly QuickHmac[]
  // Checked tokens by text: an HMAC costs five microseconds and a browser sends the same cookie again and again. Two
  // generations in place of an LRU list: when the young one is full it becomes the old one.
  #young = new Map<string, Token>()
  #old = new Map<string, Token>()

  constructor(realm: string, secrets: readonly string[]) {
    if (secrets.length === 0) throw sessionOption('secrets', 'needs at least one text of 32 characters or more')
    for (const secret of secrets) {
      if (typeof secret !== 'string' || secret.length < 32) {
        throw sessionOption('secrets', 'each needs at least 32 characters; "openssl rand -base64 32" makes one')
      }
    }
    this.#keys = secrets.map((secret) => new QuickHmac(createHmac('sha256', secret).update(`servus session ${realm}`).digest()))
  }

  /** A cookie value. */
  sign(id: string, kind: TokenKind, issued: number): string {
    const claim = `v1.${id}.${kind}.${issued.toString(36)}`
    return `${claim}.${(this.#keys[0] as QuickHmac).of(claim)}`
  }

  /** null: not ours, and no store needs to be asked. */
  verify(text: string): Token | null {
    return this.#young.get(text) ?? this.#verifySlowly(text)
  }

  #verifySlowly(text: string): Token | null {
    let token = this.#old.get(text) ?? null
    if (token === null) {
      const match = text.length < 100 ? shape.exec(text) : null
      if (match === null) return null
      const [, id, kind, issued, signature] = match as unknown as [string, string, TokenKind, string, string]
      const claim = text.slice(0, text.length - 44)
      // Compared as text: base64 has several spellings of the same bytes, and a cookie has one.
      const given = Buffer.from(signature)
      const signer = this.#keys.findIndex((key) => timingSafeEqual(Buffer.from(key.of(claim)), given))
      if (signer === -1) return null
      token = { id, kind, issued: Number.parseInt(issued, 36), key: storeKey(id), current: signer === 0 }
    }
    if (this.#young.size >= tokensRemembered) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, token)
    return token
  }
}

/** The name a store knows a session by: 160 bits of a hash, so that a dump of the store lets nobody in. */
export function storeKey(id: string): string {
  return hash('sha256', id, 'hex').slice(0, 40)
}

/** The name everybody may see (`session.key`): it comes from the id, so no store is asked, and leads back to nothing. */
export function publicHandle(id: string): string {
  return hash('sha256', `public ${id}`, 'base64url').slice(0, 22)
}
