import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import type { Reply } from '../api/reply.ts'
import { mediaType } from '../base/media-type.ts'
import { reply } from './reply.ts'

/**
 * Files of a theme or plugin, read once and kept: they are few and small. Their addresses carry a hash of the content
 * (`/+static/<hash>/servus.css`), so a browser keeps them for a year and a changed file has a new address.
 */
export class StaticFiles {
  readonly #folders: readonly string[]
  readonly #files = new Map<string, Promise<StaticFile | null>>()

  /** The first folder that has the file wins. */
  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** `<hash>/<path>` for the address of a file; null when there is none. */
  async address(path: string): Promise<string | null> {
    const file = await this.#file(path)
    return file === null ? null : `${file.hash}/${path}`
  }

  /** Answers `<hash>/<path>`; an old hash is answered too, but not kept for long. */
  async answer(address: string): Promise<Reply | null> {
    const slash = address.indexOf('/')
    const file = slash < 0 ? null : await this.#file(address.slice(slash + 1))
    if (file === null) return null
    const current = address.slice(0, slash) === file.hash
    return reply(200, file.bytes, {
      'content-type': file.type,
      'cache-control': current ? 'public, max-age=31536000, immutable' : 'public, max-age=60',
      etag: `"${file.hash}"`,
      'x-content-type-options': 'nosniff',
    })
  }

  #file(path: string): Promise<StaticFile | null> {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const found = this.#read(path)
    // Only what exists is kept: strangers cannot fill the memory with names.
    found.then(
      (file) => file !== null && this.#files.set(path, Promise.resolve(file)),
      () => {},
    )
    return found
  }

  async #read(path: string): Promise<StaticFile | null> {
    // One name a file: `a/../servus.css` would be read and kept once more for every `a`.
    if (normalize(path) !== path || path.startsWith('..') || path.startsWith(sep) || path.includes('\0')) return null
    for (const folder of this.#folders) {
      try {
        const bytes = await readFile(join(folder, path))
        const type = mediaType(path) ?? 'application/octet-stream'
        const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 12)
        return { bytes, hash, type: /^(text\/|image\/svg)|javascript/.test(type) ? `${type}; charset=utf-8` : type }
      } catch {
        // Not in this folder: the next may have it.
      }
    }
    return null
  }
}

interface StaticFile {
  readonly bytes: Uint8Array
  readonly hash: string
  readonly type: string
}
