import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PageState } from '../api/page-store.ts'
import { parseLogLine, revisionDigits } from './edit-log.ts'
import { fromFile } from './stored-text.ts'

/**
 * The directory of one page in MoinMoin's layout, as it is at the moment of asking: nothing is remembered, because other
 * processes write there too. Small facts are read at once; a trip through the thread pool would cost ten times as much.
 */
export class PageFolder {
  readonly path: string
  readonly name: string

  constructor(path: string, name: string) {
    this.path = path
    this.name = name
  }

  get currentFile(): string {
    return join(this.path, 'current')
  }
  get logFile(): string {
    return join(this.path, 'edit-log')
  }
  get lockFile(): string {
    return join(this.path, 'edit-lock')
  }
  get revisionsFolder(): string {
    return join(this.path, 'revisions')
  }
  get attachmentsFolder(): string {
    return join(this.path, 'attachments')
  }
  revisionFile(revision: number): string {
    return join(this.path, 'revisions', revisionDigits(revision))
  }

  /** The number that `current` names; 0 when the file is missing or garbled. */
  current(): number {
    // Asking first is much cheaper than the error that reading a missing file would throw.
    if (!isFile(this.currentFile)) return 0
    try {
      const digits = /^\s*(\d{1,8})\s*$/.exec(readFileSync(this.currentFile, 'latin1'))
      return Number(digits?.[1] ?? 0)
    } catch (error) {
      if (isGone(error)) return 0
      throw error
    }
  }

  /** What the page is by this directory alone. A page exists when the revision named by `current` has a file. */
  state(): PageState {
    for (;;) {
      const revision = this.current()
      const state = this.glance(revision)
      if (revision === 0) return state
      if (state.exists || this.current() === revision) {
        return { ...state, modified: this.#timeInLog(revision) ?? this.#timeOfFile(state) }
      }
      // The file that was `current` when we opened it has become a draft of the next one before we read it: look again.
    }
  }

  /** `state` without its time, which is in the log. `revision` is what `current` says. */
  glance(revision: number): PageState {
    if (revision === 0) return NEVER_STORED
    const stats = statSync(this.revisionFile(revision), { throwIfNoEntry: false })
    const exists = stats?.isFile() ?? false
    return { exists, revision, deleted: !exists, underlay: false, size: exists && stats ? stats.size : 0, modified: null }
  }

  /** `state().exists`, for thousands of pages. */
  exists(): boolean {
    const revision = this.current()
    return revision > 0 && isFile(this.revisionFile(revision))
  }

  /** The text of a revision; null when it has none. */
  async read(revision: number): Promise<string | null> {
    const file = this.revisionFile(revision)
    const stats = statSync(file, { throwIfNoEntry: false })
    if (!stats?.isFile()) return null
    try {
      return fromFile(stats.size > READ_AT_ONCE ? await readFile(file) : readFileSync(file))
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }

  /** The text of the revision that `current` names; null when it has none. */
  async readCurrent(): Promise<string | null> {
    for (;;) {
      const revision = this.current()
      const text = revision === 0 ? null : await this.read(revision)
      // As in `state`.
      if (text !== null || this.current() === revision) return text
    }
  }

  /** The numbers of all revisions that have a file, ascending. Its cost grows with them: never on the way of a view or a save. */
  async storedRevisions(): Promise<number[]> {
    const names = await readdir(this.revisionsFolder).catch(emptyWhenGone)
    return names
      .filter((name) => /^\d{8}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
  }

  #timeOfFile({ exists, revision }: PageState): Date | null {
    return (exists && statSync(this.revisionFile(revision), { throwIfNoEntry: false })?.mtime) || null
  }

  /** A revision's file does not say when it was made, its line in the log does. It is one of the last, if not the last. */
  #timeInLog(revision: number): Date | null {
    const lines = readEnd(this.logFile, 2048).split('\n')
    for (let at = lines.length - 1; at >= 0; at--) {
      const line = parseLogLine(lines[at] ?? '')
      if (line?.revision === revision) return line.time
    }
    return null
  }
}

/** Bytes up to which reading takes less time than the way to the thread pool and back. */
const READ_AT_ONCE = 128 * 1024

/** A page that has no history. */
export const NEVER_STORED: PageState = { exists: false, revision: 0, deleted: false, underlay: false, size: 0, modified: null }

/** True for the errors that say: it is not (or no longer) there. */
export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code // fs throws errno errors; on others this is undefined
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
}

/** For directories that may be missing: `await readdir(folder).catch(emptyWhenGone)`. */
export function emptyWhenGone(error: unknown): never[] {
  if (isGone(error)) return []
  throw error
}

/** False as well for what is missing or not a plain file. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** The last bytes of a file as text, '' when it is missing. The first line may be cut. */
function readEnd(file: string, bytes: number): string {
  if (!isFile(file)) return ''
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const start = Math.max(0, size - bytes)
    const end = Buffer.alloc(size - start)
    return end.toString('utf8', 0, readSync(descriptor, end, 0, end.length, start))
  } finally {
    closeSync(descriptor)
  }
}
