import type { UserRecord, UserStore } from '../api/user-store.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import type { PasswordHasher } from './passwords/password-hasher.ts'
import { addressGroup, Throttle, type ThrottleOptions } from './throttle.ts'
import { tidyUserName } from './user-name.ts'

/** How a sign-in ended. 'refused' tells nothing more: unknown name, wrong password and disabled account look the same. */
export type SignIn =
  | { readonly status: 'ok'; readonly user: UserRecord }
  | { readonly status: 'refused' }
  | { readonly status: 'throttled'; readonly retryAfter: number }

export interface SignInOptions {
  readonly hasher: PasswordHasher
  readonly limits: SignInLimits
  /** The visitor's address; '' when unknown, which is then limited as one address. */
  readonly address: string
}

/**
 * Checks a name and a password. The answer and about the time it takes are the same whether or not the account exists.
 * A hash of an old form is replaced; with it a MoinMoin profile becomes an account of ours, its file left as it is.
 * (A wrong password for a sha512-crypt hash that nobody upgraded yet takes longer: those rounds cannot be done in less.)
 */
export async function signIn(store: UserStore, name: string, password: string, options: SignInOptions): Promise<SignIn> {
  const { hasher, limits, address } = options
  const retryAfter = limits.take(address, name)
  if (retryAfter > 0) return { status: 'throttled', retryAfter }

  for (;;) {
    const record = await findByTypedName(store, name)
    const { valid, upgrade } = await hasher.check(record?.password ?? null, password)
    if (!record || !valid) return { status: 'refused' }
    if (!upgrade && record.version > 0) {
      limits.giveBack(address, name)
      return { status: 'ok', user: record }
    }
    const user = await store.save({ ...record, password: await hasher.hash(password) }, record.version)
    if (typeof user !== 'string') {
      limits.giveBack(address, name)
      return { status: 'ok', user }
    }
    // Changed meanwhile: another sign-in of this account, or its owner's new password, which then must be the one typed here.
  }
}

/** As typed; else without the blanks and letter forms that keyboards add. */
async function findByTypedName(store: UserStore, name: string): Promise<UserRecord | null> {
  const exact = await store.byName(name)
  const tidy = tidyUserName(name)
  return exact || tidy === name ? exact : store.byName(tidy)
}

/**
 * How often passwords may be tried: by one address, by one address for one name, and for one name by all the world. One
 * lives in each wiki. Tries for names that do not exist count alike.
 */
export class SignInLimits {
  readonly #byAddress: Throttle
  readonly #byPair: Throttle
  readonly #byName: Throttle
  /** Pairs of address and name that were good: strangers who use up a name's tries must not lock its owner out. */
  readonly #good = new Set<string>()

  constructor(
    options: {
      address?: Partial<ThrottleOptions>
      pair?: Partial<ThrottleOptions>
      name?: Partial<ThrottleOptions>
      clock?: Clock
    } = {},
  ) {
    const clock = options.clock ?? systemClock
    this.#byAddress = new Throttle({ burst: 30, seconds: 10, clock, ...options.address })
    this.#byPair = new Throttle({ burst: 10, seconds: 30, clock, ...options.pair })
    this.#byName = new Throttle({ burst: 100, seconds: 15, clock, ...options.name })
  }

  /** 0, or the seconds to wait. */
  take(address: string, name: string): number {
    const { group, who, pair } = keys(address, name)
    return this.#byAddress.take(group) || this.#byPair.take(pair) || (this.#good.has(pair) ? 0 : this.#byName.take(who))
  }

  /** A good sign-in costs nothing. */
  giveBack(address: string, name: string): void {
    const { group, who, pair } = keys(address, name)
    this.#byAddress.giveBack(group)
    this.#byPair.giveBack(pair)
    if (this.#good.has(pair)) return
    this.#byName.giveBack(who)
    if (this.#good.size >= 10_000) this.#good.clear()
    this.#good.add(pair)
  }
}

function keys(address: string, name: string): { group: string; who: string; pair: string } {
  const group = addressGroup(address)
  const who = tidyUserName(name).slice(0, 200)
  return { group, who, pair: `${group} ${who}` }
}
