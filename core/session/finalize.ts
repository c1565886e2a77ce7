import { WikiError, sessionStoreDown } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { SessionUser, Soon } from '../api/session.ts'
import { after } from '../base/soon.ts'
import { planEnding } from './plan-ending.ts'
import type { Ending, EndingRules } from './ending.ts'
import { inTime } from './in-time.ts'
import { isSafe } from './safe-method.ts'
import { writeSessionHeaders } from './session-headers.ts'
import type { Outcome } from './session-headers.ts'
import type { SessionState } from './session-state.ts'

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
  if (ending.do === 'load') return after(state.load(), () => endLoaded(state, who, reply, rules))
  state.over = true
  if (ending.do === 'nothing') return writeSessionHeaders(state, ending, 'done', reply, rules)
  let outcome: Soon<Outcome>
  try {
    outcome = carryOut(state, ending)
  } catch (error) {
    outcome = failed(state, ending, error)
  }
  if (!(outcome instanceof Promise)) return writeSessionHeaders(state, ending, outcome, reply, rules)
  const start = performance.now()
  return outcome
    .catch((error: unknown) => failed(state, ending, error))
    .then((late) => {
      state.home.events.counters.waited += performance.now() - start
      writeSessionHeaders(state, ending, late, reply, rules)
    })
}

function carryOut(state: SessionState, ending: Exclude<Ending, { do: 'load' }>): Soon<Outcome> {
  const { home, store } = state
  const { counters } = home.events
  switch (ending.do) {
    case 'nothing':
    case 'promise':
      return 'done'
    case 'destroy':
      counters.destroys += ending.keys.length
      state.tell('destroy', ending.reason)
      return after(allOf(ending.keys.map((key) => inTime(home, store, 'destroy', store.destroy(key)))), () => 'done')
    case 'create':
      counters.creates++
      return after(inTime(home, store, 'create', store.create(ending.key, ending.record)), (created) => {
        if (created) {
          state.tell('create', ending.record.kind)
          return 'done'
        }
        // Two first requests with one promised cookie: the second adds to what the first made.
        counters.merges++
        return after(inTime(home, store, 'merge', store.merge(ending.key, ending.change)), (merged) =>
          merged === 'ok' ? 'done' : discarded(state),
        )
      })
    case 'merge':
      if (ending.touch) counters.touches++
      else counters.merges++
      return after(inTime(home, store, 'merge', store.merge(ending.key, ending.change)), (merged) => {
        if (merged !== 'ok') return ending.touch ? whyGone(state, ending.key) : discarded(state, ending.key)
        if (state.home.events.wants(ending.touch ? 'touch' : 'save')) state.tell(ending.touch ? 'touch' : 'save', '')
        return 'done'
      })
    case 'rename':
      counters.renames++
      return after(inTime(home, store, 'rename', store.rename(ending.from, ending.to, ending.change)), (renamed) => {
        if (renamed === 'ok') {
          state.tell('renew', ending.change.user === undefined ? '' : 'signed in')
          return 'done'
        }
        if (ending.instead === null) return discarded(state, ending.from)
        counters.creates++
        return after(inTime(home, store, 'create', store.create(ending.to, ending.instead)), (created) =>
          created ? 'done' : 'failed',
        )
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
  return after(inTime(state.home, state.store, 'read', state.store.read(key)), (record) => {
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

function allOf(values: readonly Soon<void>[]): Soon<void> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(() => undefined) : undefined
}
