import type { IncomingMessage } from 'node:http'
import { tooMuchInFlight } from '../api/errors.ts'
import type { FormLimits } from './form.ts'

/**
 * Bounds what visitors' forms may hold of the memory at once. A form is read whole before anybody knows who sent it and whether they
 * may, and stays until its answer is on the way; so beyond the bound nothing is read that is not small.
 */
export class InFlight {
  readonly #most: number
  #held = 0

  /** Bytes. */
  constructor(most = 200_000_000) {
    this.#most = most
  }

  get held(): number {
    return this.#held
  }

  /** Makes room for the body of this request; answers what gives it back. Throws when there is none. */
  take(message: IncomingMessage, limits: FormLimits): () => void {
    const size = sizeOf(message, limits)
    // One form always fits, however large a wiki lets it be.
    if (size > small && this.#held > 0 && this.#held + size > this.#most) throw tooMuchInFlight()
    this.#held += size
    let given = false
    return () => {
      if (!given) this.#held -= size
      given = true
    }
  }
}

/** Logging in and short comments go on while others upload. */
const small = 100_000

/** One that does not say its length may become as long as it may. */
function sizeOf({ headers }: IncomingMessage, limits: FormLimits): number {
  const limit = (headers['content-type'] ?? '').toLowerCase().startsWith('multipart/form-data') ? limits.files : limits.fields
  const said = headers['content-length']
  return said === undefined ? limit : Math.min(Number(said), limit)
}
