import { type Clock, systemClock } from '../base/clock.ts'

export interface ThrottleOptions {
  /** How many tries may come at once. */
  readonly burst: number
  /** Seconds until one more try is allowed. */
  readonly seconds: number
  /** How many names are remembered; beyond it the longest idle ones are forgotten. */
  readonly remembered?: number
  readonly clock?: Clock
}

/** Lets so many tries pass per name: a bucket of tokens that fills again with time. Its memory is bounded. */
export class Throttle {
  readonly #burst: number
  readonly #interval: number
  readonly #remembered: number
  readonly #clock: Clock
  /** When the bucket of a name will be full again, in milliseconds; the least lately used first. */
  readonly #fullAt = new Map<string, number>()

  constructor(options: ThrottleOptions) {
    this.#burst = options.burst
    this.#interval = options.seconds * 1000
    this.#remembered = options.remembered ?? 10_000
    this.#clock = options.clock ?? systemClock
  }

  /** Takes a token: 0 when there was one, else the seconds until there will be. */
  take(name: string): number {
    const now = this.#clock.now()
    const fullAt = Math.max(this.#fullAt.get(name) ?? 0, now)
    const wait = fullAt + this.#interval - (now + this.#burst * this.#interval)
    if (wait > 0) return Math.ceil(wait / 1000)
    this.#fullAt.delete(name)
    this.#fullAt.set(name, fullAt + this.#interval)
    this.#forget(now)
    return 0
  }

  /** Gives a token back: this try was a good one. */
  giveBack(name: string): void {
    const fullAt = this.#fullAt.get(name)
    if (fullAt !== undefined) this.#fullAt.set(name, fullAt - this.#interval)
  }

  /** How many names are remembered at this moment. */
  get size(): number {
    return this.#fullAt.size
  }

  #forget(now: number): void {
    for (const [name, fullAt] of this.#fullAt) {
      if (fullAt > now && this.#fullAt.size <= this.#remembered) return
      this.#fullAt.delete(name)
    }
  }
}

/** The part of an address that one visitor commands: an IPv6 network of 64 bits, of which each address is free. */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  const groups = [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
  return `${groups.slice(0, 4).join(':')}::/64`
}
