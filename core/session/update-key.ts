import { sessionUpdateContended } from '../api/errors.ts'
import { noChange } from './apply-change.ts'
import type { SessionState } from './session-state.ts'
import { encodeValue } from './values.ts'

const mostTries = 20

/**
 * Replaces a value by what `change` makes of it, and again if another request was quicker: the store takes the new value only
 * in the place of the one that `change` saw. Answers the value that was stored.
 */
export async function updateKey(state: SessionState, key: string, change: (value: unknown) => unknown): Promise<unknown> {
  await state.load()
  const log = state.writable(key)
  const { counters } = state.home.events
  for (let tries = 0; ; tries++) {
    const value = change(log.get(key))
    if (state.record === null || state.token === null) {
      // Nothing stored yet, so nobody to compete with.
      if (value === undefined) log.delete(key)
      else log.set(key, value, state.owner)
      return value
    }
    const text = value === undefined ? undefined : encodeValue(value, key, state.owner)
    counters.merges++
    // What this request did to the key before is part of the value now; the store compares with what was read.
    const done = await state.store.merge(state.token.key, {
      ...noChange,
      expect: new Map([[key, state.record.values.get(key) ?? null]]),
      ...(text === undefined ? { delete: new Set([key]) } : { set: new Map([[key, text]]) }),
    })
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
    const now = await state.store.read(state.token.key)
    if (now === null) continue
    state.record = now
    log.settled(key, now.values.get(key))
  }
}
