import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { badPageName } from '../api/errors.ts'
import type { EditLock, PageChange, PageState, PageStore, SaveResult } from '../api/page-store.ts'
import type { Attachment, Author, Change, Revision } from '../api/page.ts'
import { syncFolder } from '../base/atomic-file.ts'
import { systemClock } from '../base/clock.ts'
import type { Clock } from '../base/clock.ts'
import { cleanAttachmentName, listAttachments, openAttachment, removeAttachment, writeAttachment } from './attachments.ts'
import { byCodePoints, mergeSorted } from './code-point-order.ts'
import { copyFromUnderlay } from './copy-underlay.ts'
import { readLock, writeLock } from './edit-lock.ts'
import { appendToLog, ATTACHMENT_EVENT, formatLogLine } from './edit-log.ts'
import { readChanges, readHistory } from './history.ts'
import type { HistoryOptions } from './history.ts'
import { changedSinceStamp, stampOf } from './log-stamp.ts'
import { OwnNames } from './own-names.ts'
import { movePage } from './move-page.ts'
import { NEVER_STORED, PageFolder } from './page-folder.ts'
import { LONGEST_FILE_NAME, quoteName, quoteNameToStore } from './quote-name.ts'
import { savePage } from './save-page.ts'
import { openUnderlay } from './underlay.ts'
import type { Underlay } from './underlay.ts'

export interface MoinPageStoreOptions {
  /** The data directory: `pages/` and `edit-log` lie in it. */
  readonly dataFolder: string
  /** Folders with help and system pages, the first that has a page wins. MoinMoin's layout, or `<quoted name>.wiki` files. */
  readonly underlays?: readonly string[]
  readonly clock?: Clock
}

/** Pages in the file layout of MoinMoin 1.9, which MoinMoin may use again afterwards. */
export class MoinPageStore implements PageStore {
  readonly #pages: string
  readonly #log: string
  readonly #underlays: readonly Underlay[]
  readonly #clock: Clock
  readonly #ownNames: OwnNames
  #allNames: { readonly parts: readonly (readonly string[])[]; readonly names: readonly string[] } = { parts: [], names: [] }

  constructor(options: MoinPageStoreOptions) {
    this.#pages = join(options.dataFolder, 'pages')
    this.#log = join(options.dataFolder, 'edit-log')
    this.#underlays = (options.underlays ?? []).map(openUnderlay)
    this.#clock = options.clock ?? systemClock
    this.#ownNames = new OwnNames({
      pagesFolder: this.#pages,
      listFile: join(options.dataFolder, 'cache', 'servus', 'names.json'),
      exists: (name) => isStorable(name) && this.#folder(name).exists(),
      stamp: () => this.stamp(),
      changedSince: (stamp) => this.changedSince(stamp),
    })
  }

  async state(name: string): Promise<PageState> {
    return this.stateNow(name)
  }

  /** `state` without waiting: two or three system calls. */
  stateNow(name: string): PageState {
    return isStorable(name) ? this.#orBehind(name, this.#folder(name).state()) : NEVER_STORED
  }

  async read(name: string, revision?: number): Promise<string | null> {
    if (!isStorable(name)) return null
    const folder = this.#folder(name)
    const own = revision === undefined ? await folder.readCurrent() : await folder.read(revision)
    if (own !== null) return own
    // A number alone may mean the wiki's own page or the one in the underlay; without a number it is the page that shows.
    const behind = this.#underlayOf(name)
    return behind ? behind.underlay.read(name, revision ?? behind.state.revision) : null
  }

  async save(name: string, change: PageChange): Promise<SaveResult> {
    const folder = this.#folderToWrite(name)
    return savePage({
      folder,
      change,
      wikiLog: this.#log,
      now: () => this.#clock.now(),
      glance: (current) => this.#orBehind(name, folder.glance(current)),
      shown: () => this.stateNow(name),
      readShown: async (shown) => (shown.underlay ? this.read(name) : folder.read(shown.revision)),
      prepare: (shown) => this.#prepare(folder, shown),
    })
  }

  async rename(from: string, to: string, change: Omit<PageChange, 'text' | 'base' | 'action'>): Promise<boolean> {
    const source = this.#folderToWrite(from)
    const target = this.#folderToWrite(to)
    const shown = this.stateNow(from)
    if (!shown.exists || from === to || this.stateNow(to).exists) return false
    if (shown.underlay) await this.#prepare(source, shown)
    if (!(await movePage(source, target))) return false
    await syncFolder(this.#pages)
    for (;;) {
      const { revision } = target.state()
      const text = `## page was renamed from ${from}\n${(await target.read(revision || shown.revision)) ?? ''}`
      const result = await this.save(to, { ...change, text, base: revision, action: 'SAVE/RENAME', extra: from })
      // A save that was under way while the page moved comes first; this one then goes on top of it.
      if (result.status !== 'conflict') return true
    }
  }

  async history(name: string, options?: HistoryOptions): Promise<readonly Revision[]> {
    if (!isStorable(name)) return []
    const own = await readHistory(this.#folder(name), options)
    if (own.length > 0 || this.#folder(name).current() > 0) return own
    return (await this.#underlayOf(name)?.underlay.history(name, options)) ?? own
  }

  /** System pages that the wiki has a text of its own for, in code point order. */
  async editedUnderlayNames(): Promise<readonly string[]> {
    const behind = new Set((await Promise.all(this.#underlays.map((underlay) => underlay.names()))).flat())
    return (await this.names({ underlay: false })).filter((name) => behind.has(name))
  }

  async names(options: { underlay?: boolean } = {}): Promise<readonly string[]> {
    const own = await this.#ownNames.list()
    if (options.underlay === false || this.#underlays.length === 0) return own
    const parts = [own, ...(await Promise.all(this.#underlays.map((underlay) => underlay.names())))]
    // The same array again while nothing has changed, so that others can tell by looking at it.
    const same = this.#allNames.parts.length === parts.length && parts.every((part, at) => part === this.#allNames.parts[at])
    if (!same) this.#allNames = { parts, names: parts.reduce(mergeSorted) }
    return this.#allNames.names
  }

  changes(options: { since?: Date } = {}): AsyncIterable<Change> {
    return readChanges(this.#log, options.since)
  }

  stamp(): string {
    return stampOf(this.#log)
  }

  changedSince(stamp: string): Promise<readonly string[] | null> {
    return changedSinceStamp(this.#log, stamp)
  }

  async attachments(name: string): Promise<readonly Attachment[]> {
    const lists = await Promise.all(this.#attachmentFolders(name).map(listAttachments))
    const byName = new Map(
      lists
        .reverse()
        .flat()
        .map((attachment) => [attachment.name, attachment]),
    )
    return [...byName.values()].sort((a, b) => byCodePoints(a.name, b.name))
  }

  async attachment(
    name: string,
    file: string,
  ): Promise<{ size: number; modified: Date; open(range?: { start: number; end: number }): Readable } | null> {
    for (const folder of this.#attachmentFolders(name)) {
      const attachment = openAttachment(folder, file)
      if (attachment) return attachment
    }
    return null
  }

  async attach(
    name: string,
    file: string,
    bytes: Uint8Array,
    author: Author,
    options: { overwrite?: boolean } = {},
  ): Promise<'saved' | 'exists'> {
    const folder = this.#folderToWrite(name)
    const clean = cleanAttachmentName(file)
    const result = await writeAttachment(folder, clean, bytes, options.overwrite ?? false)
    if (result === 'saved') await this.#logAttachment(folder, 'ATTNEW', clean, author)
    return result
  }

  async detach(name: string, file: string, author: Author): Promise<boolean> {
    if (!isStorable(name)) return false
    const folder = this.#folder(name)
    if (!(await removeAttachment(folder, file))) return false
    await this.#logAttachment(folder, 'ATTDEL', file, author)
    return true
  }

  async lock(name: string): Promise<EditLock | null> {
    return isStorable(name) ? readLock(this.#folder(name)) : null
  }

  async setLock(name: string, lock: EditLock | null): Promise<void> {
    await writeLock(this.#folderToWrite(name), lock)
  }

  async close(): Promise<void> {
    await this.#ownNames.close()
  }

  #folder(name: string): PageFolder {
    return new PageFolder(join(this.#pages, quoteName(name)), name)
  }

  #folderToWrite(name: string): PageFolder {
    if (name === '') throw badPageName('it is empty')
    return new PageFolder(join(this.#pages, quoteNameToStore(name)), name)
  }

  /** An own page if there is one, or else the one behind it. */
  #orBehind(name: string, own: PageState): PageState {
    return own.exists ? own : (this.#underlayOf(name)?.state ?? own)
  }

  #underlayOf(name: string): { underlay: Underlay; state: PageState } | null {
    for (const underlay of this.#underlays) {
      const state = underlay.state(name)
      if (state) return { underlay, state }
    }
    return null
  }

  /** Makes the page's directory, with the underlay's page in it if that is the one to be edited. */
  async #prepare(folder: PageFolder, shown: PageState): Promise<void> {
    const behind = shown.underlay ? this.#underlayOf(folder.name) : null
    const made = mkdirSync(folder.revisionsFolder, { recursive: true, mode: 0o770 })
    if (behind && folder.current() === 0) await copyFromUnderlay(behind.underlay, shown.revision, folder)
    if (made) await syncFolder(this.#pages)
  }

  #attachmentFolders(name: string): PageFolder[] {
    if (!isStorable(name)) return []
    const behind = this.stateNow(name).underlay ? this.#underlayOf(name)?.underlay.folder(name) : null
    return behind ? [this.#folder(name), behind] : [this.#folder(name)]
  }

  async #logAttachment(folder: PageFolder, action: string, file: string, author: Author): Promise<void> {
    const time = new Date(this.#clock.now())
    const line = formatLogLine({ time, revision: ATTACHMENT_EVENT, action, page: folder.name, author, extra: file, comment: '' })
    await Promise.all([appendToLog(folder.logFile, line), appendToLog(this.#log, line)])
  }
}

/** Only such names can have a page; the empty one would be the folder of all pages. */
function isStorable(name: string): boolean {
  return name !== '' && quoteName(name).length <= LONGEST_FILE_NAME
}
