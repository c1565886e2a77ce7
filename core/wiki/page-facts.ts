import type { Instructions } from '../api/document.ts'
import type { Revision } from '../api/page.ts'
import type { PageState, PageStore } from '../api/page-store.ts'
import { parseInstructions } from '../markup/instructions.ts'
import type { ChangeFeed } from './change-feed.ts'

/** What every view of a page needs to know before it can begin, kept until the page changes. */
export interface PageFacts {
  readonly state: PageState
  /** Instructions of the current text, or of the last one that was stored when the page is deleted: its ACL still holds. */
  readonly instructions: Instructions
  /** Who made the current revision, and when; read when first asked for. */
  lastChange(): Promise<Revision | null>
}

const mostFacts = 20_000

/** The facts of recently seen pages, dropped when the feed says that a page changed. */
export class PageFactsCache {
  readonly #store: PageStore
  readonly #feed: ChangeFeed
  readonly #facts = new Map<string, PageFacts>()

  constructor(store: PageStore, feed: ChangeFeed) {
    this.#store = store
    this.#feed = feed
    feed.listen((names) => {
      if (names === null) this.#facts.clear()
      else for (const name of names) this.#facts.delete(name)
    })
  }

  /** The facts when they are at hand. */
  peek(name: string): PageFacts | undefined {
    return this.#facts.get(name)
  }

  async get(name: string): Promise<PageFacts> {
    const known = this.#facts.get(name)
    if (known !== undefined) return known
    const { version } = this.#feed
    const state = await this.#store.state(name)
    const text = state.exists ? await this.#store.read(name) : await this.#lastText(name, state)
    let last: Promise<Revision | null> | null = null
    const facts: PageFacts = {
      state,
      instructions: parseInstructions(text ?? ''),
      lastChange: () => (last ??= this.#store.history(name, { limit: 1 }).then(([revision]) => revision ?? null)),
    }
    // A change seen meanwhile has dropped what was kept: what was read before it must not come after it.
    if (this.#feed.version !== version) return facts
    if (this.#facts.size >= mostFacts) this.#facts.delete(this.#facts.keys().next().value ?? '')
    this.#facts.set(name, facts)
    return facts
  }

  /** Of a deleted page the newest revision that has a text: no deletion may lift an ACL. */
  async #lastText(name: string, state: PageState): Promise<string | null> {
    if (state.revision === 0) return null
    for (const { revision } of await this.#store.history(name, { limit: 20 })) {
      const text = await this.#store.read(name, revision)
      if (text !== null) return text
    }
    return null
  }
}
