import type { PageStore } from '../api/page-store.ts'

/**
 * Which pages exist, to be asked at once: `await names.load()` when a rendering starts, `names.has(name)` for each link in it.
 * A snapshot; where it matters (saving, rights) the store's `state` decides.
 */
export class PageNames {
  readonly #store: Pick<PageStore, 'names' | 'stamp'>
  #all: readonly string[] = []
  #set: ReadonlySet<string> = new Set()
  #stamp = ''

  constructor(store: Pick<PageStore, 'names' | 'stamp'>) {
    this.#store = store
  }

  /** Brings the snapshot up to date; costs next to nothing when nothing has changed. */
  async load(): Promise<void> {
    const stamp = this.#store.stamp()
    const all = await this.#store.names()
    this.#stamp = stamp
    if (all === this.#all) return
    this.#all = all
    this.#set = new Set(all)
  }

  has(name: string): boolean {
    return this.#set.has(name)
  }

  /** All names, in code point order. */
  get all(): readonly string[] {
    return this.#all
  }

  /** The store's stamp that the snapshot belongs to. */
  get stamp(): string {
    return this.#stamp
  }
}
