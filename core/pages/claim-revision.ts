import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../base/atomic-file.ts'
import { appendToLog, formatLogLine, revisionDigits } from './edit-log.ts'
import type { LogLine } from './edit-log.ts'
import { isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'
import { findLogLine } from './read-log.ts'

/*
 * How a revision comes into being, so that no two writers get the same number and a crash at any point leaves a sound page:
 *
 *   1. draft   the whole text in `.draft-…`, the new `current` in `.current-…`, both on the disk
 *   2. claim   link(draft, revisions/n): the file system gives the name to one writer only; then the page's log line
 *   3. settle  rename(.current-…, current), then the wiki's log line, then the draft's name goes
 *
 * Until 3 the draft is a second name of revision n, which marks the claim as unfinished. Whoever finds n taken while `current`
 * is older finishes a marked claim for its writer (who may be dead, or just slow: settling twice is harmless), and steps over an
 * unmarked file, which is an administrator's or an old crash of MoinMoin's. A deletion has no file in this layout; it claims its
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
  const draft = new Draft(folder, line.revision)
  try {
    await draft.write(bytes)
    if (folder.current() !== base || !draft.claim(bytes === null)) return 'taken'
    const logged = appendToLog(folder.logFile, formatLogLine(line))
    await Promise.all([logged, syncFolder(folder.revisionsFolder)])
    await settle(folder, line, draft, wikiLog, bytes === null)
    return 'saved'
  } finally {
    draft.remove()
  }
}

/**
 * Finishes the claim of a writer who did not come to it. False: nobody's unfinished claim holds this number.
 */
export async function finishClaim(folder: PageFolder, revision: number, wikiLog: string): Promise<boolean> {
  const claimed = statSync(folder.revisionFile(revision), { throwIfNoEntry: false })
  if (!claimed) return false
  const marks = claimed.isDirectory() ? [] : otherNamesOf(claimed.ino, folder)
  if (!claimed.isDirectory() && marks.length === 0) return false

  let line = await findLogLine(folder.logFile, revision)
  if (line === null) {
    // The writer died between two system calls: who it was is lost, the text is not.
    const author = { userId: '', address: '', host: '' }
    line = {
      time: claimed.mtime,
      revision,
      action: revision === 1 ? 'SAVENEW' : 'SAVE',
      page: folder.name,
      author,
      extra: '',
      comment: '',
    }
    await appendToLog(folder.logFile, formatLogLine(line))
  }
  const draft = new Draft(folder, revision)
  try {
    await draft.write(null)
    await syncFolder(folder.revisionsFolder)
    await settle(folder, { ...line, page: folder.name }, draft, wikiLog, claimed.isDirectory())
  } finally {
    draft.remove()
  }
  for (const mark of marks) quietly(() => unlinkSync(mark))
  return true
}

async function settle(folder: PageFolder, line: LogLine, draft: Draft, wikiLog: string, deletion: boolean): Promise<void> {
  const { revision } = line
  let logged: Promise<void> | null = null
  // No await from here to the log line. `current` never goes back: somebody may have finished this claim and gone on.
  if (folder.current() < revision) {
    draft.becomeCurrent()
    logged = appendToLog(wikiLog, formatLogLine(line))
  }
  draft.remove()
  if (deletion) quietly(() => rmdirSync(folder.revisionFile(revision)))
  await Promise.all([logged, syncFolder(folder.path)])
  // A process put to sleep between the look at `current` and the rename has set it back. It mends that when it wakes.
  if (folder.current() === revision && existsSync(folder.revisionFile(revision + 1))) await stepForward(folder, revision + 1)
}

async function stepForward(folder: PageFolder, revision: number): Promise<void> {
  let last = revision
  while (existsSync(folder.revisionFile(last + 1))) last++
  const marked = statSync(folder.revisionFile(last), { throwIfNoEntry: false })
  // A marked one is somebody's save in full swing: that one will set `current` by itself.
  if (!marked || marked.isDirectory() || otherNamesOf(marked.ino, folder).length > 0) return
  const draft = new Draft(folder, last)
  try {
    await draft.write(null)
    if (folder.current() < last) draft.becomeCurrent()
    await syncFolder(folder.path)
  } finally {
    draft.remove()
  }
}

/** The two files that become a revision and the new `current`. They lie in the page's directory, where MoinMoin looks for names it knows. */
class Draft {
  readonly #text: string
  readonly #next: string
  readonly #left = new Set<string>()
  readonly #folder: PageFolder
  readonly #revision: number

  constructor(folder: PageFolder, revision: number) {
    const id = `${revisionDigits(revision)}-${randomBytes(6).toString('hex')}`
    this.#text = join(folder.path, `${DRAFT}${id}`)
    this.#next = join(folder.path, `.current-${id}`)
    this.#folder = folder
    this.#revision = revision
  }

  async write(bytes: Uint8Array | null): Promise<void> {
    this.#left.add(this.#next)
    const number = openSpare(this.#folder, this.#next) ?? openSync(this.#next, 'wx', 0o660)
    const writes = [writeThrough(number, `${revisionDigits(this.#revision)}\n`)]
    if (bytes !== null) {
      this.#left.add(this.#text)
      writes.push(writeThrough(openSync(this.#text, 'wx', 0o660), bytes))
    }
    await Promise.all(writes)
  }

  /** False when the number is taken. */
  claim(deletion: boolean): boolean {
    const place = this.#folder.revisionFile(this.#revision)
    try {
      if (deletion) mkdirSync(place)
      else linkSync(this.#text, place)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // fs throws errno errors
      throw error
    }
  }

  becomeCurrent(): void {
    // The old file keeps a name, to be written again by the next save: see openSpare.
    quietly(() => linkSync(this.#folder.currentFile, join(this.#folder.path, SPARE)), 'EEXIST')
    renameSync(this.#next, this.#folder.currentFile)
    this.#left.delete(this.#next)
  }

  /** Takes away whatever is still there. */
  remove(): void {
    for (const file of this.#left) quietly(() => unlinkSync(file))
    this.#left.clear()
  }
}

const DRAFT = '.draft-'

const SPARE = '.current-spare'

/**
 * The file that was `current` before, to be written anew under another name; null when there is none for us. A file made afresh
 * costs twice: its own blocks go through the journal, and those of the file it replaces are given back, which is slow on disks
 * that are told to forget them. Taking it by rename makes sure that nobody else writes in it, and a file with a second name is
 * still somebody's `current`.
 */
function openSpare(folder: PageFolder, name: string): number | null {
  const spare = join(folder.path, SPARE)
  if (!existsSync(spare)) return null
  try {
    renameSync(spare, name)
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
  const descriptor = openSync(name, 'r+')
  const stats = fstatSync(descriptor)
  if (stats.nlink === 1 && stats.size === 9) return descriptor
  closeSync(descriptor)
  unlinkSync(name)
  return null
}

/** Writes at once, waits for the disk without holding up others. */
function writeThrough(descriptor: number, data: string | Uint8Array): Promise<void> {
  try {
    writeFileSync(descriptor, data)
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  return new Promise((resolve, reject) => {
    fdatasync(descriptor, (error) => {
      closeSync(descriptor)
      if (error) reject(error)
      else resolve()
    })
  })
}

function otherNamesOf(inode: number, folder: PageFolder): string[] {
  return readdirSync(folder.path)
    .filter((name) => name.startsWith(DRAFT))
    .map((name) => join(folder.path, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.ino === inode)
}

/** Does what may have been done by somebody else already. */
function quietly(act: () => void, done?: string): void {
  try {
    act()
  } catch (error) {
    if (!isGone(error) && (error as NodeJS.ErrnoException).code !== done) throw error // fs throws errno errors
  }
}
