import { randomBytes } from 'node:crypto'
import { closeSync, fsync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** How a file is written. */
export interface AtomicWrite {
  /** Permission bits of the new file; 0o660 when left out, as MoinMoin has it. */
  readonly mode?: number
  /** False leaves out fsync: survives the death of the process, not a power cut. Default true. */
  readonly durable?: boolean
}

/**
 * Replaces a file as a whole: readers see the old text or the new one, never a mixture, and once this resolves the new one
 * survives a power cut. Several processes may write the same file: the last one wins, no temporary name is shared.
 */
export async function writeFileAtomic(file: string, data: string | Uint8Array, how: AtomicWrite = {}): Promise<void> {
  const temporary = await writeTemporary(file, data, how)
  try {
    await rename(temporary, file)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  if (how.durable !== false) await syncFolder(dirname(file))
}

/**
 * Claims a file name with its complete content, as a page claims its next revision number. False: somebody else was first,
 * and theirs is untouched. A crash leaves either no file of that name or the whole one.
 */
export async function createFileAtomic(file: string, data: string | Uint8Array, how: AtomicWrite = {}): Promise<boolean> {
  const temporary = await writeTemporary(file, data, how)
  try {
    // link() refuses an existing name, which rename() would replace.
    await link(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // fs rejects with an errno error
    throw error
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  if (how.durable !== false) await syncFolder(dirname(file))
  return true
}

/** Like `writeFileAtomic`, at once: for files of a few hundred bytes, where a trip through the thread pool costs more than the write. */
export function writeFileAtomicSync(file: string, data: string | Uint8Array, how: AtomicWrite = {}): void {
  const temporary = temporaryName(file)
  try {
    writeNewFileSync(temporary, data, how)
    renameSync(temporary, file)
  } catch (error) {
    tryUnlinkSync(temporary)
    throw error
  }
  if (how.durable !== false) syncFolderSync(dirname(file))
}

/** Makes names that were created, renamed or removed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the file system keeps names in order by itself.
  if (process.platform === 'win32') return
  // Opened and closed at once: each way to the thread pool and back would cost more than that. Only the disk is waited for.
  const descriptor = openSync(folder, 'r')
  try {
    await waitForDisk(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const waitForDisk = promisify(fsync)

/** `syncFolder`, at once. */
export function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** True for a name that a crash in the middle of a write may have left behind; a cleaner may remove such files when they are old. */
export function isTemporaryName(name: string): boolean {
  return /^\.[^/]*\.[0-9]+-[0-9a-f]{12}\.tmp$/.test(name)
}

/** Unique among processes, threads and machines: a fixed name lets two writers ruin each other's file (typicode/lowdb#555). */
function temporaryName(file: string): string {
  const slash = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'))
  return `${file.slice(0, slash + 1)}.${file.slice(slash + 1)}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`
}

async function writeTemporary(file: string, data: string | Uint8Array, how: AtomicWrite): Promise<string> {
  const temporary = temporaryName(file)
  const handle = await open(temporary, 'wx', how.mode ?? 0o660)
  try {
    await handle.writeFile(data)
    if (how.durable !== false) await handle.sync()
  } catch (error) {
    await handle.close()
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await handle.close()
  return temporary
}

function writeNewFileSync(file: string, data: string | Uint8Array, how: AtomicWrite): void {
  const descriptor = openSync(file, 'wx', how.mode ?? 0o660)
  try {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    let done = 0
    while (done < bytes.length) done += writeSync(descriptor, bytes, done)
    if (how.durable !== false) fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function tryUnlinkSync(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // It was never made, or is gone already.
  }
}
