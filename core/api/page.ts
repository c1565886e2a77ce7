/** A page as a reader sees it at one moment: plain facts, and its text on demand. */
export interface Page {
  /** The normalised name, `Some Page/Sub Page`. */
  readonly name: string
  /** False for a page that was never made or is deleted. */
  readonly exists: boolean
  /** Number of the revision shown, from 1; 0 when there is none. */
  readonly revision: number
  /** True when the text comes from the underlay (help and system pages), not from the wiki's own data. */
  readonly underlay: boolean
  /** When this revision was made; null when no log line or file tells. */
  readonly modified: Date | null
  /** The text with LF line ends; '' when the page does not exist. */
  text(): Promise<string>
  /** The address of this page within the site, with a query if given: `page.url({ action: 'edit' })`. */
  url(query?: Readonly<Record<string, string | number>>): string
}

/** Read access to pages. What a plugin gets is already filtered by the reader's ACL: a page that may not be read is null. */
export interface PageReader {
  /** The page, or null when it does not exist or may not be read. */
  read(name: string, revision?: number): Promise<Page | null>
  /** True when a page of this name exists (readable or not: links to it are not marked as missing). */
  exists(name: string): Promise<boolean>
  /** Names of all existing readable pages in code point order. `underlay` (default true): include system pages. */
  names(filter?: { prefix?: string; underlay?: boolean; matching?: RegExp }): Promise<readonly string[]>
  /** Names of the pages that this page's text links to. */
  links(name: string): Promise<readonly string[]>
  /** Names of the readable pages whose text links here. */
  backlinks(name: string): Promise<readonly string[]>
  /** The page's revisions, newest first. */
  history(name: string, options?: { limit?: number; before?: number }): Promise<readonly Revision[]>
  /** Changes of the whole wiki, newest first. */
  changes(options?: { limit?: number; since?: Date }): AsyncIterable<Change>
  /** The page's attachments by name. */
  attachments(name: string): Promise<readonly Attachment[]>
}

/** One entry of a page's history. */
export interface Revision {
  readonly revision: number
  readonly time: Date
  readonly action: ChangeAction
  /** Bytes of the stored text; null when the revision holds no text (a deletion) or its file is gone. */
  readonly size: number | null
  readonly author: Author
  readonly comment: string
  /** What the action refers to: the source revision of a revert, the old name of a rename, an attachment's name; `minorChange` for an edit that its author called minor. */
  readonly extra: string
}

/** One entry of the wiki's edit-log. */
export interface Change extends Omit<Revision, 'size'> {
  readonly page: string
}

/** MoinMoin's words for what happened. */
export type ChangeAction = 'SAVE' | 'SAVENEW' | 'SAVE/REVERT' | 'SAVE/RENAME' | 'ATTNEW' | 'ATTDEL' | 'ATTDRW' | (string & {})

/** `extra` of a minor edit. MoinMoin looks at the field for other actions only. */
export const minorChange = 'minor'

/** Who made a change. */
export interface Author {
  /** User id, '' for an anonymous visitor. */
  readonly userId: string
  /** Address and host name; '' when the wiki does not log them. */
  readonly address: string
  readonly host: string
}

/** A file that hangs on a page. */
export interface Attachment {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly modified: Date
}
