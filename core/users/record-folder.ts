import { mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter } from 'lowdb'
import { accountUnreadable } from '../api/errors.ts'
import { createFileAtomic } from '../base/atomic-file.ts'

/** What a record folder keeps: anything with a version. */
export interface Versioned {
  readonly version: number
}

/**
 * lowdb's door to one record of ours: a folder with one file, `<version>.json`. A version is claimed by creating its name,
 * which only one of any number of processes can, so no lock exists that a crash could leave behind. lowdb's own file
 * adapters share one temporary name and never call fsync, and its presets keep nothing at all under a test runner.
 */
export class RecordFolder<T extends Versioned> implements Adapter<T> {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The newest version, or null when there is none. */
  async read(): Promise<T | null> {
    for (;;) {
      const newest = (await this.#versions()).at(-1)
      if (newest === undefined) return null
      const file = this.#file(newest)
      try {
        return JSON.parse(await readFile(file, 'utf8'))
      } catch (error) {
        if (error instanceof SyntaxError) throw accountUnreadable(file, error)
        // A writer replaced it between the two steps.
        if (!isMissing(error)) throw error
      }
    }
  }

  /** Stores `data` as its version and fails with `VersionTaken` when another writer has that version already. */
  async write(data: T): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const file = this.#file(data.version)
    if (!(await createFileAtomic(file, `${JSON.stringify(data, null, 1)}\n`))) throw new VersionTaken()
    const versions = await this.#versions()
    // A slow writer may create a name that was used and removed long ago; then a newer one stands beside it.
    if (versions.at(-1) !== data.version) {
      await removeIfThere(file)
      throw new VersionTaken()
    }
    for (const version of versions.slice(0, -1)) await removeIfThere(this.#file(version))
  }

  #file(version: number): string {
    return join(this.#folder, `${version}.json`)
  }

  async #versions(): Promise<number[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    return names
      .filter((name) => /^[0-9]{1,15}\.json$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
  }
}

/** Thrown by a write that came second. */
export class VersionTaken extends Error {}

/** True for the error of a file or folder that does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

async function removeIfThere(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}
