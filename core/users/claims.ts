import { createHash } from 'node:crypto'
import { mkdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileAtomic } from '../base/atomic-file.ts'

/**
 * Names that one writer, in whatever process, holds for the moment it needs to look whether they are free and to take
 * them. Nobody waits: whoever comes second at the very same moment is refused.
 */
export class Claims {
  readonly #folder: string
  readonly #held: string[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  /** False: somebody else holds it at this moment. */
  async take(what: string): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true })
    const file = join(this.#folder, createHash('sha256').update(what).digest('hex'))
    const claimed = (await create(file)) || ((await isAbandoned(file)) && (await create(file)))
    if (claimed) this.#held.push(file)
    return claimed
  }

  /** Gives up whatever was taken. */
  async giveUp(): Promise<void> {
    for (const file of this.#held.splice(0)) await unlink(file).catch(() => undefined)
  }
}

function create(file: string): Promise<boolean> {
  return createFileAtomic(file, `${process.pid}\n`, { durable: false })
}

/** True when the name is free again: given up meanwhile, or left by a process that died and now removed. */
async function isAbandoned(file: string): Promise<boolean> {
  const made = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )
  if (made === null) return true
  // Nobody holds a claim for longer than an instant.
  if (Date.now() - made < 30_000) return false
  await unlink(file).catch(() => undefined)
  return true
}
