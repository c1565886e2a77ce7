import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../base/atomic-file.ts'
import { Slices } from '../base/slices.ts'
import { byCodePoints, mergeSorted } from './code-point-order.ts'
import { emptyWhenGone, isFile } from './page-folder.ts'
import { unquoteName } from './quote-name.ts'

/** What the list needs of the store whose names it keeps. */
export interface NamesSource {
  readonly pagesFolder: string
  /** Where the list survives a restart; in a folder that MoinMoin ignores. */
  readonly listFile: string
  /** Whether the wiki's own data has this page now. */
  exists(name: string): boolean
  stamp(): string
  changedSince(stamp: string): Promise<readonly string[] | null>
}

/**
 * The names of the wiki's own existing pages, sorted. Kept beside the data and brought up to date by the tail of the wiki's log;
 * made anew when it is missing, damaged or cannot be followed. Directories that came or went without a log line (a restored
 * backup, a copy by hand) show in the time of the pages folder.
 */
export class OwnNames {
  readonly #source: NamesSource
  #list: NameList | null = null
  /** Changes that the file does not know. Whoever reads it can catch up on them, so it is not written for each. */
  #unsaved = 0
  #updating: Promise<readonly string[]> | null = null

  constructor(source: NamesSource) {
    this.#source = source
  }

  async list(): Promise<readonly string[]> {
    const list = this.#list
    if (list && list.stamp === this.#source.stamp() && list.folderTime === this.#folderTime()) return list.names
    this.#updating ??= this.#update().finally(() => {
      this.#updating = null
    })
    return this.#updating
  }

  async close(): Promise<void> {
    await this.#updating
    if (this.#list && this.#unsaved > 0) await this.#keep(this.#list)
  }

  async #update(): Promise<readonly string[]> {
    // Taken first: what happens during the update is seen by the next one.
    const stamp = this.#source.stamp()
    const folderTime = this.#folderTime()
    const old = this.#list ?? this.#restore()
    const changed = old ? await this.#source.changedSince(old.stamp) : null
    const names = new Set(old && changed ? old.names : [])
    if (!old || !changed) {
      await this.#compareWithFolder(names)
      this.#unsaved = Number.POSITIVE_INFINITY
    } else {
      // A new page has changed the folder's time; only a change that no line explains needs a look at all of it.
      const explained = folderTime === old.folderTime || changed.some((name) => !names.has(name))
      for (const name of changed) this.#check(name, names)
      if (!explained) await this.#compareWithFolder(names)
      this.#unsaved += changed.length + (explained ? 0 : 1)
    }
    const list = { stamp, folderTime, names: old ? sorted(names, old.names) : await sortedInSlices(names) }
    this.#list = list
    if (this.#unsaved > KEEP_AFTER) await this.#keep(list)
    return list.names
  }

  #check(name: string, names: Set<string>): void {
    if (this.#source.exists(name)) names.add(name)
    else names.delete(name)
  }

  async #compareWithFolder(names: Set<string>): Promise<void> {
    const found = new Set<string>()
    const folders = await readdir(this.#source.pagesFolder).catch(emptyWhenGone)
    // Thousands of pages in a row would hold up every visitor.
    const slices = new Slices()
    for (const folder of folders) {
      const name = unquoteName(folder)
      if (name) found.add(name)
      if (slices.isOver) await slices.pause()
    }
    for (const name of names) if (!found.has(name)) names.delete(name)
    for (const name of found) {
      if (!names.has(name)) this.#check(name, names)
      if (slices.isOver) await slices.pause()
    }
  }

  #folderTime(): number {
    return statSync(this.#source.pagesFolder, { throwIfNoEntry: false })?.mtimeMs ?? 0
  }

  #restore(): NameList | null {
    if (!isFile(this.#source.listFile)) return null
    try {
      const list: unknown = JSON.parse(readFileSync(this.#source.listFile, 'utf8'))
      return isNameList(list) ? list : null
    } catch {
      // Whatever is wrong with it, it can be made anew.
      return null
    }
  }

  async #keep(list: NameList): Promise<void> {
    this.#unsaved = 0
    try {
      mkdirSync(dirname(this.#source.listFile), { recursive: true, mode: 0o770 })
      await writeFileAtomic(this.#source.listFile, JSON.stringify({ format: 1, ...list }), { durable: false })
    } catch {
      // A wiki that can only be read works as well, without the shortcut.
    }
  }
}

interface NameList {
  readonly stamp: string
  readonly folderTime: number
  readonly names: readonly string[]
}

/** Changes after which the file is written again. */
const KEEP_AFTER = 100

function isNameList(value: unknown): value is NameList & { format: 1 } {
  const list = value as Partial<NameList & { format: number }> | null // only looked at, each member checked
  return (
    list?.format === 1 &&
    typeof list.stamp === 'string' &&
    typeof list.folderTime === 'number' &&
    Array.isArray(list.names) &&
    list.names.every((name) => typeof name === 'string')
  )
}

/** Sorting what is nearly sorted is cheap, so the old order is kept as far as it goes. */
function sorted(names: Set<string>, old: readonly string[]): readonly string[] {
  if (old.length === names.size && old.every((name) => names.has(name))) return old
  return [...names].sort(byCodePoints)
}

/** In pieces that are put together two by two, for sorting thousands takes too long at a time. */
async function sortedInSlices(names: ReadonlySet<string>): Promise<readonly string[]> {
  const all = [...names]
  const slices = new Slices()
  let parts: (readonly string[])[] = []
  for (let at = 0; at < all.length; at += PIECE) {
    parts.push(all.slice(at, at + PIECE).sort(byCodePoints))
    if (slices.isOver) await slices.pause()
  }
  while (parts.length > 1) {
    const pairs: (readonly string[])[] = []
    for (let at = 0; at < parts.length; at += 2) {
      pairs.push(mergeSorted(parts[at] ?? [], parts[at + 1] ?? []))
      if (slices.isOver) await slices.pause()
    }
    parts = pairs
  }
  return parts[0] ?? []
}

/** Names that are sorted at a time. */
const PIECE = 500
