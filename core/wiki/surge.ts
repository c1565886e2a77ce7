import { tooManyActions } from '../api/errors.ts'
import type { WikiConfig } from '../api/config.ts'
import { addressGroup, Throttle } from '../users/throttle.ts'
import type { Clock } from '../base/clock.ts'

/**
 * How much a stranger's address may ask of the wiki: `surgeActionLimits`, as in MoinMoin. Each action has its own bucket; whoever
 * empties one is refused all limited actions for `surgeLockoutTime`. This very machine, and whoever is logged in, is not counted.
 * Pages being read are not either unless `show` is named: a reader never meets this.
 */
export class Surge {
  readonly #config: Pick<WikiConfig, 'surgeActionLimits' | 'surgeLockoutTime'>
  readonly #clock: Clock
  readonly #buckets = new Map<string, Throttle>()
  readonly #lockedUntil = new Map<string, number>()

  constructor(config: Pick<WikiConfig, 'surgeActionLimits' | 'surgeLockoutTime'>, clock: Clock) {
    this.#config = config
    this.#clock = clock
  }

  /** Throws when it is too much. */
  check(action: string, address: string): void {
    const { surgeActionLimits: limits, surgeLockoutTime } = this.#config
    if (limits === null || isThisMachine(address)) return
    const name = Object.hasOwn(limits, action) ? action : action === 'show' ? null : 'default'
    const limit = name === null ? undefined : limits[name]
    if (name === null || limit === undefined) return
    const group = addressGroup(address)
    const now = this.#clock.now()
    const until = this.#lockedUntil.get(group)
    if (until !== undefined && until > now) throw tooManyActions(Math.ceil((until - now) / 1000))
    if (until !== undefined) this.#lockedUntil.delete(group)
    if (this.#bucket(name, limit).take(group) === 0) return
    if (this.#lockedUntil.size >= mostLocked) this.#lockedUntil.delete(this.#lockedUntil.keys().next().value ?? '')
    this.#lockedUntil.set(group, now + surgeLockoutTime * 1000)
    throw tooManyActions(surgeLockoutTime)
  }

  #bucket(name: string, [count, seconds]: readonly [number, number]): Throttle {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined)
      this.#buckets.set(name, (bucket = new Throttle({ burst: count, seconds: seconds / count, clock: this.#clock })))
    return bucket
  }
}

const mostLocked = 10_000

function isThisMachine(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address)
}
