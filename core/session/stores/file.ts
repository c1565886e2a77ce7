import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { sessionFileBroken } from '../../api/errors.ts'
import type { SessionChange, SessionInfo, SessionRecord, SessionStore, Soon } from '../../api/session.ts'
import { after } from '../../base/soon.ts'
import { systemClock } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { applyChange } from '../apply-change.ts'
import { infoOf, matches, recordToJson, tombstoneOf } from '../session-record.ts'
import { AccountNotes } from './account-notes.ts'
import type { LineTag } from './change-line.ts'
import { KeptFiles } from './kept-files.ts'
import type { RecordFile } from './record-file.ts'
import { SessionFile } from './session-file.ts'
import { SessionFolder, isKey } from './session-folder.ts'
import { withLock } from './with-lock.ts'
import type { Low } from './with-lock.ts'

/** What a `FileStore` can be told. */
export interface FileStoreOptions {
  readonly clock?: Clock
  /**
   * What must survive a power cut: `'sign-ins'` (default: logins, logouts and renewed ids; a trail of the last second may be
   * lost), `'all'`, or `'none'`. The death of the process loses nothing in any case.
   */
  readonly durable?: 'sign-ins' | 'all' | 'none'
  /** Told of files that are no sessions and were put aside. */
  readonly trouble?: (error: Error) => void
}

const sliceMs = 5

/**
 * One small file for each session, `<folder>/<ab>/<key>.json`, lines of JSON: never one big file, which costs more with every
 * visitor. Any number of processes of one machine may share the folder; how, says `SessionFile`. `user/` knows which sessions
 * an account has. All names of folders are shorter than five letters: MoinMoin, whose sessions may lie in the same folder,
 * takes longer ones for sessions of its own.
 */
export class FileStore implements SessionStore {
  readonly folder: string
  readonly #clock: Clock
  readonly #durable: 'sign-ins' | 'all' | 'none'
  readonly #trouble: (error: Error) => void
  readonly #kept = new KeptFiles()
  readonly #files: SessionFolder
  readonly #notes: AccountNotes
  readonly #writer = randomBytes(6).toString('base64url')
  #lines = 0

  constructor(folder: string, options: FileStoreOptions = {}) {
    this.folder = folder
    this.#clock = options.clock ?? systemClock
    this.#durable = options.durable ?? 'sign-ins'
    this.#trouble = options.trouble ?? (() => undefined)
    this.#files = new SessionFolder(folder)
    this.#notes = new AccountNotes(join(folder, 'user'))
  }

  /** Makes the folder and finds out whether it can be written. Throws a ConfigError for `sessionDir`. */
  prepare(): void {
    this.#files.prepare()
  }

  readSync(key: string): SessionRecord | null {
    if (!isKey(key)) return null
    const record = this.#find(key)?.record ?? null
    return record !== null && record.expires > this.#clock.now() ? record : null
  }

  read(key: string): SessionRecord | null {
    return this.readSync(key)
  }

  create(key: string, record: SessionRecord): Soon<boolean> {
    return this.#locked(key, (low, file) => {
      const now = this.#clock.now()
      const before = this.#findNow(key)
      if (before?.record && before.record.expires > now) return false
      before?.finish({ over: now }, this.#tag())
      if (before !== null && before.end !== 'gone') return false
      // The note first: one too many is harmless, one too few would hide a session from whoever wants to end it.
      this.#notes.move(key, '', record.user)
      this.#write(low, file, record, record.user !== '')
      file.put()
      this.#kept.drop(key)
      return true
    })
  }

  merge(key: string, change: SessionChange): Soon<'ok' | 'gone' | 'changed'> {
    if (!isKey(key)) return 'gone'
    const file = this.#find(key)
    const record = file?.record ?? null
    if (file === null || record === null || record.moved === true || record.expires <= this.#clock.now()) return 'gone'
    if (file.end === 'sealed') return after(this.#renewFile(key), () => this.merge(key, change))
    const user = change.user ?? record.user
    this.#notes.move(key, record.user, user)
    const verdict = file.append(change, this.#tag(), this.#mustLast(user !== record.user))
    if (verdict === 'again') return this.merge(key, change)
    if (file.isLong) this.#renewFileNowOrLater(key)
    return verdict
  }

  rename(from: string, to: string, change: SessionChange): Soon<'ok' | 'gone'> {
    if (!isKey(from)) return 'gone'
    const moved = this.#locked<'gone' | SessionRecord>(from, (low, file) => {
      const before = this.#findNow(from)
      const record = before?.record ?? null
      if (before === null || record === null || record.moved === true || record.expires <= this.#clock.now()) return 'gone'
      if (applyChange(record, change) === null) return 'gone'
      // The old id dies first: a crash in between costs a login that was not answered yet, never leaves two.
      this.#write(low, file, tombstoneOf(record, this.#clock.now()), true)
      before.finish('sealed', this.#tag())
      // What others added up to the seal comes along.
      const last = before.record ?? record
      file.put()
      this.#kept.drop(from)
      this.#notes.move(from, last.user, '')
      return applyChange(last, change) ?? 'gone'
    })
    return after(moved, (record) => (record === 'gone' ? 'gone' : after(this.create(to, record), () => 'ok')))
  }

  destroy(key: string): Soon<void> {
    if (!isKey(key)) return
    return this.#locked(key, (_low, file) => {
      const before = this.#findNow(key)
      before?.finish('gone', this.#tag())
      file.durable = this.#durable !== 'none'
      file.remove()
      this.#kept.drop(key)
      if (before?.record) this.#notes.move(key, before.record.user, '')
    })
  }

  async *list(filter: { user?: string; realm?: string } = {}): AsyncGenerator<SessionInfo> {
    const keys = filter.user === undefined || filter.user === '' ? this.#files.keys() : await this.#notes.keysOf(filter.user)
    for await (const key of keys) {
      const record = isKey(key) ? this.#glance(key) : null
      if (record !== null && record.expires > this.#clock.now() && matches(record, filter)) yield infoOf(key, record)
    }
  }

  async purge(now: number): Promise<number> {
    let removed = 0
    let start = performance.now()
    for await (const key of this.#files.keys(true)) {
      const seen = this.#glance(key)
      if (seen !== null && seen.expires <= now && (await this.#removeOver(key, now))) removed++
      if (performance.now() - start > sliceMs) {
        await new Promise<void>((resolve) => setImmediate(resolve))
        start = performance.now()
      }
    }
    return removed
  }

  async close(): Promise<void> {
    this.#kept.close()
  }

  /** True when a session is over now that somebody could have had. */
  #removeOver(key: string, now: number): Soon<boolean> {
    return this.#locked(key, (_low, file) => {
      const over = this.#findNow(key)
      // Somebody may be prolonging it at this moment: whose line comes first decides.
      over?.finish({ over: now }, this.#tag())
      if (over === null || over.end !== 'gone') return false
      const { record } = over
      file.remove()
      this.#kept.drop(key)
      if (record !== null) this.#notes.move(key, record.user, '')
      return record?.moved !== true
    })
  }

  #tag(): LineTag {
    return `${this.#writer}.${this.#lines++}`
  }

  /** The session's open file; one that is no session is put aside. null: there is none, or it has ended. */
  #find(key: string): SessionFile | null {
    const file = this.#kept.find(key, this.#files.fileOf(key))
    if (file === null || file.end === 'gone') return null
    if (file.record !== null) return file
    this.#kept.drop(key)
    const aside = this.#files.putAside(key)
    if (aside !== null) this.#trouble(sessionFileBroken(this.#files.fileOf(key), aside))
    return null
  }

  /** The file that has the name at this moment: whoever holds the lock goes by that one. */
  #findNow(key: string): SessionFile | null {
    this.#kept.drop(key)
    return this.#find(key)
  }

  /** The record of one session among many, without keeping the file open. What is no session is left to whoever asks for it. */
  #glance(key: string): SessionRecord | null {
    const file = SessionFile.open(this.#files.fileOf(key))
    if (file === null) return null
    try {
      return file.end === 'gone' ? null : file.record
    } finally {
      file.close()
    }
  }

  #mustLast(matters: boolean): boolean {
    return this.#durable === 'all' || (this.#durable === 'sign-ins' && matters)
  }

  #write(low: Low, file: RecordFile, record: SessionRecord, matters: boolean): void {
    file.durable = this.#mustLast(matters)
    low.data = recordToJson(record)
    low.write()
  }

  /** Puts one line in the place of many. */
  #renewFile(key: string): Soon<void> {
    return this.#locked(key, (low, file) => {
      const long = this.#findNow(key)
      const record = long?.record ?? null
      if (long === null || record === null || (long.end !== 'sealed' && !long.isLong)) return
      // Before the seal, so that a full disk leaves the session as it is.
      this.#write(low, file, record, record.user !== '')
      long.finish('sealed', this.#tag())
      if (long.record !== record) this.#write(low, file, long.record ?? record, record.user !== '')
      file.put()
      this.#kept.drop(key)
    })
  }

  /** The change is stored already: what goes wrong here goes wrong again with the next one, and is told then. */
  #renewFileNowOrLater(key: string): void {
    try {
      const done = this.#renewFile(key)
      if (done instanceof Promise) done.catch(() => undefined)
    } catch {
      // A full disk, most likely.
    }
  }

  #locked<R>(key: string, work: (low: Low, file: RecordFile) => R): Soon<R> {
    return withLock(this.#files.fileOf(key), work)
  }
}
