import { hash } from 'node:crypto'
import { accessSync, constants, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { LowSync } from 'lowdb'
import { sessionFileBroken, sessionFileBusy, sessionStoreUnusable } from '../../api/errors.ts'
import type { SessionChange, SessionInfo, SessionRecord, SessionStore, Soon } from '../../api/session.ts'
import { after } from '../../base/soon.ts'
import { systemClock } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { applyChange } from '../apply-change.ts'
import { infoOf, matches, recordFromJson, recordToJson, tombstoneOf } from '../session-record.ts'
import type { RecordJson } from '../session-record.ts'
import { RecordFile, readJson, unlinkIfThere } from './record-file.ts'

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

// Longer than a dead process's lock lasts.
const lockWait = 7000
const sliceMs = 5
const leftoverAge = 3_600_000

/**
 * One small JSON file for each session, `<folder>/<ab>/<key>.json`: never one big file, which costs more with every visitor.
 * Any number of processes may share the folder. `user/` knows which sessions an account has, so that ending them all does
 * not mean opening every file. All names of folders are shorter than five letters: MoinMoin, whose sessions may lie in the same
 * folder, takes longer ones for sessions of its own.
 */
export class FileStore implements SessionStore {
  readonly folder: string
  #clock: Clock
  #durable: 'sign-ins' | 'all' | 'none'
  #trouble: (error: Error) => void

  constructor(folder: string, options: FileStoreOptions = {}) {
    this.folder = folder
    this.#clock = options.clock ?? systemClock
    this.#durable = options.durable ?? 'sign-ins'
    this.#trouble = options.trouble ?? (() => undefined)
  }

  /** Makes the folder and finds out whether it can be written. Throws a ConfigError for `sessionDir`. */
  prepare(): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o770 })
      accessSync(this.folder, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw sessionStoreUnusable(this.folder, error)
    }
  }

  readSync(key: string): SessionRecord | null {
    if (!isKey(key)) return null
    const file = this.#fileOf(key)
    let json: RecordJson | null
    try {
      json = readJson(file)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return this.#putAside(key, file)
    }
    if (json === null) return null
    const record = recordFromJson(json) ?? this.#putAside(key, file)
    return record !== null && record.expires > this.#clock.now() ? record : null
  }

  read(key: string): SessionRecord | null {
    return this.readSync(key)
  }

  create(key: string, record: SessionRecord): Soon<boolean> {
    return this.#locked(key, (low, file) => {
      if (this.readSync(key) !== null) return false
      // The note first: one too many is harmless, one too few would hide a session from whoever wants to end it.
      this.#noteUser(key, '', record.user)
      this.#write(low, file, record, record.user !== '')
      return true
    })
  }

  merge(key: string, change: SessionChange): Soon<'ok' | 'gone' | 'changed'> {
    if (!isKey(key)) return 'gone'
    return this.#locked(key, (low, file) => {
      const record = this.readSync(key)
      if (record === null || record.moved === true) return 'gone'
      const changed = applyChange(record, change)
      if (changed === null) return 'changed'
      this.#noteUser(key, record.user, changed.user)
      this.#write(low, file, changed, changed.user !== record.user)
      return 'ok'
    })
  }

  rename(from: string, to: string, change: SessionChange): Soon<'ok' | 'gone'> {
    if (!isKey(from)) return 'gone'
    const moved = this.#locked<'gone' | SessionRecord>(from, (low, file) => {
      const record = this.readSync(from)
      if (record === null || record.moved === true) return 'gone'
      const changed = applyChange(record, change)
      if (changed === null) return 'gone'
      // The old id dies first: a crash in between costs a login that was not answered yet, never leaves two.
      this.#write(low, file, tombstoneOf(record, this.#clock.now()), true)
      this.#noteUser(from, record.user, '')
      return changed
    })
    return after(moved, (record) => (record === 'gone' ? 'gone' : after(this.create(to, record), () => 'ok')))
  }

  destroy(key: string): Soon<void> {
    if (!isKey(key)) return
    return this.#locked(key, (_low, file) => {
      const record = this.readSync(key)
      file.durable = this.#durable !== 'none'
      file.remove()
      if (record !== null) this.#noteUser(key, record.user, '')
    })
  }

  async *list(filter: { user?: string; realm?: string } = {}): AsyncGenerator<SessionInfo> {
    const keys = filter.user === undefined || filter.user === '' ? this.#allKeys() : this.#keysOfUser(filter.user)
    for await (const key of keys) {
      const record = this.readSync(key)
      if (record !== null && matches(record, filter)) yield infoOf(key, record)
    }
  }

  async purge(now: number): Promise<number> {
    let removed = 0
    let start = performance.now()
    for await (const key of this.#allKeys(true)) {
      const isOver = (): boolean => {
        const json = readJsonOrNull(this.#fileOf(key))
        return json !== null && typeof json.expires === 'number' && json.expires <= now
      }
      if (isOver()) {
        // Looked at again under the lock: somebody may be prolonging it at this moment.
        const gone = await this.#locked(key, (_low, file) => {
          if (!isOver()) return false
          const json = readJsonOrNull(this.#fileOf(key))
          file.remove()
          if (json !== null && typeof json.user === 'string') this.#noteUser(key, json.user, '')
          return json?.moved !== true
        })
        if (gone) removed++
      }
      if (performance.now() - start > sliceMs) {
        await new Promise<void>((resolve) => setImmediate(resolve))
        start = performance.now()
      }
    }
    return removed
  }

  #fileOf(key: string): string {
    return join(this.folder, key.slice(0, 2), `${key}.json`)
  }

  #write(low: LowSync<RecordJson | null>, file: RecordFile, record: SessionRecord, matters: boolean): void {
    file.durable = this.#durable === 'all' || (this.#durable === 'sign-ins' && matters)
    low.data = recordToJson(record)
    low.write()
  }

  /** Runs `work` with the record's lock, at once unless another process holds it. */
  #locked<R>(key: string, work: (low: LowSync<RecordJson | null>, file: RecordFile) => R): Soon<R> {
    const run = (): { result: R } | null => {
      const file = new RecordFile(this.#fileOf(key))
      if (!file.tryLock()) return null
      try {
        return { result: work(new LowSync<RecordJson | null>(file, null), file) }
      } catch (error) {
        // Our lock was taken for a dead one's. Nothing was written; try again.
        if ((error as NodeJS.ErrnoException).code === 'ESTALE') return null
        throw error
      } finally {
        file.unlock()
      }
    }
    const done = run()
    return done === null ? this.#lockedLater(key, run) : done.result
  }

  async #lockedLater<R>(key: string, run: () => { result: R } | null): Promise<R> {
    const start = performance.now()
    for (let wait = 1; performance.now() - start < lockWait; wait = Math.min(wait * 2, 25)) {
      await new Promise<void>((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())))
      const done = run()
      if (done !== null) return done.result
    }
    throw sessionFileBusy(this.#fileOf(key), lockWait)
  }

  /** One visitor's loss must not become everybody's: the file is kept for whoever wants to look, and out of the way. */
  #putAside(key: string, file: string): null {
    const aside = join(this.folder, 'bad', `${key}.${Date.now()}.json`)
    try {
      mkdirSync(join(this.folder, 'bad'), { recursive: true, mode: 0o770 })
      renameSync(file, aside)
    } catch {
      // Another process was quicker.
      return null
    }
    this.#trouble(sessionFileBroken(file, aside))
    return null
  }

  #userFolder(user: string): string {
    return join(this.folder, 'user', hash('sha256', user, 'hex').slice(0, 40))
  }

  #noteUser(key: string, before: string, now: string): void {
    if (before === now) return
    if (before !== '') unlinkIfThere(join(this.#userFolder(before), key))
    if (now === '') return
    const mark = join(this.#userFolder(now), key)
    try {
      writeFileSync(mark, '', { mode: 0o660 })
    } catch {
      mkdirSync(this.#userFolder(now), { recursive: true, mode: 0o770 })
      writeFileSync(mark, '', { mode: 0o660 })
    }
  }

  async *#keysOfUser(user: string): AsyncGenerator<string> {
    for (const key of await namesIn(this.#userFolder(user))) if (isKey(key)) yield key
  }

  async *#allKeys(tidy = false): AsyncGenerator<string> {
    for (const part of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(part)) continue
      for (const name of await namesIn(join(this.folder, part))) {
        const key = name.slice(0, -5)
        if (name.endsWith('.json') && isKey(key)) yield key
        else if (tidy) await removeOld(join(this.folder, part, name))
      }
    }
  }
}

const isKey = (key: string): boolean => /^[0-9a-f]{40}$/.test(key)

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

/** What a process left behind when it died in the middle of a write. */
async function removeOld(file: string): Promise<void> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > leftoverAge) await unlink(file)
  } catch {
    // Gone already.
  }
}

function readJsonOrNull(file: string): RecordJson | null {
  try {
    return readJson(file)
  } catch {
    return null
  }
}
