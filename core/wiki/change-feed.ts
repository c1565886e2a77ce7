import type { PageStore } from '../api/page-store.ts'

/** Told the names of pages that changed; null: anything may have changed. */
export type ChangeListener = (names: readonly string[] | null) => void

/**
 * Tells caches what changed, whoever changed it: another process on the same folder writes the same log. The question "is
 * everything still as it was?" is one look at the log's size, so it can be asked on every view.
 */
export class ChangeFeed {
  readonly #store: PageStore
  readonly #listeners: ChangeListener[] = []
  #stamp: string
  /** The log as seen in this turn of the event loop. */
  #seen: string | null = null
  #catchingUp: Promise<void> | null = null

  constructor(store: PageStore) {
    this.#store = store
    this.#stamp = store.stamp()
  }

  /** Grows with every change seen; what was made under another number may be stale. */
  version = 0

  listen(listener: ChangeListener): void {
    this.#listeners.push(listener)
  }

  /**
   * True when nothing changed since the last `catchUp`. Requests of one turn of the event loop share one look: all of them had
   * arrived before it, so whoever was told of a change before asking sees it.
   */
  isCurrent(): boolean {
    return this.#look() === this.#stamp
  }

  /** Tells the listeners what changed; afterwards every cache is as new as the store was at the call. */
  async catchUp(): Promise<void> {
    while (!this.isCurrent()) await (this.#catchingUp ??= this.#tell().finally(() => (this.#catchingUp = null)))
  }

  /** The same after a change made here, which the look of this turn may have missed. */
  catchUpNow(): Promise<void> {
    this.#seen = null
    return this.catchUp()
  }

  #look(): string {
    if (this.#seen === null) {
      this.#seen = this.#store.stamp()
      setImmediate(() => {
        this.#seen = null
      })
    }
    return this.#seen
  }

  async #tell(): Promise<void> {
    const stamp = this.#store.stamp()
    const names = await this.#store.changedSince(this.#stamp)
    for (const listener of this.#listeners) listener(names)
    this.version++
    this.#stamp = stamp
    this.#seen = null
  }
}
