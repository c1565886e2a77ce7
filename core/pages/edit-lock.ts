import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { EditLock } from '../api/page-store.ts'
import { writeFileAtomicSync } from '../base/atomic-file.ts'
import { formatLogLine, parseLogLine } from './edit-log.ts'
import { isFile, isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'

/** Who edits a page, from its `edit-lock`: one log line with the action LOCK, or an empty file. */
export async function readLock(folder: PageFolder): Promise<EditLock | null> {
  if (!isFile(folder.lockFile)) return null
  try {
    const line = parseLogLine((await readFile(folder.lockFile, 'utf8')).split('\n')[0] ?? '')
    return line?.action === 'LOCK' ? { time: line.time, author: line.author } : null
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

export async function writeLock(folder: PageFolder, lock: EditLock | null): Promise<void> {
  if (!lock) {
    if (isFile(folder.lockFile)) writeFileAtomicSync(folder.lockFile, '', { durable: false })
    return
  }
  mkdirSync(folder.path, { recursive: true, mode: 0o770 })
  const line = formatLogLine({
    time: lock.time,
    revision: 0,
    action: 'LOCK',
    page: folder.name,
    author: lock.author,
    extra: '',
    comment: '',
  })
  // A lock is a courtesy between editors: it need not survive a power cut.
  writeFileAtomicSync(folder.lockFile, line, { durable: false })
}
