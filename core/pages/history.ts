import { statSync } from 'node:fs'
import type { Change, Revision } from '../api/page.ts'
import { ATTACHMENT_EVENT } from './edit-log.ts'
import type { LogLine } from './edit-log.ts'
import type { PageFolder } from './page-folder.ts'
import { readLogBackwards } from './read-log.ts'

export interface HistoryOptions {
  readonly limit?: number
  readonly before?: number
  readonly attachments?: boolean
}

/**
 * The page's log, newest first, one entry a revision. Logs get cut (MoinMoin's maintenance does it) and numbers have gaps: a
 * revision that has a file but no line is put in with the time of its file.
 */
export async function readHistory(folder: PageFolder, options: HistoryOptions = {}): Promise<Revision[]> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  const entries: Revision[] = []
  const stored = new StoredRevisions(folder)
  // The smallest revision number told so far; everything told from here on is smaller.
  let told = options.before ?? null
  // Entries newer than `before` are skipped, attachments among them.
  let reached = options.before === undefined
  for await (const line of readLogBackwards(folder.logFile)) {
    if (entries.length >= limit) return entries
    if (line.revision === ATTACHMENT_EVENT) {
      if (options.attachments && reached) entries.push(describe(folder, line))
      continue
    }
    if (told !== null && line.revision >= told) {
      // Equal numbers happen: MoinMoin saves a deprecated page over its last revision.
      reached ||= line.revision === told
      continue
    }
    reached = true
    if (told === null ? line.revision < folder.current() : line.revision < told - 1) {
      entries.push(...(await stored.between(line.revision, told)))
    }
    entries.push(describe(folder, line))
    told = line.revision
  }
  if (told !== 1 && entries.length < limit) entries.push(...(await stored.between(0, told)))
  return entries.slice(0, limit === Number.POSITIVE_INFINITY ? undefined : limit)
}

/** The wiki's log, newest first. */
export async function* readChanges(logFile: string, since?: Date): AsyncGenerator<Change> {
  for await (const { page, ...line } of readLogBackwards(logFile)) {
    if (since && line.time < since) {
      // Lines of several writers are not strictly in order, so look on a little.
      if (line.time.getTime() < since.getTime() - DISORDER) return
      continue
    }
    yield { page, ...line }
  }
}

/** Milliseconds by which neighbours in the log may be out of order. */
const DISORDER = 60_000

/** The revisions on the disk, listed only if a gap in the log makes it necessary. */
class StoredRevisions {
  #numbers: Promise<number[]> | null = null
  readonly #folder: PageFolder

  constructor(folder: PageFolder) {
    this.#folder = folder
  }

  /** Entries for the numbers between two, both excluded, newest first. */
  async between(low: number, high: number | null): Promise<Revision[]> {
    this.#numbers ??= this.#folder.storedRevisions()
    const numbers = await this.#numbers
    return numbers
      .filter((number) => number > low && (high === null || number < high))
      .reverse()
      .flatMap((number) => this.#withoutLine(number))
  }

  #withoutLine(revision: number): Revision[] {
    const stats = statSync(this.#folder.revisionFile(revision), { throwIfNoEntry: false })
    if (!stats?.isFile()) return []
    const author = { userId: '', address: '', host: '' }
    return [{ revision, time: stats.mtime, action: 'SAVE', size: stats.size, author, comment: '', extra: '' }]
  }
}

function describe(folder: PageFolder, line: LogLine): Revision {
  const stats =
    line.revision === ATTACHMENT_EVENT ? undefined : statSync(folder.revisionFile(line.revision), { throwIfNoEntry: false })
  const { revision, time, action, author, comment, extra } = line
  return { revision, time, action, size: stats?.isFile() ? stats.size : null, author, comment, extra }
}
