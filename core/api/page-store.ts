import type { Attachment, Author, Change, ChangeAction, Revision } from './page.ts'
import type { Readable } from 'node:stream'

/**
 * Where pages live. Asynchronous throughout, no ACL inside: callers ask `user.may` first.
 * Missing is null, never an error; a throw means the store itself is ill.
 */
export interface PageStore {
  /** State of a page, own data before underlay. A name nobody ever used answers `exists: false, revision: 0`. */
  state(name: string): Promise<PageState>
  /** Text of a revision (default: the current one), LF line ends; null when there is none. */
  read(name: string, revision?: number): Promise<string | null>
  /**
   * Writes a new revision on top of `base` (the revision number the writer started from; 0 for a new page).
   * The revision is claimed by exclusive creation: of two writers with the same base exactly one gets 'saved',
   * the other 'conflict' with the state that is now. Equal text answers 'unchanged', whatever the base (the same form sent twice
   * is no conflict). Acknowledged means fsynced: 'saved' survives a power cut.
   * `text: null` deletes the page (history stays); an underlay page behind it reappears.
   * An underlay page is copied by its first edit, which makes the revision after the underlay's. Line ends become LF, one at the
   * end. Throws `bad-page-name` or `page-name-too-long` for names that cannot be stored.
   */
  save(name: string, change: PageChange): Promise<SaveResult>
  /**
   * Moves page, history and attachments, and saves a revision that begins with `## page was renamed from OLD`. False when there
   * is no such page, or when the target exists, in the underlay too, or was deleted: histories are never mixed.
   */
  rename(from: string, to: string, change: Omit<PageChange, 'text' | 'base' | 'action'>): Promise<boolean>
  /**
   * Newest first. `before`: only revisions with a smaller number. With `attachments` their events are in between, as revision
   * 99999999. A revision whose line in the log is lost has the time of its file and an unknown author. A comment of more than 201
   * characters was stored as none.
   */
  history(name: string, options?: { limit?: number; before?: number; attachments?: boolean }): Promise<readonly Revision[]>
  /**
   * Names of existing pages, code point order, no duplicates; own data and underlay together unless told otherwise. The same
   * array again as long as nothing has come or gone.
   */
  names(options?: { underlay?: boolean }): Promise<readonly string[]>
  /** The wiki's edit-log, newest first, read backwards so that the first entries cost the same in any wiki. */
  changes(options?: { since?: Date }): AsyncIterable<Change>
  /**
   * Changes whenever any process has saved, renamed, deleted or attached anything: the edit-log's size and time.
   * Synchronous and cheap (one stat): caches compare it on every view.
   */
  stamp(): string
  /** Names of the pages changed since a stamp, both names of a renamed one; null when they cannot be told (rebuild everything). */
  changedSince(stamp: string): Promise<readonly string[] | null>
  /** By name, in code point order. */
  attachments(name: string): Promise<readonly Attachment[]>
  /** `open()` for all of it, or the bytes from `start` to `end`, both included. Null for a name that is a path, or a link. */
  attachment(
    name: string,
    file: string,
  ): Promise<{ size: number; modified: Date; open(range?: { start: number; end: number }): Readable } | null>
  /** Signs that file systems and addresses dislike become `_` in the name. The file appears whole or not at all. */
  attach(
    name: string,
    file: string,
    bytes: Uint8Array,
    author: Author,
    options?: { overwrite?: boolean },
  ): Promise<'saved' | 'exists'>
  /** False when there was no such attachment. */
  detach(name: string, file: string, author: Author): Promise<boolean>
  /** The edit lock of a page: who edits it and since when; null when nobody does. */
  lock(name: string): Promise<EditLock | null>
  setLock(name: string, lock: EditLock | null): Promise<void>
  close?(): Promise<void>
}

/** What is known of a page without reading its text. */
export interface PageState {
  readonly exists: boolean
  /** Current revision; of a deleted page the number its `current` names; 0 when nothing was ever stored. */
  readonly revision: number
  readonly deleted: boolean
  readonly underlay: boolean
  /** Bytes of the current text. */
  readonly size: number
  readonly modified: Date | null
}

/** What a save stores. `base` is the revision it started from, 0 for a new page; text null deletes the page. */
export interface PageChange {
  readonly text: string | null
  readonly base: number
  readonly author: Author
  readonly comment?: string
  readonly action?: ChangeAction
  readonly extra?: string
  readonly time?: Date
}

/** What became of a save: nothing is stored in a conflict, and an equal text makes no revision. */
export type SaveResult =
  | { readonly status: 'saved'; readonly revision: number }
  | { readonly status: 'unchanged'; readonly revision: number }
  | { readonly status: 'conflict'; readonly current: PageState }

/** Who edits a page, and since when. */
export interface EditLock {
  readonly time: Date
  readonly author: Author
}
