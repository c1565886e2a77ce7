import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { unlinkIfThere } from './record-file.ts'

/** Which sessions an account has, as empty files: ending them all does not mean opening every session there is. */
export class AccountNotes {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** `before` and `now` are accounts; '' is nobody. */
  move(key: string, before: string, now: string): void {
    if (before === now) return
    if (before !== '') unlinkIfThere(join(this.#of(before), key))
    if (now === '') return
    const note = join(this.#of(now), key)
    try {
      writeFileSync(note, '', { mode: 0o660 })
    } catch {
      mkdirSync(this.#of(now), { recursive: true, mode: 0o770 })
      writeFileSync(note, '', { mode: 0o660 })
    }
  }

  async keysOf(user: string): Promise<readonly string[]> {
    return await namesIn(this.#of(user))
  }

  #of(user: string): string {
    return join(this.#folder, hash('sha256', user, 'hex').slice(0, 40))
  }
}

/** None, when there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}
