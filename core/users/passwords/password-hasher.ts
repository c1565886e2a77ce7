import { randomBytes, scrypt } from 'node:crypto'
import { tooBusy } from '../../api/errors.ts'
import { equalInTime } from './equal-in-time.ts'
import { fitsMoinHash } from './moin-schemes.ts'

/** How much work one guess costs: scrypt's N is 2^ln, memory 128 * r * 2^ln bytes, and p repetitions. */
export interface ScryptCost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** 32 MB and about a fifth of a second: as strong as the larger OWASP settings without starving a small machine. */
export const standardCost: ScryptCost = { ln: 15, r: 8, p: 3 }

/** What a check found. */
export interface PasswordCheck {
  readonly valid: boolean
  /** The password is right, but its hash is of an old form or too cheap: store `hash(password)` in its place. */
  readonly upgrade: boolean
}

/**
 * Makes and checks password hashes: scrypt, written as PHC strings, and MoinMoin's six forms. One lives in each wiki, so
 * that the number of hashes worked on at once, and with it the memory, is bounded.
 */
export class PasswordHasher {
  readonly #cost: ScryptCost
  readonly #parallel: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  readonly #decoySalt = randomBytes(16)

  constructor(options: { cost?: ScryptCost; parallel?: number } = {}) {
    this.#cost = options.cost ?? standardCost
    this.#parallel = options.parallel ?? 2
  }

  /** A new PHC string for this password, with its own salt. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16)
    const { ln, r, p } = this.#cost
    const key = await this.#inTurn(() => derive(password, salt, this.#cost, 32))
    return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(key)}`
  }

  /**
   * Checks a password against a stored hash; null stands for an account that does not exist. Every failure costs at least
   * one scrypt, so that the time tells nothing about the account. An empty or overlong password is never valid.
   */
  async check(stored: string | null, password: string): Promise<PasswordCheck> {
    const possible = password !== '' && password.length <= longestPassword
    const parsed = stored === null ? null : parsePhc(stored)
    if (parsed && possible) {
      const key = await this.#inTurn(() => derive(password, parsed.salt, parsed.cost, parsed.key.length))
      const valid = equalInTime(key, parsed.key)
      return { valid, upgrade: valid && isWeaker(parsed.cost, this.#cost) }
    }
    if (stored !== null && possible && (await this.#inTurn(() => fitsMoinHash(stored, password))))
      return { valid: true, upgrade: true }
    await this.#inTurn(() => derive(password.slice(0, longestPassword), this.#decoySalt, this.#cost, 32))
    return { valid: false, upgrade: false }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#parallel) {
      // Whoever queues behind so many would have given up before their turn.
      if (this.#waiting.length >= 100) throw tooBusy()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      return await work()
    } finally {
      // The place is handed on; it becomes free only when nobody waits.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}

/** Characters; hashing more would only serve those who want to keep the machine busy. */
export const longestPassword = 1024

function derive(password: string, salt: Uint8Array, { ln, r, p }: ScryptCost, length: number): Promise<Buffer> {
  const N = 2 ** ln
  return new Promise((resolve, reject) => {
    // Keyboards write é in two ways; NFC makes them one. node:crypto refuses to take the memory unless told.
    scrypt(password.normalize('NFC'), salt, length, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

function parsePhc(text: string): { cost: ScryptCost; salt: Buffer; key: Buffer } | null {
  const match = /^(?:\{PASSLIB\})?\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text)
  if (!match) return null
  const [ln, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])]
  // Above 1 GB it is a mistake or an attack, not a hash of ours.
  if (ln < 1 || r < 1 || p < 1 || 128 * r * 2 ** ln > 2 ** 30) return null
  const key = Buffer.from(match[5] ?? '', 'base64')
  // A hash cut short must not become easier to fit.
  if (key.length < 16) return null
  return { cost: { ln, r, p }, salt: Buffer.from(match[4] ?? '', 'base64'), key }
}

function isWeaker(cost: ScryptCost, wanted: ScryptCost): boolean {
  return 2 ** cost.ln * cost.r * cost.p < 2 ** wanted.ln * wanted.r * wanted.p
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
