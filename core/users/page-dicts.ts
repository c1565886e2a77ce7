import { dictOf } from './dict-of.ts'

export interface PageDictsOptions {
  /** Dicts of the configuration; they come first, and a page of the same name is not asked. */
  readonly configured?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Which page names are dicts; the whole name must match. */
  readonly pageDictRegex: RegExp
  /** The text of a page's current revision, whatever its ACL says; null when there is no such page. */
  readPage(pageName: string): Promise<string | null>
  /** Changes when any page may have changed. */
  stamp(): string
}

/** Dicts of the configuration and of wiki pages. */
export class PageDicts {
  readonly #options: PageDictsOptions
  readonly #configured: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly #regex: RegExp
  #stamp = ''
  #read = new Map<string, Promise<ReadonlyMap<string, string> | null>>()

  constructor(options: PageDictsOptions) {
    this.#options = options
    this.#configured = new Map(
      Object.entries(options.configured ?? {}).map(([name, dict]) => [name, new Map(Object.entries(dict))]),
    )
    this.#regex = new RegExp(`^(?:${options.pageDictRegex.source})$`, options.pageDictRegex.flags.replace(/[gy]/g, ''))
  }

  /** The entries of a dict; null when there is none of that name. */
  async dict(name: string): Promise<ReadonlyMap<string, string> | null> {
    const configured = this.#configured.get(name)
    if (configured) return configured
    if (!this.#regex.test(name)) return null
    const stamp = this.#options.stamp()
    if (stamp !== this.#stamp) {
      this.#stamp = stamp
      this.#read = new Map()
    }
    let found = this.#read.get(name)
    if (!found) {
      found = this.#options.readPage(name).then((text) => (text === null ? null : dictOf(text)))
      const read = this.#read
      read.set(name, found)
      // A store that was ill for a moment is asked again.
      found.catch(() => read.delete(name))
    }
    return found
  }
}
