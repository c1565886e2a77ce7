import { WikiError, sessionStoreDown } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { SessionUser, Soon } from '../api/session.ts'
import { after } from '../base/soon.ts'
import { maxAgeText } from '../http/cookies.ts'
import { planEnding } from './plan-ending.ts'
import type { Ending, EndingRules, NewCookie } from './plan-ending.ts'
import { isSafe } from './safe-method.ts'
import type { SessionState } from './session-state.ts'
import { storeKey } from './token.ts'

/** What became of the ending in the store. */
type Outcome = 'done' | 'gone' | 'failed'

/**
 * Ends a request: one operation on the store at most, then the cookie and the caching headers. Answers at once when the
 * store does; a promise only where there is something to wait for.
 *
 * Throws `session-store-down` (503) when a POST's changes could not be kept; a GET goes on without.
 */
export function endRequest(state: SessionState, who: SessionUser | null, reply: Reply, rules: EndingRules): Soon<void> {
  if (state.over) return
  if (!state.loaded && who?.valid === true) {
    // Signed in by something that did not ask the session (a proxy's REMOTE_USER): now it must be known.
    return after(state.load(), () => endLoaded(state, who, reply, rules))
  }
  return endLoaded(state, who, reply, rules)
}

function endLoaded(state: SessionState, who: SessionUser | null, reply: Reply, rules: EndingRules): Soon<void> {
  const ending = planEnding(state, who, reply, rules)
  state.over = true
  if (ending.do === 'nothing') return writeHeaders(state, ending, 'done', reply, rules)
  let outcome: Soon<Outcome>
  try {
    outcome = carryOut(state, ending)
  } catch (error) {
    outcome = failed(state, ending, error)
  }
  if (!(outcome instanceof Promise)) return writeHeaders(state, ending, outcome, reply, rules)
  const start = performance.now()
  return outcome
    .catch((error: unknown) => failed(state, ending, error))
    .then((late) => {
      state.home.events.counters.waited += performance.now() - start
      writeHeaders(state, ending, late, reply, rules)
    })
}

function carryOut(state: SessionState, ending: Ending): Soon<Outcome> {
  const { store } = state
  const { counters } = state.home.events
  switch (ending.do) {
    case 'nothing':
    case 'promise':
      return 'done'
    case 'destroy':
      counters.destroys += ending.keys.length
      state.tell('destroy', ending.reason)
      return after(allOf(ending.keys.map((key) => store.destroy(key))), () => 'done')
    case 'create':
      counters.creates++
      return after(store.create(ending.key, ending.record), (created) => {
        if (created) {
          state.tell('create', ending.record.kind)
          return 'done'
        }
        // Two first requests with one promised cookie: the second adds to what the first made.
        counters.merges++
        return after(store.merge(ending.key, ending.change), (merged) => (merged === 'ok' ? 'done' : discarded(state)))
      })
    case 'merge':
      if (ending.touch) counters.touches++
      else counters.merges++
      return after(store.merge(ending.key, ending.change), (merged) => {
        if (merged !== 'ok') return ending.touch ? whyGone(state, ending.key) : discarded(state, ending.key)
        if (state.home.events.wants(ending.touch ? 'touch' : 'save')) state.tell(ending.touch ? 'touch' : 'save', '')
        return 'done'
      })
    case 'rename':
      counters.renames++
      return after(store.rename(ending.from, ending.to, ending.change), (renamed) => {
        if (renamed === 'ok') {
          state.tell('renew', ending.change.user === undefined ? '' : 'signed in')
          return 'done'
        }
        if (ending.instead === null) return discarded(state, ending.from)
        counters.creates++
        return after(store.create(ending.to, ending.instead), (created) => (created ? 'done' : 'failed'))
      })
  }
}

/** The session ended while this request ran: its changes are dropped, its answer is not harmed. */
function discarded(state: SessionState, key?: string): Soon<Outcome> {
  state.discard()
  return key === undefined ? 'gone' : whyGone(state, key)
}

/** A session whose id another request renewed is alive under the new one: its cookie must not be expired from here. */
function whyGone(state: SessionState, key: string): Soon<Outcome> {
  state.home.events.counters.loads++
  return after(state.store.read(key), (record) => {
    if (record?.moved !== true) return 'gone'
    state.moved = true
    return 'done'
  })
}

function failed(state: SessionState, ending: Ending, error: unknown): Outcome {
  state.tell('error', ending.do, error)
  // A touch that failed is made up for by the next request; lost changes of a POST are not.
  const lost = ending.do !== 'merge' || !ending.touch
  if (lost && !isSafe(state.request.method))
    throw error instanceof WikiError && error.code === 'session-too-large' ? error : sessionStoreDown(error)
  return 'failed'
}

function writeHeaders(state: SessionState, ending: Ending, outcome: Outcome, reply: Reply, rules: EndingRules): void {
  const { settings } = state
  // Somebody else's cookie must not get into a shared cache either.
  let sent = reply.cookies.length > 0
  const cookie = cookieOf(ending)
  if (outcome === 'done' && cookie !== null && !state.moved) {
    if (state.brought > 1) expireVariants(state, reply)
    const token = settings.signer.sign(cookie.id, cookie.kind, Math.floor(state.home.clock.now() / 1000))
    const baggage = state.carried === null ? '' : state.carried.baggageOf(storeKey(cookie.id))
    reply.cookies.push(
      `${settings.cookieName}=${token}${baggage === '' ? '' : `~${baggage}`}${rules.browserSession ? '' : maxAgeText(cookie.life)}${settings.cookieTail}`,
    )
    sent = true
  } else if ((outcome === 'done' && ending.do === 'destroy') || outcome === 'gone') {
    if (state.token !== null || state.brought > 0) {
      if (state.brought > 1) expireVariants(state, reply)
      reply.cookies.push(`${settings.cookieName}=${maxAgeText(0)}${settings.cookieTail}`)
      sent = true
    }
  }
  if (sent || state.looked || state.noted) {
    addToVary(reply)
    const caching = reply.headers.get('cache-control')
    if (sent) {
      if (caching === undefined || !/\bno-store\b/i.test(caching) || /\bpublic\b/i.test(caching))
        reply.headers.set('cache-control', 'private, no-store')
    } else if (caching === undefined || !/\b(private|no-store)\b/i.test(caching) || /\b(public|s-maxage)\b/i.test(caching)) {
      reply.headers.set('cache-control', 'private, must-revalidate, max-age=0')
    }
  }
  if (state.travels) reply.headers.set('referrer-policy', 'no-referrer')
}

function cookieOf(ending: Ending): NewCookie | null {
  switch (ending.do) {
    case 'promise':
    case 'create':
    case 'merge':
    case 'rename':
      return ending.cookie
    default:
      return null
  }
}

/**
 * A browser that sends our name twice keeps an old cookie of another domain or path, from before a change of the
 * configuration; which of the two comes first is its choice, so the old one has to go.
 */
function expireVariants(state: SessionState, reply: Reply): void {
  const { cookieName, cookieDomain, cookiePath } = state.settings
  const gone = `${cookieName}=${maxAgeText(0)}`
  const secure = /^__/.test(cookieName) ? '; Secure' : ''
  const paths = cookiePath === '/' ? ['/'] : ['/', cookiePath]
  const host = state.request.url.hostname
  const domains: (string | null)[] = [null]
  if (!/^__host-/i.test(cookieName) && /[a-z]/i.test(host)) {
    const labels = host.split('.')
    for (let first = 0; first + 1 < labels.length && first < 3; first++) domains.push(labels.slice(first).join('.'))
  }
  for (const domain of domains) {
    for (const path of paths) {
      if (domain === cookieDomain && path === cookiePath) continue
      reply.cookies.push(`${gone}; Path=${path}${domain === null ? '' : `; Domain=${domain}`}${secure}`)
    }
  }
}

function addToVary(reply: Reply): void {
  const vary = reply.headers.get('vary')
  if (vary === undefined || vary === '') reply.headers.set('vary', 'Cookie')
  else if (!/(^|,)\s*(cookie|\*)\s*(,|$)/i.test(vary)) reply.headers.set('vary', `${vary}, Cookie`)
}

function allOf(values: readonly Soon<void>[]): Soon<void> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(() => undefined) : undefined
}
