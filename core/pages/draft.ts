import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fdatasync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { revisionDigits } from './edit-log.ts'
import { isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'

/**
 * The two files that become a revision and the new `current`. They lie in the page's directory, where MoinMoin looks for nothing
 * but the names it knows. A draft's name ends in a digest of its text: see `isWholeDraft`.
 */
export class Draft {
  /** The whole text; after the claim this name is the mark of it. */
  readonly textFile: string
  readonly #next: string
  readonly #left = new Set<string>()
  readonly #folder: PageFolder
  readonly #revision: number
  readonly #bytes: Uint8Array | null

  /** Without bytes there is only the new `current`. */
  constructor(folder: PageFolder, revision: number, bytes: Uint8Array | null) {
    const id = `${revisionDigits(revision)}-${WRITER}${process.hrtime.bigint().toString(36)}`
    this.textFile = join(folder.path, `${DRAFT}${id}-${bytes ? digest(bytes) : ''}`)
    this.#next = join(folder.path, `${NEXT}${id}`)
    this.#folder = folder
    this.#revision = revision
    this.#bytes = bytes
  }

  /** Writes both, at once; the answer waits until they are on the disk. */
  write(): Promise<unknown> {
    this.#left.add(this.#next)
    const number = openSpare(this.#folder, this.#next) ?? openSync(this.#next, 'wx', 0o660)
    const writes = [writeThrough(number, `${revisionDigits(this.#revision)}\n`)]
    if (this.#bytes !== null) {
      this.#left.add(this.textFile)
      writes.push(writeThrough(openSync(this.textFile, 'wx', 0o660), this.#bytes))
    }
    return Promise.all(writes)
  }

  /** Takes the revision's number; false when somebody has it. */
  claim(): boolean {
    const place = this.#folder.revisionFile(this.#revision)
    try {
      if (this.#bytes === null) mkdirSync(place)
      else linkSync(this.textFile, place)
      this.#left.delete(this.textFile)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // fs throws errno errors
      throw error
    }
  }

  /** Gives the number back. */
  letGo(): void {
    const place = this.#folder.revisionFile(this.#revision)
    if (this.#bytes === null) quietly(() => rmdirSync(place))
    else quietly(() => unlinkSync(place))
    this.#left.add(this.textFile)
  }

  becomeCurrent(): void {
    // The old file keeps a name, to be written again by the next save: see openSpare.
    quietly(() => linkSync(this.#folder.currentFile, join(this.#folder.path, SPARE)), 'EEXIST')
    renameSync(this.#next, this.#folder.currentFile)
    this.#left.delete(this.#next)
  }

  /** Takes away what has not become anything. */
  remove(): void {
    for (const file of this.#left) quietly(() => unlinkSync(file))
    this.#left.clear()
  }
}

/** The drafts that are a second name of a file: the marks of an unfinished claim. */
export function draftsOf(inode: number, folder: PageFolder): string[] {
  return readdirSync(folder.path)
    .filter((name) => name.startsWith(DRAFT))
    .map((name) => join(folder.path, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.ino === inode)
}

/** False when a power cut has left a name without all of its text. */
export function isWholeDraft(path: string): boolean {
  try {
    return path.endsWith(`-${digest(readFileSync(path))}`)
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

/** Removes what killed writers have left in a page's directory an hour ago or earlier. */
export function sweepDrafts(folder: PageFolder, now: number): void {
  for (const name of readdirSync(folder.path)) {
    if (!LITTER.test(name)) continue
    const stats = statSync(join(folder.path, name), { throwIfNoEntry: false })
    if (stats && stats.mtimeMs < now - 3_600_000) quietly(() => unlinkSync(join(folder.path, name)))
  }
}

/** Does what may have been done by somebody else already. */
export function quietly(act: () => void, done?: string): void {
  try {
    act()
  } catch (error) {
    if (!isGone(error) && (error as NodeJS.ErrnoException).code !== done) throw error // fs throws errno errors
  }
}

/** False when somebody else was first. */
export function removed(remove: () => void): boolean {
  let first = false
  quietly(() => {
    remove()
    first = true
  })
  return first
}

/** Tells this process, or thread, from all others that write here; with the time beside it no name comes twice. */
const WRITER = randomBytes(6).toString('hex')
const DRAFT = '.draft-'
const NEXT = '.current-'
const SPARE = '.current-spare'
const LITTER = /^\.(draft-|attach-|copy-|current-\d)/

function digest(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex').slice(0, 16)
}

/**
 * The file that was `current` before, to be written anew under another name; null when there is none for us. A file made afresh
 * costs twice: its own blocks go through the journal, and those of the file it replaces are given back, which is slow on disks
 * that are told to forget them. Taking it by rename makes sure that nobody else writes in it, and a file with a second name is
 * still somebody's `current`.
 */
function openSpare(folder: PageFolder, name: string): number | null {
  const spare = join(folder.path, SPARE)
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
