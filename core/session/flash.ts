import { flashPrefix } from './reserved-keys.ts'
import type { SessionState } from './session-state.ts'

// Behind it: when, the how manieth of its request, something random, and the key.
const each = `${flashPrefix}\u0000`
const timeDigits = 9
const countDigits = 3
const head = each.length + timeDigits + countDigits + 6

/** Keeps a value for the next page that asks: under a name of its own, so that who takes another one does not take this. */
export function flash(state: SessionState, key: string, value: unknown): void {
  const at = state.home.clock.now().toString(36).padStart(timeDigits, '0')
  const count = (state.flashed++).toString(36).padStart(countDigits, '0')
  state.set(`${each}${at}${count}${state.home.ids.next().slice(0, 6)}${key}`, value)
}

/** What was kept, once, in the order it came. */
export function flashes(state: SessionState, key: string): readonly unknown[] {
  const log = state.look()
  const found: unknown[] = []
  // A list of all, as it was kept before each had a name.
  const before = log.get(flashPrefix + key)
  if (Array.isArray(before)) {
    found.push(...(before as unknown[]))
    state.delete(flashPrefix + key)
  }
  const names = [...log.keys()].filter((name) => name.startsWith(each) && name.slice(head) === key)
  for (const name of names.sort()) {
    found.push(log.get(name))
    state.delete(name)
  }
  return found
}
