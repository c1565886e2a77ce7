import { renameSync } from 'node:fs'
import { rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { listAttachments } from './attachments.ts'
import { isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'

/** Moves a page's directory, with everything in it. False when the other name has a history or attachments, or gets one meanwhile. */
export async function movePage(from: PageFolder, to: PageFolder): Promise<boolean> {
  if ((await to.storedRevisions()).length > 0 || (await listAttachments(to)).length > 0) return false
  try {
    await clear(to)
    renameSync(from.path, to.path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // fs throws errno errors
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || isGone(error)) return false
    throw error
  }
}

/**
 * Removes what a directory without a page may hold. Never more than that: somebody may be writing the page's first revision at
 * this moment, and then a folder is not empty and the move fails.
 */
async function clear(folder: PageFolder): Promise<void> {
  await rmdir(folder.revisionsFolder).catch(ignoreGone)
  await rmdir(folder.attachmentsFolder).catch(ignoreGone)
  await rm(join(folder.path, 'cache'), { recursive: true, force: true })
  for (const file of [folder.lockFile, folder.logFile]) await unlink(file).catch(ignoreGone)
}

function ignoreGone(error: unknown): void {
  if (!isGone(error)) throw error
}
