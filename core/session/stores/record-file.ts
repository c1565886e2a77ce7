import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { SyncAdapter } from 'lowdb'
import { syncFolderSync } from '../../base/atomic-file.ts'
import type { RecordJson } from '../session-record.ts'

/** A lock older than this belongs to a process that died: a live one holds it for a millisecond. Milliseconds. */
const staleAfter = 5000

/**
 * lowdb's adapter for a whole record in a file of its own. lowdb's own writes to a fixed temporary name and knows no other
 * process: two of them lose each other's data or fail (typicode/lowdb#555, #562). Here the file that is written is the lock as
 * well, as in git: made exclusively beside the record, filled, and renamed over it.
 *
 * Everything is synchronous: for a few hundred bytes a trip through the thread pool costs ten times the work, and a lock that
 * is taken and given back within one turn of the loop can only be met by another process.
 */
export class RecordFile implements SyncAdapter<RecordJson | null> {
  readonly #file: string
  readonly #lockName: string
  #lock = -1
  #since = 0
  /** True: what is written survives a power cut; false: only the death of the process. */
  durable = false

  constructor(file: string) {
    this.#file = file
    this.#lockName = `${file}.lock`
  }

  /** null when there is no such file. Its first line: changes that were added since are `SessionFile`'s. */
  read(): RecordJson | null {
    try {
      // Whoever calls checks the shape: recordFromJson.
      return JSON.parse(readFileSync(this.#file, 'utf8').split('\n', 1)[0] ?? '') as RecordJson
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null // fs throws errno errors
      throw error
    }
  }

  /** Gets the record ready beside the file. Only with the lock; a second one replaces the first. */
  write(data: RecordJson | null): void {
    ftruncateSync(this.#lock, 0)
    const bytes = Buffer.from(`${JSON.stringify(data)}\n`)
    let done = 0
    while (done < bytes.length) done += writeSync(this.#lock, bytes, done, bytes.length - done, done)
    if (this.durable) fsyncSync(this.#lock)
  }

  /** Puts what was written in the file's place and gives the lock back, in one step. */
  put(): void {
    // A process that was stopped for a while may have lost its lock to another one.
    if (performance.now() - this.#since > staleAfter / 5 && !this.#isMine())
      throw Object.assign(new Error('the lock was taken over'), { code: 'ESTALE' })
    closeSync(this.#lock)
    this.#lock = -1
    renameSync(this.#lockName, this.#file)
    if (this.durable) syncFolderSync(dirname(this.#file))
  }

  /** The file is gone. Only with the lock. */
  remove(): void {
    if (!unlinkIfThere(this.#file)) return
    if (this.durable) syncFolderSync(dirname(this.#file))
  }

  /** False: another process holds it. */
  tryLock(): boolean {
    for (let tries = 0; tries < 3; tries++) {
      try {
        this.#lock = openSync(this.#lockName, 'wx', 0o660)
        this.#since = performance.now()
        return true
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException // fs throws errno errors
        if (code === 'ENOENT') mkdirSync(dirname(this.#file), { recursive: true, mode: 0o770 })
        else if (code !== 'EEXIST') throw error
        else if (!this.#stealStaleLock()) return false
      }
    }
    return false
  }

  unlock(): void {
    if (this.#lock === -1) return
    const mine = performance.now() - this.#since < staleAfter / 5 || this.#isMine()
    closeSync(this.#lock)
    this.#lock = -1
    if (mine) unlinkIfThere(this.#lockName)
  }

  #isMine(): boolean {
    try {
      return statSync(this.#lockName).ino === fstatSync(this.#lock).ino
    } catch {
      return false
    }
  }

  /** True when the way may be free now. */
  #stealStaleLock(): boolean {
    try {
      const found = statSync(this.#lockName)
      if (Date.now() - found.mtimeMs < staleAfter) return false
      // Renamed, not removed: of two thieves one gets it, and the other finds nothing or a lock that is not the old one.
      const aside = `${this.#lockName}.${randomBytes(6).toString('hex')}`
      renameSync(this.#lockName, aside)
      if (statSync(aside).ino !== found.ino) {
        renameSync(aside, this.#lockName)
        return false
      }
      unlinkSync(aside)
      return true
    } catch {
      return true
    }
  }
}

/** False: there was none. */
export function unlinkIfThere(file: string): boolean {
  try {
    unlinkSync(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false // fs throws errno errors
    throw error
  }
}
