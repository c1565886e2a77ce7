import { closeSync, existsSync, fdatasync, openSync, rmdirSync, statSync, unlinkSync } from 'node:fs'
import { promisify } from 'node:util'
import { syncFolder } from '../base/atomic-file.ts'
import { Draft, draftsOf, isWholeDraft, quietly, removed } from './draft.ts'
import { appendToLog, formatLogLine } from './edit-log.ts'
import type { LogLine } from './edit-log.ts'
import type { PageFolder } from './page-folder.ts'
import { findLogLine } from './read-log.ts'

/*
 * How a revision comes into being, so that no two writers get the same number and a crash at any point leaves a sound page:
 *
 *   1. draft   the whole text is written to `.draft-…`, the new number to `.current-…`
 *   2. claim   link(draft, revisions/n): the file system gives the name to one writer only; then the page's log line.
 *              All of this is brought to the disk before anything else happens, in one go.
 *   3. settle  rename(.current-…, current), then the wiki's log line, then the draft's name goes. The disk again: acknowledged.
 *
 * Until 3 the draft is a second name of revision n, which marks the claim as unfinished. Whoever finds n taken while `current`
 * is older finishes a marked claim for its writer (who may be dead, or just slow: settling twice is harmless), and steps over an
 * unmarked or damaged file, which is an administrator's, or a crash's. A deletion has no file in this layout; it claims its
 * number by a directory of that name, which goes in step 3.
 *
 * The wiki's log comes last because caches watch it: a page read after its stamp has moved must already be the new one.
 */

/** Writes revision `line.revision` (null bytes: a deletion) if it is still free and `current` is still `base`. */
export async function claimRevision(
  folder: PageFolder,
  base: number,
  bytes: Uint8Array | null,
  line: LogLine,
  wikiLog: string,
): Promise<'saved' | 'taken'> {
  const draft = new Draft(folder, line.revision, bytes)
  try {
    const written = draft.write()
    // Awaited below; if the claim throws, that is the error to tell.
    written.catch(() => undefined)
    // No await before the claim: the time between a look at `current` and the claim is as short as can be.
    if (folder.current() !== base || !draft.claim()) {
      await written
      return 'taken'
    }
    if (folder.current() !== base) {
      // Between the look and the claim somebody deleted the page: that took this number and left its place free.
      draft.letGo()
      await written
      return 'taken'
    }
    try {
      await Promise.all([written, appendToLog(folder.logFile, formatLogLine(line)), syncFolder(folder.revisionsFolder)])
    } catch (error) {
      // The disk does not take it. Nobody shall find this claim and finish it.
      if (bytes !== null && folder.current() < line.revision) {
        quietly(() => unlinkSync(folder.revisionFile(line.revision)))
        quietly(() => unlinkSync(draft.textFile))
      }
      throw error
    }
    const marks = bytes === null ? [] : [draft.textFile]
    await settle(folder, line, draft, wikiLog, marks)
    return 'saved'
  } finally {
    draft.remove()
  }
}

/** Finishes the claim of a writer who did not come to it. False: nobody's unfinished claim holds this number. */
export async function finishClaim(folder: PageFolder, revision: number, wikiLog: string): Promise<boolean> {
  const claimed = statSync(folder.revisionFile(revision), { throwIfNoEntry: false })
  // A number that `current` has reached is settled; a claim on it is about to be let go by who made it.
  if (!claimed || folder.current() >= revision) return false
  const deletion = claimed.isDirectory()
  const marks = deletion ? [] : draftsOf(claimed.ino, folder)
  if (!deletion && !marks.some(isWholeDraft)) return false

  const line = (await findLogLine(folder.logFile, revision)) ?? (await logUnknownWriter(folder, revision, claimed.mtime))
  const draft = new Draft(folder, revision, null)
  try {
    const synced = deletion ? null : syncFile(folder.revisionFile(revision))
    await Promise.all([draft.write(), synced, syncFolder(folder.revisionsFolder)])
    await settle(folder, { ...line, page: folder.name }, draft, wikiLog, marks)
  } finally {
    draft.remove()
  }
  return true
}

/** Without marks it is a deletion, whose mark is the directory at the revision's place. */
async function settle(folder: PageFolder, line: LogLine, draft: Draft, wikiLog: string, marks: readonly string[]): Promise<void> {
  const { revision } = line
  // No await from here to the log line. `current` never goes back: somebody may have finished this claim and gone on.
  if (folder.current() < revision) draft.becomeCurrent()
  draft.remove()
  // Of several who finish a claim at once, the one who takes away its mark writes the line.
  const place = folder.revisionFile(revision)
  const mine = marks.length === 0 ? removed(() => rmdirSync(place)) : marks.some((mark) => removed(() => unlinkSync(mark)))
  const logged = mine ? appendToLog(wikiLog, formatLogLine(line)) : null
  await Promise.all([logged, syncFolder(folder.path)])
  // A process put to sleep between the look at `current` and the rename has set it back. It mends that when it wakes.
  const overtaken = statSync(folder.revisionFile(revision + 1), { throwIfNoEntry: false }) !== undefined
  if (overtaken && folder.current() === revision) await stepForward(folder, revision + 1)
}

async function stepForward(folder: PageFolder, revision: number): Promise<void> {
  let last = revision
  while (existsSync(folder.revisionFile(last + 1))) last++
  const file = statSync(folder.revisionFile(last), { throwIfNoEntry: false })
  // A marked one is somebody's save in full swing: that one will set `current` by itself.
  if (!file?.isFile() || draftsOf(file.ino, folder).length > 0) return
  const draft = new Draft(folder, last, null)
  try {
    await draft.write()
    if (folder.current() < last) draft.becomeCurrent()
    await syncFolder(folder.path)
  } finally {
    draft.remove()
  }
}

/** The writer died between two system calls: who it was is lost, the text is not. */
async function logUnknownWriter(folder: PageFolder, revision: number, time: Date): Promise<LogLine> {
  const author = { userId: '', address: '', host: '' }
  const action = revision === 1 ? 'SAVENEW' : 'SAVE'
  const line = { time, revision, action, page: folder.name, author, extra: '', comment: '' }
  await appendToLog(folder.logFile, formatLogLine(line))
  return line
}

async function syncFile(file: string): Promise<void> {
  const descriptor = openSync(file, 'r')
  try {
    await waitForDisk(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const waitForDisk = promisify(fdatasync)
