import { accessSync, constants, mkdirSync, renameSync } from 'node:fs'
import { stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { sessionStoreUnusable } from '../../api/errors.ts'
import { namesIn } from './account-notes.ts'

const leftoverAge = 3_600_000

/** Where the files of sessions lie: `<folder>/<ab>/<key>.json`. */
export class SessionFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the folder and finds out whether it can be written. Throws a ConfigError for `sessionDir`. */
  prepare(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o770 })
      accessSync(this.#folder, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw sessionStoreUnusable(this.#folder, error)
    }
  }

  fileOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), `${key}.json`)
  }

  /** One visitor's loss must not become everybody's: the file is kept for whoever wants to look, and out of the way. null: gone already. */
  putAside(key: string): string | null {
    const aside = join(this.#folder, 'bad', `${key}.${Date.now()}.json`)
    try {
      mkdirSync(join(this.#folder, 'bad'), { recursive: true, mode: 0o770 })
      renameSync(this.fileOf(key), aside)
      return aside
    } catch {
      // Another process was quicker.
      return null
    }
  }

  /** Every session's key; with `tidy` what dead processes left behind is removed on the way. */
  async *keys(tidy = false): AsyncGenerator<string> {
    for (const part of await namesIn(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(part)) continue
      for (const name of await namesIn(join(this.#folder, part))) {
        const key = name.slice(0, -5)
        if (name.endsWith('.json') && isKey(key)) yield key
        else if (tidy) await removeOld(join(this.#folder, part, name))
      }
    }
  }
}

export const isKey = (key: string): boolean => /^[0-9a-f]{40}$/.test(key)

/** What a process left behind when it died in the middle of a write. */
async function removeOld(file: string): Promise<void> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > leftoverAge) await unlink(file)
  } catch {
    // Gone already.
  }
}
