import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { PageState, PageStore } from '../api/page-store.ts'
import { writeFileAtomic } from '../base/atomic-file.ts'
import { byCodePoints } from './code-point-order.ts'
import { isFile } from './page-folder.ts'

export interface PageLinksOptions {
  readonly store: Pick<PageStore, 'state' | 'read' | 'names' | 'stamp' | 'changedSince'>
  /** Full names of the pages that a text links to. Reading markup is others' work. */
  readonly linksOf: (text: string, name: string) => readonly string[] | Promise<readonly string[]>
  /** Where the index survives a restart, `<data>/cache/servus/links.json`; none when left out. */
  readonly indexFile?: string
  /** Changes when `linksOf` finds other links than before in the same text: an index of another version is made anew. */
  readonly version?: string
}

/**
 * Which page links where, and back. Links of one page are read off its text when they are not known yet. The first question for
 * links to a page reads all texts; from then on the wiki's log tells which ones to read again.
 */
export class PageLinks {
  readonly #options: PageLinksOptions
  readonly #version: string
  readonly #pages = new Map<string, Entry>()
  readonly #linking = new Map<string, Set<string>>()
  #stamp: string | null = null
  #names: readonly string[] = []
  #unsaved = 0
  #updating: Promise<void> | null = null

  constructor(options: PageLinksOptions) {
    this.#options = options
    this.#version = `1 ${options.version ?? ''}`
  }

  /** Pages that the current text of a page links to, in the order of the text. */
  async links(name: string): Promise<readonly string[]> {
    const state = await this.#options.store.state(name)
    await this.#check(name, state)
    return this.#pages.get(name)?.links ?? []
  }

  /** Pages that link to a page, in code point order. */
  async backlinks(name: string): Promise<readonly string[]> {
    await this.refresh()
    return [...(this.#linking.get(name) ?? [])].sort(byCodePoints)
  }

  /** Brings the index up to date: with all pages the first time, with the changed ones later. */
  async refresh(): Promise<void> {
    if (this.#stamp !== null && this.#stamp === this.#options.store.stamp()) return
    this.#updating ??= this.#update().finally(() => {
      this.#updating = null
    })
    await this.#updating
  }

  /** Writes what the index file does not know yet. */
  async close(): Promise<void> {
    await this.#updating
    if (this.#unsaved > 0) await this.#keep()
  }

  async #update(): Promise<void> {
    const { store } = this.#options
    const stamp = store.stamp()
    const known = this.#stamp ?? this.#restore()
    const changed = known === null ? null : await store.changedSince(known)
    const names = await store.names()
    const suspects = new Set(changed ?? names)
    if (names !== this.#names) {
      const existing = new Set(names)
      for (const name of this.#pages.keys()) if (!existing.has(name)) this.#forget(name)
      for (const name of names) if (!this.#pages.has(name)) suspects.add(name)
    }
    // Help and system pages come with the program and change without a line in the log.
    if (this.#stamp === null) for (const name of await this.#underlaid(names)) suspects.add(name)

    let since = performance.now()
    for (const name of suspects) {
      await this.#check(name, await store.state(name))
      // Reading thousands of pages must not hold up the visitors.
      if (performance.now() - since > SLICE) {
        await breathe()
        since = performance.now()
      }
    }
    this.#stamp = stamp
    this.#names = names
    if (this.#unsaved > KEEP_AFTER) await this.#keep()
  }

  async #underlaid(names: readonly string[]): Promise<string[]> {
    const own = new Set(await this.#options.store.names({ underlay: false }))
    return names.filter((name) => !own.has(name))
  }

  async #check(name: string, state: PageState): Promise<void> {
    const print = `${state.revision} ${state.size} ${state.modified?.getTime()}`
    if (!state.exists) return this.#forget(name)
    if (this.#pages.get(name)?.print === print) return
    const text = await this.#options.store.read(name, state.revision)
    this.#forget(name)
    const links = [...new Set(text === null ? [] : await this.#options.linksOf(text, name))]
    this.#remember(name, { print, links })
    this.#unsaved++
  }

  #remember(name: string, entry: Entry): void {
    this.#pages.set(name, entry)
    for (const target of entry.links) {
      const linking = this.#linking.get(target)
      if (linking) linking.add(name)
      else this.#linking.set(target, new Set([name]))
    }
  }

  #forget(name: string): void {
    const entry = this.#pages.get(name)
    if (!entry) return
    this.#pages.delete(name)
    this.#unsaved++
    for (const target of entry.links) {
      const linking = this.#linking.get(target)
      linking?.delete(name)
      if (linking?.size === 0) this.#linking.delete(target)
    }
  }

  /** The stamp of the index file, whose entries are then in place; null when there is none that can be used. */
  #restore(): string | null {
    const file = this.#options.indexFile
    if (file === undefined || !isFile(file)) return null
    try {
      const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
      if (!isKeptIndex(kept) || kept.version !== this.#version) return null
      for (const [name, print, ...links] of kept.pages) if (!this.#pages.has(name)) this.#remember(name, { print, links })
      return kept.stamp
    } catch {
      // Whatever is wrong with it, it can be made anew.
      return null
    }
  }

  async #keep(): Promise<void> {
    const { indexFile } = this.#options
    if (indexFile === undefined) return
    this.#unsaved = 0
    const pages = [...this.#pages].map(([name, { print, links }]) => [name, print, ...links])
    try {
      mkdirSync(dirname(indexFile), { recursive: true, mode: 0o770 })
      await writeFileAtomic(indexFile, JSON.stringify({ version: this.#version, stamp: this.#stamp ?? '', pages }), {
        durable: false,
      })
    } catch {
      // A wiki that can only be read works as well; its next start reads the pages again.
    }
  }
}

interface Entry {
  /** What the text was when it was read: revision, size and time. */
  readonly print: string
  readonly links: readonly string[]
}

interface KeptIndex {
  readonly version: string
  readonly stamp: string
  readonly pages: readonly (readonly [name: string, print: string, ...links: string[]])[]
}

/** Milliseconds between two breaths of a long update. */
const SLICE = 15
/** Changes after which the file is written again. */
const KEEP_AFTER = 200

function isKeptIndex(value: unknown): value is KeptIndex {
  const kept = value as Partial<KeptIndex> | null // only looked at, each member checked
  return (
    typeof kept?.version === 'string' &&
    typeof kept.stamp === 'string' &&
    Array.isArray(kept.pages) &&
    kept.pages.every((page) => Array.isArray(page) && page.length >= 2 && page.every((word) => typeof word === 'string'))
  )
}
