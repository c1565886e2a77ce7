import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Slices } from '../base/slices.ts'
import type { PageEntry, WordIndex } from './word-index.ts'

/** What stands in the first line of the file. */
export interface IndexHead {
  /** Files of another version are not read. */
  readonly version: string
  /** The store's stamp up to which every change is in the index. */
  readonly stamp: string
  readonly pages: number
}

const version = '2'

/** Entries a line. */
const entriesPerLine = 200

/** Writes the index in slices, so that nobody waits for it; the file is there whole or not at all. Nothing may change meanwhile. */
export async function writeIndexFile(
  file: string,
  stamp: string,
  entries: ReadonlyMap<string, PageEntry>,
  words: WordIndex,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.tmp`
  const handle = await open(draft, 'w')
  const slices = new Slices()
  try {
    const lines = linesOf(stamp, entries, words)
    let chunk = ''
    for (const line of lines) {
      chunk += `${line}\n`
      if (chunk.length > 200_000) {
        await handle.write(chunk)
        chunk = ''
      }
      if (!slices.isOver) continue
      await slices.pause()
      signal.throwIfAborted()
    }
    await handle.write(chunk)
    await handle.sync()
  } catch (error) {
    await handle.close()
    await rm(draft, { force: true })
    throw error
  }
  await handle.close()
  await rename(draft, file)
}

function* linesOf(stamp: string, entries: ReadonlyMap<string, PageEntry>, words: WordIndex): Iterable<string> {
  const head: IndexHead = { version, stamp, pages: entries.size }
  yield JSON.stringify(head)
  let some: PageEntry[] = []
  for (const entry of entries.values()) {
    some.push(entry)
    if (some.length < entriesPerLine) continue
    yield JSON.stringify({ entries: some })
    some = []
  }
  yield JSON.stringify({ entries: some })
  for (const piece of words.pieces()) yield JSON.stringify({ words: piece })
  yield JSON.stringify({ end: true })
}

/** Reads the file into an empty index; null when there is none, or it is damaged or another version's: then nothing may be used of it. */
export async function readIndexFile(
  file: string,
  words: WordIndex,
): Promise<{ head: IndexHead; entries: Map<string, PageEntry> } | null> {
  const entries = new Map<string, PageEntry>()
  let head: IndexHead | null = null
  let isWhole = false
  const slices = new Slices()
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) {
      const part = JSON.parse(line) as Partial<IndexHead> & { entries?: PageEntry[]; words?: unknown; end?: true }
      if (head === null) {
        if (part.version !== version) return null
        head = part as IndexHead
      } else if (part.entries !== undefined) for (const entry of part.entries) entries.set(entry.name, entry)
      else if (part.words !== undefined) words.restore(part.words)
      else if (part.end === true) isWhole = true
      if (slices.isOver) await slices.pause()
    }
  } catch {
    // Missing or damaged: it is made anew.
    return null
  } finally {
    lines.close()
  }
  return head !== null && isWhole && entries.size === head.pages ? { head, entries } : null
}
