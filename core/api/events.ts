import type { Author } from './page.ts'
import type { User } from './user.ts'
import type { WikiTools } from './wiki-tools.ts'

/** What happens in a wiki, for those who want to know. Names are MoinMoin's. */
export interface WikiEvents {
  pageChanged: {
    readonly page: string
    readonly revision: number
    readonly author: Author
    readonly comment: string
    readonly trivial: boolean
  }
  pageRenamed: { readonly page: string; readonly oldName: string; readonly author: Author; readonly comment: string }
  pageDeleted: { readonly page: string; readonly author: Author; readonly comment: string }
  pageReverted: { readonly page: string; readonly revision: number; readonly author: Author }
  fileAttached: { readonly page: string; readonly file: string; readonly author: Author }
  fileRemoved: { readonly page: string; readonly file: string; readonly author: Author }
  userCreated: { readonly id: string; readonly name: string }
  login: { readonly id: string; readonly name: string }
  /** Sessions of the account `id` were ended from a list; `by`: who did it. */
  sessionsEnded: { readonly id: string; readonly by: string; readonly count: number }
  /** A superuser looks at the wiki as somebody else. */
  userSwitched: { readonly id: string; readonly name: string; readonly toId: string; readonly toName: string }
  userSwitchedBack: { readonly id: string; readonly name: string; readonly fromId: string; readonly fromName: string }
  logout: { readonly id: string; readonly name: string }
}

/**
 * An event handler is a file `plugins/events/NAME.ts` that exports a function for each event it wants to know of, by its name. It is
 * called after the event, and nothing it does or throws can undo that; `beforeSave` is called before a page is written and may refuse.
 *
 *     export function beforeSave({ text }: PageToSave) {
 *       if (text.includes('casino')) return 'No gambling here.'
 *     }
 */
export type EventPlugin = {
  readonly [E in keyof WikiEvents]?: (event: WikiEvents[E], wiki: WikiTools) => void | Promise<void>
} & {
  /** Answers the reason for the visitor when the page shall not be saved. */
  readonly beforeSave?: (page: PageToSave, wiki: WikiTools) => string | void | Promise<string | void>
}

/** A page about to be written. */
export interface PageToSave {
  readonly page: string
  /** null: it is to be deleted. */
  readonly text: string | null
  /** The text that is there now; null for a new page. */
  readonly before: string | null
  readonly user: User
  readonly author: Author
  readonly comment: string
}

/** What an event handler may export. */
export const eventNames = [
  'beforeSave',
  'pageChanged',
  'pageRenamed',
  'pageDeleted',
  'pageReverted',
  'fileAttached',
  'fileRemoved',
  'userCreated',
  'login',
  'logout',
  'sessionsEnded',
  'userSwitched',
  'userSwitchedBack',
] as const satisfies readonly (keyof EventPlugin)[]
