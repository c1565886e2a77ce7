import { flashPrefix } from './reserved-keys.ts'
import type { SessionState } from './session-state.ts'

/** Keeps a value for the next page that asks. */
export function flash(state: SessionState, key: string, value: unknown): void {
  state.append(flashPrefix + key, value, 0, false)
}

/** What was kept, once. */
export function flashes(state: SessionState, key: string): readonly unknown[] {
  const list = state.look().get(flashPrefix + key)
  if (!Array.isArray(list)) return []
  state.writable('').delete(flashPrefix + key)
  return list
}
