import type { SessionEvent, SessionEventName } from '../api/session-events.ts'

export type { SessionEvent, SessionEventName }

/** Sums since the start, for an admin's page and for tests that count what we promise. */
export interface SessionCounters {
  /** Records asked of a store. */
  loads: number
  creates: number
  merges: number
  touches: number
  renames: number
  destroys: number
  /** Changes dropped because the session had ended meanwhile. */
  discards: number
  /** `update` calls that had to try again. */
  conflicts: number
  /** Cookies that were not ours. */
  rejects: number
  errors: number
  /** Milliseconds spent waiting for stores that answer later. */
  waited: number
}

/** Who wants to know. Listeners must not throw; one that does is ignored. */
export class SessionEvents {
  readonly counters: SessionCounters = {
    loads: 0,
    creates: 0,
    merges: 0,
    touches: 0,
    renames: 0,
    destroys: 0,
    discards: 0,
    conflicts: 0,
    rejects: 0,
    errors: 0,
    waited: 0,
  }
  #listeners = new Map<SessionEventName | '*', Set<(event: SessionEvent) => void>>()

  /** Calls `listener` for one kind of event, or for all (`'*'`). Returns what ends that. */
  on(name: SessionEventName | '*', listener: (event: SessionEvent) => void): () => void {
    let listeners = this.#listeners.get(name)
    if (listeners === undefined) this.#listeners.set(name, (listeners = new Set()))
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** True when it is worth making the event. */
  wants(name: SessionEventName): boolean {
    return this.#listeners.size > 0 && (this.#listeners.has(name) || this.#listeners.has('*'))
  }

  emit(event: SessionEvent): void {
    for (const name of [event.event, '*'] as const) {
      const listeners = this.#listeners.get(name)
      if (listeners === undefined) continue
      for (const listener of listeners) {
        try {
          listener(event)
        } catch {
          // A listener's fault must not become the visitor's.
        }
      }
    }
  }
}
