interface Fragment {
  readonly markup: string
  /** Milliseconds since 1970. */
  readonly until: number
}

/**
 * Parts of templates that were rendered already: `{{#cache key=session.key ttl="10m"}} … {{/cache}}`. One for each wiki,
 * bounded in entries and bytes; what was used longest ago goes first.
 */
export class FragmentCache {
  readonly #now: () => number
  readonly #mostEntries: number
  readonly #mostBytes: number
  readonly #fragments = new Map<string, Fragment>()
  #bytes = 0

  constructor(
    now: () => number,
    { mostEntries = 2000, mostBytes = 8_000_000 }: { mostEntries?: number; mostBytes?: number } = {},
  ) {
    this.#now = now
    this.#mostEntries = mostEntries
    this.#mostBytes = mostBytes
  }

  get entries(): number {
    return this.#fragments.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): string | null {
    const found = this.#fragments.get(key)
    if (found === undefined) return null
    this.#drop(key, found)
    if (found.until <= this.#now()) return null
    this.#add(key, found)
    return found.markup
  }

  /** `ttl` in seconds. A fragment that would take a quarter of the whole is not kept. */
  keep(key: string, markup: string, ttl: number): void {
    const old = this.#fragments.get(key)
    if (old !== undefined) this.#drop(key, old)
    if (ttl <= 0 || sizeOf(key, markup) > this.#mostBytes / 4) return
    this.#add(key, { markup, until: this.#now() + ttl * 1000 })
    for (const [oldest, fragment] of this.#fragments) {
      if (this.#fragments.size <= this.#mostEntries && this.#bytes <= this.#mostBytes) break
      this.#drop(oldest, fragment)
    }
  }

  #add(key: string, fragment: Fragment): void {
    this.#fragments.set(key, fragment)
    this.#bytes += sizeOf(key, fragment.markup)
  }

  #drop(key: string, fragment: Fragment): void {
    this.#fragments.delete(key)
    this.#bytes -= sizeOf(key, fragment.markup)
  }
}

/** JavaScript keeps most texts in two bytes a letter; the entry itself takes some as well. */
const sizeOf = (key: string, markup: string): number => (key.length + markup.length) * 2 + 100
