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
  names(): Promise<string[]>
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

  constructor(pages: string) {
    this.#pages = pages
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

  async names(): Promise<string[]> {
    const folders = await readdir(this.#pages).catch(emptyWhenGone)
    return folders.map(unquoteName).filter((name) => name !== null && name !== '' && this.state(name) !== null) as string[] // null is filtered out
  }
}

/** One text file a page, easy to write and to keep under version control. Its pages have one revision. */
class FileUnderlay implements Underlay {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
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

  async names(): Promise<string[]> {
    const files = await readdir(this.#path).catch(emptyWhenGone)
    return files
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => unquoteName(file.slice(0, -EXTENSION.length)))
      .filter((name) => name !== null && name !== '' && this.state(name) !== null) as string[] // null is filtered out
  }

  #file(name: string): string {
    return join(this.#path, `${quoteName(name)}${EXTENSION}`)
  }
}

const EXTENSION = '.wiki'
