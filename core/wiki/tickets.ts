import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a ticket is good for: one visitor, one action, one page. */
export interface TicketScope {
  readonly user: string
  /** Public key of the session; '' for visitors who are not signed in, whose session may start between form and answer. */
  readonly session: string
  readonly action: string
  readonly page: string
}

/**
 * Tickets stand in every form that changes something, so that no other site can send it in a visitor's name (OWASP: signed
 * double submit bound to the session). Good for ten hours, as in MoinMoin.
 */
export class Tickets {
  readonly #keys: readonly string[]
  readonly #now: () => number

  /** The first secret signs, all of them verify: secrets can be changed without breaking open forms. */
  constructor(secrets: readonly string[], now: () => number) {
    this.#keys = secrets.map((secret) => createHmac('sha256', secret).update('servus tickets').digest('base64'))
    this.#now = now
  }

  /** Tickets of one ten-minute span are equal, so that pages which contain one can be kept and compared. */
  make(scope: TicketScope): string {
    const time = Math.floor(this.#now() / step).toString(36)
    return `${time}.${sign(this.#keys[0] ?? '', time, scope)}`
  }

  isGood(ticket: string | null, scope: TicketScope): boolean {
    const [, time, signature] = /^([0-9a-z]{1,12})\.([\w-]{27})$/.exec(ticket ?? '') ?? []
    if (time === undefined || signature === undefined) return false
    const age = Math.floor(this.#now() / step) - Number.parseInt(time, 36)
    if (age < -1 || age > lifetime / step) return false
    const sent = Buffer.from(signature)
    return this.#keys.some((key) => timingSafeEqual(sent, Buffer.from(sign(key, time, scope))))
  }
}

const step = 600_000
const lifetime = 10 * 3_600_000

function sign(key: string, time: string, { user, session, action, page }: TicketScope): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([time, user, session, action, page]))
    .digest('base64url')
    .slice(0, 27)
}
