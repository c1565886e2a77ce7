import { open } from 'node:fs/promises'
import { parseLogLine } from './edit-log.ts'
import type { LogLine } from './edit-log.ts'
import { isGone } from './page-folder.ts'

/**
 * The lines of an edit-log from the last to the first, read in blocks from the end: the newest entries cost the same in a log of
 * any length. Lines that say nothing are left out; a missing log has none.
 */
export async function* readLogBackwards(file: string, blockSize = 64 * 1024): AsyncGenerator<LogLine> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isGone(error)) return null
    throw error
  })
  if (!handle) return
  try {
    let end = (await handle.stat()).size
    // The part of a line whose beginning lies in the block before.
    let cut: Buffer = Buffer.alloc(0)
    while (end > 0) {
      const start = Math.max(0, end - blockSize)
      const block = Buffer.alloc(end - start)
      await handle.read(block, 0, block.length, start)
      const bytes = cut.length > 0 ? Buffer.concat([block, cut]) : block
      const firstLineEnd = start === 0 ? -1 : bytes.indexOf(10)
      cut = start === 0 ? cut : firstLineEnd < 0 ? bytes : bytes.subarray(0, firstLineEnd)
      end = start
      if (start > 0 && firstLineEnd < 0) continue
      const lines = bytes.toString('utf8', firstLineEnd + 1).split('\n')
      for (let at = lines.length - 1; at >= 0; at--) {
        const line = parseLogLine(lines[at] ?? '')
        if (line) yield line
      }
    }
  } finally {
    await handle.close()
  }
}

/** The newest line of a revision; null when the log has none. Looks no further than the lines of older revisions. */
export async function findLogLine(file: string, revision: number): Promise<LogLine | null> {
  for await (const line of readLogBackwards(file, 4096)) {
    if (line.revision === revision) return line
    if (line.revision < revision) return null
  }
  return null
}

/** The lines that a log grew by since it had `from` bytes; null when it is not the same log any more. */
export async function readLogFrom(file: string, from: number): Promise<LogLine[] | null> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isGone(error)) return null
    throw error
  })
  if (!handle) return from === 0 ? [] : null
  try {
    const { size } = await handle.stat()
    // One byte earlier, to see that it still ends a line there.
    const start = Math.max(0, from - 1)
    if (size < from || size - from > LONGEST_TAIL) return null
    const bytes = Buffer.alloc(size - start)
    await handle.read(bytes, 0, bytes.length, start)
    if (from > 0 && bytes[0] !== 10) return null
    return bytes
      .toString('utf8', from > 0 ? 1 : 0)
      .split('\n')
      .map(parseLogLine)
      .filter((line) => line !== null)
  } finally {
    await handle.close()
  }
}

/** Beyond this a rebuild is no slower. */
const LONGEST_TAIL = 8 * 1024 * 1024
