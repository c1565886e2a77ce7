import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Adapter } from 'lowdb'
import { accountUnreadable } from '../api/errors.ts'
import { createFileAtomic, isTemporaryName } from '../base/atomic-file.ts'

/** What a record folder keeps: anything with a version. */
export interface Versioned {
  readonly version: number
}

/**
 * lowdb's door to one record of ours: a folder with one file, `<version>.json`. Whoever writes version n takes version n - 1
 * away first, by a rename that succeeds for exactly one of any number of processes, so no save is ever built on one that
 * another is replacing. (lowdb's own file adapters share one temporary name and never call fsync, and its presets keep
 * nothing at all under a test runner.)
 */
export class RecordFolder<T extends Versioned> implements Adapter<T> {
  readonly #folder: string
  readonly #abandonedAfter: number

  /** `abandonedAfter`: milliseconds after which a version taken away and not replaced counts as left behind by a crash. */
  constructor(folder: string, abandonedAfter = 5000) {
    this.#folder = folder
    this.#abandonedAfter = abandonedAfter
  }

  /** The newest version, or null when there is none. A version that is being replaced is the newest until that is done. */
  async read(): Promise<T | null> {
    for (;;) {
      const newest = (await this.#files()).at(-1)
      if (newest === undefined) return null
      const file = join(this.#folder, newest.name)
      try {
        return JSON.parse(await readFile(file, 'utf8'))
      } catch (error) {
        if (error instanceof SyntaxError) throw accountUnreadable(file, error)
        // A writer replaced it between the two steps.
        if (!isMissing(error)) throw error
      }
    }
  }

  /** Stores `data` as its version and fails with `VersionTaken` unless the newest is the version before. */
  async write(data: T): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const { version } = data
    const file = join(this.#folder, `${version}.json`)
    const replaced = version === 1 ? null : await this.#takeAway(version - 1)
    if (version === 1 && (await this.#files()).length > 0) throw new VersionTaken()
    let created = false
    try {
      created = await createFileAtomic(file, `${JSON.stringify(data, null, 1)}\n`)
    } catch (error) {
      // The disk is full, say: the version before is the newest again.
      if (replaced) await rename(replaced, join(this.#folder, `${version - 1}.json`)).catch(() => undefined)
      throw error
    }
    if (replaced) await removeIfThere(replaced)
    // One so slow that others had done the same and gone on may have created a name that was in use before. Had theirs
    // been built on this file, it would have been taken away and could not be removed here.
    const others = (await this.#files()).filter(({ name }) => name !== `${version}.json`)
    const overtaken = created && others.some((other) => other.version >= version) && (await removeIfThere(file))
    if (!created || overtaken) throw new VersionTaken()
    for (const other of others) if (other.version < version) await removeIfThere(join(this.#folder, other.name))
    await this.#removeLeftovers()
  }

  /** Half-written files of processes that died. */
  async #removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const file = join(this.#folder, name)
      if (isTemporaryName(name) && (await age(file, 'mtimeMs')) > 3_600_000) await removeIfThere(file)
    }
  }

  /** Takes a version out of everybody else's hands, and answers where it is now. */
  async #takeAway(version: number): Promise<string> {
    const mine = join(this.#folder, `${version}.${randomBytes(6).toString('hex')}.taken`)
    if (await renameIfThere(join(this.#folder, `${version}.json`), mine)) return mine
    for (const other of await this.#files()) {
      if (other.version !== version || !other.taken) continue
      const file = join(this.#folder, other.name)
      // Whoever took it died before it was done.
      if ((await age(file, 'ctimeMs')) >= this.#abandonedAfter && (await renameIfThere(file, mine))) return mine
      // Somebody is at it: asking again at once would only get in their way.
      await setTimeout(2)
    }
    throw new VersionTaken()
  }

  /** Oldest first; of one version the untouched file last. */
  async #files(): Promise<{ name: string; version: number; taken: boolean }[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    return names
      .filter((name) => /^[0-9]{1,15}\.(json|[0-9a-f]{12}\.taken)$/.test(name))
      .map((name) => ({ name, version: Number.parseInt(name, 10), taken: name.endsWith('.taken') }))
      .sort((a, b) => a.version - b.version || Number(b.taken) - Number(a.taken))
  }
}

/** Thrown by a write that came second. */
export class VersionTaken extends Error {}

/** True for the error of a file or folder that does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

async function removeIfThere(file: string): Promise<boolean> {
  return succeeds(unlink(file))
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  return succeeds(rename(from, to))
}

async function succeeds(step: Promise<void>): Promise<boolean> {
  try {
    await step
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Milliseconds since a file's content (`mtimeMs`) or name (`ctimeMs`) changed; 0 when it is gone. */
async function age(file: string, time: 'mtimeMs' | 'ctimeMs'): Promise<number> {
  try {
    return Date.now() - (await stat(file))[time]
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}
