import { basename } from 'node:path'
import type { Reply } from '../api/reply.ts'
import { StaticFiles } from '../http/static-files.ts'

/** Static files of the themes under `/+static/<theme>/<hash>/<file>`. */
export class ThemeFiles {
  readonly #themes = new Map<string, StaticFiles>()

  /** `folders`: the theme's own folder and those of the themes it builds on. */
  add(theme: string, folders: readonly string[]): StaticFiles {
    let files = this.#themes.get(theme)
    if (files === undefined) this.#themes.set(theme, (files = new StaticFiles(folders.map((folder) => `${folder}/static`))))
    return files
  }

  async answer(path: string): Promise<Reply | null> {
    const [, theme, rest] = /^\/\+static\/([\w-]+)\/(.+)$/.exec(path) ?? []
    if (theme === undefined || rest === undefined || basename(rest).startsWith('.')) return null
    return (await this.#themes.get(theme)?.answer(decodeURIComponent(rest))) ?? null
  }
}
