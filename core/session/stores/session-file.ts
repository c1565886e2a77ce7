import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import type { SessionChange, SessionRecord } from '../../api/session.ts'
import { applyChange } from '../apply-change.ts'
import { recordFromJson } from '../session-record.ts'
import { changeFromLine, changeToLine } from './change-line.ts'
import type { LineTag } from './change-line.ts'

/** What became of a line: `again` when the file is not the session's any more, and the one that is must be asked. */
export type Verdict = 'ok' | 'changed' | 'gone' | 'again'

/** More lines than this, and whoever reads the file cold reads mostly history. Bytes. */
const roomForLines = 8192
const newline = 10

/**
 * One session's file, open. Its first line is a record, each further line a change of it; the session is what comes out when
 * the changes are made one after the other.
 *
 * A change is added by one `write` in append mode. The kernel puts such writes one behind the other whoever makes them, so
 * there is no lock, nothing to rename, and no moment at which a reader finds half a session: a line without its end is not
 * there yet. A tenth of a millisecond for a new name in a folder becomes two microseconds. Whoever takes the file away (a
 * logout) or replaces it (when it has grown long) says so in a last line first, with the lock; what comes behind that line is
 * void, and who wrote it finds out by reading on.
 */
export class SessionFile {
  readonly #descriptor: number
  /** Why nothing can be added; null: it can. */
  readonly #refusal: Error | null
  /** Bytes that have been read and understood. */
  #known = 0
  /** Of the first line. */
  #start = 0
  /** null: the first line is no record. */
  record: SessionRecord | null = null
  /** `sealed`: about to be replaced by a file with the same content. `gone`: the session is over. */
  end: 'open' | 'sealed' | 'gone' = 'open'

  /** null: there is no such file. */
  static open(file: string): SessionFile | null {
    const opened = openToAppend(file)
    if (opened === null) return null
    try {
      opened.#readOn(null)
    } catch (error) {
      opened.close()
      throw error
    }
    return opened
  }

  constructor(descriptor: number, refusal: Error | null) {
    this.#descriptor = descriptor
    this.#refusal = refusal
  }

  /** Reads what others have added. False: the folder has another file under this name by now, or somebody wrote over this one. */
  refresh(): boolean {
    const { size, nlink } = fstatSync(this.#descriptor)
    if (nlink === 0 || size < this.#known) return false
    if (size > this.#known) this.#readOn(null)
    return true
  }

  /** Adds a change; `durable`: it shall survive a power cut. A file that has ended, or has no record, answers `again`. */
  append(change: SessionChange, by: LineTag, durable: boolean): Verdict {
    if (this.record === null || this.end !== 'open') return 'again'
    const changed = applyChange(this.record, change)
    if (changed === null) return 'changed'
    const verdict = this.#add(changeToLine(change, by), by)
    if (verdict === 'alone') this.record = changed
    if (durable) fdatasyncSync(this.#descriptor)
    return verdict === 'alone' ? 'ok' : verdict
  }

  /** Nothing behind this counts. `over`: only if the session's time is over by then, all lines before this one considered. */
  finish(how: 'sealed' | 'gone' | { readonly over: number }, by: LineTag): void {
    if (this.end === 'gone' || (this.end === 'sealed' && how === 'sealed')) return
    // Behind a seal nothing counts, so the rest is known; whoever takes the file away now has the lock.
    if (this.end === 'open') this.#add(JSON.stringify(typeof how === 'string' ? { [how]: by } : how), null)
    else if (how === 'gone' || (typeof how === 'object' && isOver(this.record, how.over))) this.end = 'gone'
  }

  get isLong(): boolean {
    return this.#known - this.#start > roomForLines + this.#start
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #add(line: string, by: LineTag | null): Verdict | 'alone' {
    if (this.#refusal !== null) throw this.#refusal
    // A newline before it, too: should the last writer have died or found the disk full in the middle, this line is still one.
    const bytes = Buffer.from(`\n${line}\n`)
    const written = writeSync(this.#descriptor, bytes)
    if (written < bytes.length) throw Object.assign(new Error('the disk took half a line'), { code: 'ENOSPC' })
    const { size, nlink } = fstatSync(this.#descriptor)
    // Removed by hand, without a word: the change is lost with the file. A file that was replaced has its last line.
    const removed = (): boolean => nlink === 0 && this.end === 'open'
    if (by !== null && size === this.#known + bytes.length) {
      this.#known = size
      return removed() ? 'again' : 'alone'
    }
    const verdict = this.#readOn(by)
    return removed() ? 'again' : verdict
  }

  /** Understands the lines that came since; answers what became of the one tagged `by`. */
  #readOn(by: LineTag | null): Verdict {
    const bytes = readFrom(this.#descriptor, this.#known)
    let verdict: Verdict = 'again'
    let start = 0
    if (this.#known === 0) {
      const end = bytes.indexOf(newline)
      start = end === -1 ? bytes.length : end + 1
      this.record = recordFromJson(jsonOrNull(bytes.toString('utf8', 0, start)))
      this.#start = start
    }
    while (this.end === 'open') {
      const end = bytes.indexOf(newline, start)
      if (end === -1) break
      if (end > start) {
        const json = jsonOrNull(bytes.toString('utf8', start, end))
        const done = json === null ? 'changed' : this.#take(json)
        if (by !== null && json?.['by'] === by) verdict = done
      }
      start = end + 1
    }
    this.#known = this.end === 'open' ? this.#known + start : this.#known + bytes.length
    return verdict === 'again' && this.end === 'gone' ? 'gone' : verdict
  }

  #take(json: Readonly<Record<string, unknown>>): Verdict {
    if (json['sealed'] !== undefined) this.end = 'sealed'
    else if (json['gone'] !== undefined) this.end = 'gone'
    else if (typeof json['over'] === 'number') {
      if (isOver(this.record, json['over'])) this.end = 'gone'
    } else if (this.record !== null) {
      const change = changeFromLine(json)
      const changed = change === null ? null : appliedOrNull(this.record, change)
      if (changed === null) return 'changed'
      this.record = changed
    }
    return 'ok'
  }
}

function isOver(record: SessionRecord | null, now: number): boolean {
  return record === null || record.expires <= now
}

function openToAppend(file: string): SessionFile | null {
  try {
    return new SessionFile(openSync(file, constants.O_RDWR | constants.O_APPEND), null)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // fs throws errno errors
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    // Whoever may only read can still make a list.
    if (code === 'EACCES' || code === 'EROFS') return new SessionFile(openSync(file, 'r'), error as Error)
    throw error
  }
}

function readFrom(descriptor: number, position: number): Buffer {
  let room = Buffer.allocUnsafe(4096)
  let filled = 0
  for (;;) {
    const read = readSync(descriptor, room, filled, room.length - filled, position + filled)
    filled += read
    // A short read of a file is its end.
    if (filled < room.length) return room.subarray(0, filled)
    room = Buffer.concat([room], room.length * 4)
  }
}

function jsonOrNull(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = JSON.parse(text)
    // An object's members are looked at one by one by whoever gets it.
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** A line that cannot be applied (a list's text that is none) counts as one that was never written, for every reader. */
function appliedOrNull(record: SessionRecord, change: SessionChange): SessionRecord | null {
  try {
    return applyChange(record, change)
  } catch {
    return null
  }
}
