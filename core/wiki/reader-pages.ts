import type { Attachment, Change, Page, PageReader, Revision } from '../api/page.ts'
import type { PageStore } from '../api/page-store.ts'
import type { User } from '../api/user.ts'
import type { PageFactsCache } from './page-facts.ts'
import { currentPage, oldPage, type PageAddress } from './stored-page.ts'

/** The wiki's pages as one visitor may see them. */
export class ReaderPages implements PageReader {
  readonly #store: PageStore
  readonly #facts: PageFactsCache
  readonly #links: LinkIndex
  readonly #user: User
  readonly #href: PageAddress

  constructor(parts: { store: PageStore; facts: PageFactsCache; links: LinkIndex; href: PageAddress }, user: User) {
    this.#store = parts.store
    this.#facts = parts.facts
    this.#links = parts.links
    this.#href = parts.href
    this.#user = user
  }

  async read(name: string, revision?: number): Promise<Page | null> {
    if (!(await this.#user.may.read(name))) return null
    const { state } = await this.#facts.get(name)
    if (revision === undefined || (revision === state.revision && state.exists))
      return state.exists ? currentPage(name, state, this.#store, this.#href) : null
    return oldPage(name, revision, state, this.#store, this.#href)
  }

  async exists(name: string): Promise<boolean> {
    return (await this.#facts.get(name)).state.exists
  }

  async names(filter: { prefix?: string; underlay?: boolean; matching?: RegExp } = {}): Promise<readonly string[]> {
    const { prefix, matching } = filter
    const all = await this.#store.names({ underlay: filter.underlay ?? true })
    const wanted = all.filter(
      (name) => (prefix === undefined || name.startsWith(prefix)) && (matching === undefined || matching.test(name)),
    )
    return this.#readable(wanted)
  }

  async links(name: string): Promise<readonly string[]> {
    return (await this.#user.may.read(name)) ? this.#links.links(name) : []
  }

  async backlinks(name: string): Promise<readonly string[]> {
    return this.#readable(await this.#links.backlinks(name))
  }

  async history(name: string, options: { limit?: number; before?: number } = {}): Promise<readonly Revision[]> {
    return (await this.#user.may.read(name)) ? this.#store.history(name, options) : []
  }

  async *changes(options: { limit?: number; since?: Date } = {}): AsyncIterable<Change> {
    let left = options.limit ?? Number.POSITIVE_INFINITY
    if (left <= 0) return
    for await (const change of this.#store.changes(options.since ? { since: options.since } : {})) {
      if (!(await this.#user.may.read(change.page))) continue
      yield change
      if (--left <= 0) return
    }
  }

  async attachments(name: string): Promise<readonly Attachment[]> {
    return (await this.#user.may.read(name)) ? this.#store.attachments(name) : []
  }

  async #readable(names: readonly string[]): Promise<readonly string[]> {
    const readable: string[] = []
    for (const name of names) if (await this.#user.may.read(name)) readable.push(name)
    return readable
  }
}

/** Who links where. */
export interface LinkIndex {
  links(name: string): Promise<readonly string[]>
  backlinks(name: string): Promise<readonly string[]>
}
