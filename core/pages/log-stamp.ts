import { statSync } from 'node:fs'
import { readLogFrom } from './read-log.ts'

/** The state of the wiki's log in a few words: which file, how long, written when. One stat, at once. */
export function stampOf(logFile: string): string {
  const stats = statSync(logFile, { throwIfNoEntry: false })
  return stats ? `${stats.ino}:${stats.size}:${stats.mtimeMs}` : NO_LOG
}

/** The pages that lines written after the stamp speak of; null when the log is not the one that the stamp was taken of. */
export async function changedSinceStamp(logFile: string, stamp: string): Promise<string[] | null> {
  const now = stampOf(logFile)
  if (now === stamp) return []
  const [inode, size] = stamp.split(':')
  const [inodeNow, sizeNow] = now.split(':')
  if (stamp !== NO_LOG) {
    // Same length at another time: somebody has edited the log itself.
    if (size === undefined || inode !== inodeNow || size === sizeNow) return null
  }
  const lines = await readLogFrom(logFile, stamp === NO_LOG ? 0 : Number(size))
  if (lines === null) return null
  const pages = new Set<string>()
  for (const line of lines) {
    pages.add(line.page)
    if (line.action === 'SAVE/RENAME' && line.extra) pages.add(line.extra)
  }
  return [...pages]
}

const NO_LOG = 'no log'
