import { WikiError, sessionStoreDown, sessionUpdateContended } from '../api/errors.ts'
import type { Soon } from '../api/session.ts'
import { noChange } from './apply-change.ts'
import { inTime } from './in-time.ts'
import type { SessionState } from './session-state.ts'
import { encodeValue } from './values.ts'

const mostTries = 20

/**
 * Replaces a value by what `change` makes of it, and again if another request was quicker: the store takes the new value only
 * in the place of the one that `change` saw. Answers the value that was stored. Throws `session-store-down` when the store is ill.
 */
export async function updateKey(state: SessionState, key: string, change: (value: unknown) => unknown): Promise<unknown> {
  await state.load()
  const log = state.writable(key)
  const { counters } = state.home.events
  for (let tries = 0; ; tries++) {
    const value = change(log.get(key))
    if (state.record === null || state.token === null || state.carried !== null) {
      // Nothing stored yet, or all of it in this visitor's hands: nobody to compete with.
      if (value === undefined) log.delete(key)
      else log.set(key, value, state.owner)
      return value
    }
    const text = value === undefined ? undefined : encodeValue(value, key, state.owner)
    counters.merges++
    // What this request did to the key before is part of the value now; the store compares with what was read.
    const merge = {
      ...noChange,
      expect: new Map([[key, state.record.values.get(key) ?? null]]),
      ...(text === undefined ? { delete: new Set([key]) } : { set: new Map([[key, text]]) }),
    }
    const { key: id } = state.token
    const done = await asked(state, 'merge', () => state.store.merge(id, merge))
    if (done === 'ok') {
      const values = new Map(state.record.values)
      if (text === undefined) values.delete(key)
      else values.set(key, text)
      state.record = { ...state.record, values }
      log.settled(key, text)
      return value
    }
    if (done === 'gone') {
      state.discard()
      return value
    }
    counters.conflicts++
    if (tries === mostTries) throw sessionUpdateContended(key)
    counters.loads++
    const now = await asked(state, 'read', () => state.store.read(id))
    // It has ended, or goes on under another id: the next merge says so.
    if (now === null || now.moved === true) continue
    state.record = now
    log.settled(key, now.values.get(key))
  }
}

/** What the store answers; when it is ill the request is told as at its end: nothing was kept, try again. */
async function asked<T>(state: SessionState, operation: string, ask: () => Soon<T>): Promise<T> {
  try {
    return await inTime(state.home, state.store, operation, ask())
  } catch (error) {
    state.tell('error', `update: ${operation}`, error)
    throw error instanceof WikiError && error.code === 'session-too-large' ? error : sessionStoreDown(error)
  }
}
