import { basename } from 'node:path'
import type { Reply } from '../api/reply.ts'
import { StaticFiles } from '../http/static-files.ts'

/**
 * Static files of the themes under `/+static/<theme>/<hash>/<file>`, and under MoinMoin's `/moin_static…/<theme>/<file>`, where
 * pages expect pictures of smileys; a theme of MoinMoin's is answered by the default one.
 */
export class ThemeFiles {
  readonly #themes = new Map<string, StaticFiles>()

  /** `folders`: the theme's own folder and those of the themes it builds on. */
  add(theme: string, folders: readonly string[]): StaticFiles {
    let files = this.#themes.get(theme)
    if (files === undefined) this.#themes.set(theme, (files = new StaticFiles(folders.map((folder) => `${folder}/static`))))
    return files
  }

  async answer(path: string): Promise<Reply | null> {
    const [, theme, hashed] = /^\/\+static\/([\w-]+)\/(.+)$/.exec(path) ?? []
    const [, named, plain] = hashed === undefined ? (/^\/moin_static[\w.]*\/([\w-]+)\/(.+)$/.exec(path) ?? []) : []
    const rest = decoded(hashed ?? (plain === undefined ? '' : `-/${plain}`))
    if (rest === '' || basename(rest).startsWith('.')) return null
    const files = this.#themes.get(theme ?? named ?? '') ?? (plain === undefined ? undefined : this.#themes.get('default'))
    return (await files?.answer(rest)) ?? null
  }
}

/** '' for escapes that are none: no file has such a name. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}
