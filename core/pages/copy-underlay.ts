import { constants, mkdirSync } from 'node:fs'
import { copyFile, link, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileAtomic } from '../base/atomic-file.ts'
import { revisionDigits } from './edit-log.ts'
import { emptyWhenGone, isFile, isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'
import { toFile } from './stored-text.ts'
import type { Underlay } from './underlay.ts'

/**
 * Copies a page whole into the wiki's own data, as its first edit does. Two writers may copy at once, and a crash may leave half
 * a copy: whatever is there already stays, and until `current` is written the underlay page is the one that shows.
 */
export async function copyFromUnderlay(underlay: Underlay, revision: number, to: PageFolder): Promise<void> {
  mkdirSync(to.revisionsFolder, { recursive: true, mode: 0o770 })
  const text = await underlay.read(to.name, revision)
  if (text !== null && !isFile(to.revisionFile(revision))) await createFileAtomic(to.revisionFile(revision), toFile(text))

  const from = underlay.folder(to.name)
  if (!from) return
  for (const number of await from.storedRevisions()) {
    if (number < revision) await copyOnce(from.revisionFile(number), to, join('revisions', revisionDigits(number)))
  }
  await copyOnce(from.logFile, to, 'edit-log')
  const attachments = await readdir(from.attachmentsFolder).catch(emptyWhenGone)
  if (attachments.length > 0) mkdirSync(to.attachmentsFolder, { recursive: true, mode: 0o770 })
  for (const file of attachments) await copyOnce(join(from.attachmentsFolder, file), to, join('attachments', file))
}

/** Appears whole or not at all, and never over a file that is there. */
async function copyOnce(source: string, to: PageFolder, place: string): Promise<void> {
  if (!isFile(source) || isFile(join(to.path, place))) return
  const temporary = join(to.path, `.copy-${process.pid}-${place.replaceAll('/', '-')}`.slice(0, 200))
  await copyFile(source, temporary, constants.COPYFILE_FICLONE)
  try {
    await link(temporary, join(to.path, place))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // fs rejects with errno errors
  } finally {
    await unlink(temporary).catch((error: unknown) => {
      if (!isGone(error)) throw error
    })
  }
}
