import type { Page } from '../api/page.ts'
import type { PageState, PageStore } from '../api/page-store.ts'

/** The current page of a name, as its state says. */
export function currentPage(name: string, state: PageState, store: PageStore, href: PageAddress): Page {
  return {
    name,
    exists: state.exists,
    revision: state.revision,
    underlay: state.underlay,
    modified: state.modified,
    text: async () => (state.exists ? ((await store.read(name)) ?? '') : ''),
    url: (query) => href(name, query),
  }
}

/** An older revision; null when its text is not there. */
export async function oldPage(
  name: string,
  revision: number,
  state: PageState,
  store: PageStore,
  href: PageAddress,
): Promise<Page | null> {
  const text = await store.read(name, revision)
  if (text === null) return null
  const [entry] = await store.history(name, { limit: 1, before: revision + 1 })
  return {
    name,
    exists: true,
    revision,
    underlay: state.underlay,
    modified: entry?.revision === revision ? entry.time : null,
    text: async () => text,
    url: (query) => href(name, query),
  }
}

export type PageAddress = (name: string, query?: Readonly<Record<string, string | number>>, anchor?: string) => string
