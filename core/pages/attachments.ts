import { randomBytes } from 'node:crypto'
import { createReadStream, lstatSync, mkdirSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { link, open, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { toUSVString } from 'node:util'
import { badAttachmentName } from '../api/errors.ts'
import type { Attachment } from '../api/page.ts'
import { syncFolder } from '../base/atomic-file.ts'
import { emptyWhenGone, isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'
import { LONGEST_FILE_NAME } from './quote-name.ts'

/** An attachment to be sent: `open()` for all of it, or bytes `start` to `end`, both included. */
export interface OpenAttachment {
  readonly size: number
  readonly modified: Date
  open(range?: { start: number; end: number }): Readable
}

/** The name under which an uploaded file is kept: signs that file systems and addresses dislike become `_`, as in MoinMoin. */
export function cleanAttachmentName(requested: string): string {
  const name = toUSVString(requested).normalize('NFC').replace(UNWANTED, '_')
  if (name.trim() === '' || name === '.' || name === '..') throw badAttachmentName('it is empty')
  if (Buffer.byteLength(name) > LONGEST_FILE_NAME) throw badAttachmentName(`it has more than ${LONGEST_FILE_NAME} bytes`)
  return name
}

export async function listAttachments(folder: PageFolder): Promise<Attachment[]> {
  const names = await readdir(folder.attachmentsFolder).catch(emptyWhenGone)
  return names.flatMap((name) => {
    const stats = attachmentStats(folder, name)
    return stats ? [{ name, size: stats.size, modified: stats.mtime }] : []
  })
}

export function openAttachment(folder: PageFolder, name: string): OpenAttachment | null {
  const stats = attachmentStats(folder, name)
  if (!stats) return null
  const path = join(folder.attachmentsFolder, name)
  return { size: stats.size, modified: stats.mtime, open: (range) => createReadStream(path, range) }
}

/** Writes an attachment that appears whole or not at all. The name must be clean. */
export async function writeAttachment(
  folder: PageFolder,
  name: string,
  bytes: Uint8Array,
  overwrite: boolean,
): Promise<'saved' | 'exists'> {
  if (!overwrite && attachmentStats(folder, name)) return 'exists'
  if (mkdirSync(folder.attachmentsFolder, { recursive: true, mode: 0o770 })) await syncFolder(folder.path)
  // Not among the attachments, where everybody would see it.
  const temporary = join(folder.path, `.attach-${randomBytes(6).toString('hex')}`)
  const place = join(folder.attachmentsFolder, name)
  try {
    const handle = await open(temporary, 'wx', 0o660)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (overwrite) await rename(temporary, place)
    else if (!(await linkNew(temporary, place))) return 'exists'
  } finally {
    await unlink(temporary).catch(ignoreGone)
  }
  await syncFolder(folder.attachmentsFolder)
  return 'saved'
}

export async function removeAttachment(folder: PageFolder, name: string): Promise<boolean> {
  if (!attachmentStats(folder, name)) return false
  try {
    await unlink(join(folder.attachmentsFolder, name))
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
  await syncFolder(folder.attachmentsFolder)
  return true
}

const UNWANTED = /[\u0000-\u001f\u007f:/\\<>"*?%|]/g

/** Only plain files count: a link could lead anywhere. A name that is a path has no attachment. */
function attachmentStats(folder: PageFolder, name: string): Stats | null {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) return null
  const stats = lstatOrNull(join(folder.attachmentsFolder, name))
  return stats?.isFile() ? stats : null
}

function lstatOrNull(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // fs rejects with errno errors
    throw error
  }
}

function ignoreGone(error: unknown): void {
  if (!isGone(error)) throw error
}
