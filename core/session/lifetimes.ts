import { sessionOption } from '../api/errors.ts'
import type { Lifetime, SessionConfig, SessionKind, SessionUser, SessionWishes } from '../api/session.ts'
import { parseTimespan } from '../base/timespan.ts'
import { longestCookieLife } from '../http/cookies.ts'

/** How long sessions of each kind live, in seconds; 0: there are none of that kind. */
export type Lifetimes = Readonly<Record<SessionKind, number>>

/**
 * MoinMoin's rule for its pair of hours (its 1.6): cut to whole seconds; the sign of the second tells only whether
 * remember-me counts; 0 switches off. "For ever" was ten years there and is 400 days here, the most a browser keeps, and it
 * moves on with every use. `expire` is a lid on all of them.
 */
export function lifetimesOf(config: SessionConfig, wishes: SessionWishes = {}): Lifetimes {
  const pair: unknown = config.cookieLifetime
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw sessionOption('cookieLifetime', 'needs two members, [anonymous, logged-in], for example [0, 12]')
  }
  const anonymous = seconds('cookieLifetime[0]', pair[0])
  const user = seconds('cookieLifetime[1]', pair[1])
  const lid = config.expire === null || config.expire === undefined ? null : positive('expire', config.expire)
  const wish = wishes.expire === undefined ? null : positive('session.expire', wishes.expire)
  const limit = (life: number): number => {
    let limited = Math.min(Math.abs(life), longestCookieLife)
    if (limited === 0) return 0
    if (lid !== null) limited = Math.min(limited, lid)
    if (wish !== null) limited = wishes.path === undefined ? Math.min(limited, wish) : wish
    return Math.min(limited, longestCookieLife)
  }
  return { anonymous: limit(anonymous), user: limit(user), remembered: limit(user > 0 ? longestCookieLife : user) }
}

/** The kind of session this visitor has a right to. For setuid the superuser behind counts. */
export function kindOf(user: SessionUser | null): SessionKind {
  if (user === null || !user.valid) return 'anonymous'
  return user.rememberMe ? 'remembered' : 'user'
}

/** How old a cookie gets before it is renewed and the record's `lastSeen` with it: seldom enough that reading stays reading. Seconds. */
export function renewAfter(lifetime: number): number {
  // A life shorter than 20 minutes would be over before a minute's throttle lets it be prolonged often enough.
  return Math.max(Math.min(60, lifetime / 4), lifetime / 20)
}

function seconds(key: string, span: Lifetime): number {
  try {
    return parseTimespan(span)
  } catch (error) {
    throw sessionOption(key, error instanceof Error ? error.message : String(error))
  }
}

function positive(key: string, span: Lifetime): number {
  const life = seconds(key, span)
  if (life <= 0) throw sessionOption(key, `${JSON.stringify(span)} must be longer than 0; null: no limit`)
  return life
}
