import { statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PageState } from '../api/page-store.ts'
import type { Revision } from '../api/page.ts'
import { readHistory } from './history.ts'
import type { HistoryOptions } from './history.ts'
import { emptyWhenGone, isFile, isGone, PageFolder } from './page-folder.ts'
import { quoteName, unquoteName } from './quote-name.ts'
import { normaliseText } from './stored-text.ts'

/** Pages that shine through where the wiki has none of its own: help and system pages. Never written to. */
export interface Underlay {
  /** Null when there is no such page here. */
  state(name: string): PageState | null
  read(name: string, revision: number): Promise<string | null>
  history(name: string, options?: HistoryOptions): Promise<Revision[]>
  /** The same array as long as nothing has come or gone. */
  names(): Promise<readonly string[]>
  /** The page's directory; null when this underlay is not made of directories. */
  folder(name: string): PageFolder | null
}

/** An underlay folder is MoinMoin's (`pages/<quoted name>/…` inside), or holds one `<quoted name>.wiki` file a page. */
export function openUnderlay(folder: string): Underlay {
  const pages = join(folder, 'pages')
  return statSync(pages, { throwIfNoEntry: false })?.isDirectory() ? new MoinUnderlay(pages) : new FileUnderlay(folder)
}

class MoinUnderlay implements Underlay {
  readonly #pages: string
  readonly #listing: FolderListing

  constructor(pages: string) {
    this.#pages = pages
    this.#listing = new FolderListing(pages, '')
  }

  folder(name: string): PageFolder {
    return new PageFolder(join(this.#pages, quoteName(name)), name)
  }

  state(name: string): PageState | null {
    const state = this.folder(name).state()
    return state.exists ? { ...state, underlay: true } : null
  }

  read(name: string, revision: number): Promise<string | null> {
    return this.folder(name).read(revision)
  }

  history(name: string, options?: HistoryOptions): Promise<Revision[]> {
    return readHistory(this.folder(name), options)
  }

  names(): Promise<readonly string[]> {
    return this.#listing.names((name) => this.state(name) !== null)
  }
}

/** One text file a page, easy to write and to keep under version control. Its pages have one revision. */
class FileUnderlay implements Underlay {
  readonly #path: string
  readonly #listing: FolderListing

  constructor(path: string) {
    this.#path = path
    this.#listing = new FolderListing(path, EXTENSION)
  }

  folder(): null {
    return null
  }

  state(name: string): PageState | null {
    const stats = statSync(this.#file(name), { throwIfNoEntry: false })
    if (!stats?.isFile()) return null
    return { exists: true, revision: 1, deleted: false, underlay: true, size: stats.size, modified: stats.mtime }
  }

  async read(name: string, revision: number): Promise<string | null> {
    if (revision !== 1 || !isFile(this.#file(name))) return null
    try {
      return normaliseText(await readFile(this.#file(name), 'utf8'))
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }

  async history(name: string, options: HistoryOptions = {}): Promise<Revision[]> {
    const state = this.state(name)
    if (!state?.modified || (options.before ?? 2) < 2 || options.limit === 0) return []
    const author = { userId: '', address: '', host: '' }
    return [{ revision: 1, time: state.modified, action: 'SAVENEW', size: state.size, author, comment: '', extra: '' }]
  }

  names(): Promise<readonly string[]> {
    return this.#listing.names((name) => this.state(name) !== null)
  }

  #file(name: string): string {
    return join(this.#path, `${quoteName(name)}${EXTENSION}`)
  }
}

const EXTENSION = '.wiki'

/** Page names by the entries of a folder, read again when its time has changed. */
class FolderListing {
  readonly #path: string
  readonly #extension: string
  #time = -1
  #names: readonly string[] = []

  constructor(path: string, extension: string) {
    this.#path = path
    this.#extension = extension
  }

  async names(exists: (name: string) => boolean): Promise<readonly string[]> {
    const time = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (time === this.#time) return this.#names
    const names: string[] = []
    for (const entry of await readdir(this.#path).catch(emptyWhenGone)) {
      if (!entry.endsWith(this.#extension)) continue
      const name = unquoteName(entry.slice(0, entry.length - this.#extension.length))
      if (name && exists(name)) names.push(name)
    }
    this.#names = names
    this.#time = time
    return names
  }
}
