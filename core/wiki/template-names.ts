import type { PageReader } from '../api/page.ts'
import type { PageStore } from '../api/page-store.ts'

/** The names of the pages that new pages may start from. All names are looked through once, until pages appear or vanish. */
export class TemplateNames {
  readonly #store: PageStore
  readonly #regex: RegExp
  #of: readonly string[] = []
  #names: readonly string[] = []

  constructor(store: PageStore, regex: RegExp) {
    this.#store = store
    this.#regex = regex
  }

  /** Those that this reader may read. */
  async readable(pages: PageReader): Promise<readonly string[]> {
    const all = await this.#store.names()
    if (all !== this.#of) {
      this.#names = all.filter((name) => this.#regex.test(name))
      this.#of = all
    }
    const readable: string[] = []
    for (const name of this.#names) if ((await pages.read(name)) !== null) readable.push(name)
    return readable
  }
}
