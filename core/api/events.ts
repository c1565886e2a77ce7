import type { Author } from './page.ts'
import type { User } from './user.ts'
import type { WikiTools } from './wiki-tools.ts'

/**
 * What happens in a wiki, for those who want to know. Each change is told once, by the word that says most about it: a revert is
 * `pageReverted` and not `pageChanged` as well. No event carries a password, a ticket or the id of a session.
 */
export interface WikiEvents {
  /** A page was saved: made, edited, or copied from another. */
  pageChanged: {
    readonly page: string
    readonly revision: number
    readonly author: Author
    readonly comment: string
    /** The author called it a minor change. */
    readonly trivial: boolean
  }
  /** Told for every page that moved along, too. */
  pageRenamed: { readonly page: string; readonly oldName: string; readonly author: Author; readonly comment: string }
  pageDeleted: { readonly page: string; readonly author: Author; readonly comment: string }
  /** `revision`: whose text is the page's again. */
  pageReverted: { readonly page: string; readonly revision: number; readonly author: Author; readonly comment: string }
  fileAttached: { readonly page: string; readonly file: string; readonly author: Author }
  fileRemoved: { readonly page: string; readonly file: string; readonly author: Author }
  userCreated: { readonly id: string; readonly name: string }
  login: { readonly id: string; readonly name: string }
  logout: { readonly id: string; readonly name: string }
  /** Sessions of the account `id` were ended from a list; `by`: the id of who did it. */
  sessionsEnded: { readonly id: string; readonly by: string; readonly count: number }
  /** A superuser looks at the wiki as somebody else. */
  userSwitched: { readonly id: string; readonly name: string; readonly toId: string; readonly toName: string }
  userSwitchedBack: { readonly id: string; readonly name: string; readonly fromId: string; readonly fromName: string }
}

/**
 * An event handler is a file `plugins/events/NAME.ts` that exports a function for each event it wants to know of, by its name. It
 * runs after the event and apart from it: nothing it does, throws or waits for can harm what has happened. The two that begin with
 * `before` are asked first and may refuse.
 *
 * ```ts
 * export function beforeSave({ text }: PageToSave) {
 *   if (text?.includes('casino')) return 'No gambling here.'
 * }
 * ```
 *
 * Handlers of the wiki's own folder come first, those of a folder by their names. Each event is over before the next one is told.
 */
export type EventPlugin = {
  readonly [E in keyof WikiEvents]?: (event: WikiEvents[E], wiki: WikiTools) => void | Promise<void>
} & {
  /**
   * A visitor is about to change a page, in whatever way. Answers the reason, in words for the visitor, when that must not be; their
   * text comes back with it. A guard that throws, or takes longer than `deadlines.event`, has no say: the wiki must not be locked by
   * a fault in it. The log and the plugins' page tell.
   */
  readonly beforeSave?: (page: PageToSave, wiki: WikiTools) => Refusal | Promise<Refusal>
  /** The same for a file that is about to be attached. */
  readonly beforeAttach?: (file: FileToAttach, wiki: WikiTools) => Refusal | Promise<Refusal>
}

/** A reason against it; nothing when there is none. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return is the most frequent guard.
export type Refusal = string | null | undefined | void

/** A change of a page that is about to be made. */
export interface PageToSave {
  readonly change: 'save' | 'delete' | 'revert' | 'rename'
  /** For a page that is renamed, the new name. */
  readonly page: string
  /** The name until now of a page that is renamed, else null. */
  readonly oldName: string | null
  /** As it will be stored, variables such as `@SIG@` filled in; null: the page is to be deleted. */
  readonly text: string | null
  /** The text that is there now; null for a new page. */
  readonly before: string | null
  readonly comment: string
  /** Who asks for it; `user.may` tells what else they may do. */
  readonly user: User
  readonly author: Author
}

/** A file that is about to be attached. */
export interface FileToAttach {
  readonly page: string
  readonly file: string
  readonly bytes: Uint8Array
  readonly user: User
  readonly author: Author
}

/** What an event handler may export. */
export const eventNames = [
  'beforeSave',
  'beforeAttach',
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
