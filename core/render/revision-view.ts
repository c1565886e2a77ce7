import type { WikiServices } from '../api/action.ts'
import type { Revision } from '../api/page.ts'

/** A revision in a reader's words: what histories, diffs and banners say of it. */
export interface RevisionView {
  readonly number: number
  readonly time: string
  /** The time for programs. */
  readonly iso: string
  readonly author: string
  /** '' when the author has no page. */
  readonly authorHref: string
  readonly comment: string
}

/** A revision as templates show it: times in the reader's zone and form, the author with an address. */
export async function revisionView(wiki: WikiServices, revision: Revision): Promise<RevisionView> {
  const author = await wiki.author(revision.author)
  return {
    number: revision.revision,
    time: wiki.formatDateTime(revision.time),
    iso: revision.time.toISOString(),
    author: author.name,
    authorHref: author.href,
    comment: revision.comment,
  }
}
