import { readFileSync, statSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../../base/atomic-file.ts'
import {
  createSuperuserTicket,
  isSuperuserTicket,
  reachOfSuperuserTicket,
  useSuperuserTicket,
} from '../../users/superuser-ticket.ts'

/**
 * Who is a superuser: the names in the config, and those made on the spot (the first start's link, `servus user add --superuser`), which
 * stand in `<dataDir>/servus/superusers`, one a line. The file is looked at again when it changed, whoever changed it.
 */
export class Superusers {
  readonly #dataDir: string
  readonly #file: string
  readonly #configured: readonly string[]
  #stamp = -1
  #names: readonly string[] = []

  constructor(dataDir: string, configured: readonly string[]) {
    this.#dataDir = dataDir
    this.#file = join(dataDir, 'servus', 'superusers')
    this.#configured = configured
  }

  names(): readonly string[] {
    const stamp = statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (stamp !== this.#stamp) {
      const text = stamp === 0 ? '' : readFileSync(this.#file, 'utf8')
      this.#names = [...new Set([...this.#configured, ...lines(text)])]
      this.#stamp = stamp
    }
    return this.#names
  }

  async add(name: string): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true })
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    await writeFileAtomic(this.#file, `${[...new Set([...lines(text), name])].join('\n')}\n`)
    this.#stamp = -1
  }

  /** A link's ticket that lets somebody create the first superuser, also of the wikis in these data folders. */
  createTicket(alsoIn: readonly string[] = []): Promise<string> {
    return createSuperuserTicket(this.#dataDir, { alsoIn })
  }

  isTicket(ticket: string): Promise<boolean> {
    return isSuperuserTicket(this.#dataDir, ticket)
  }

  /** Uses the ticket up for this account; nothing happens when somebody was faster. */
  async useTicket(ticket: string, name: string): Promise<void> {
    const others = await reachOfSuperuserTicket(this.#dataDir, ticket)
    if (!(await useSuperuserTicket(this.#dataDir, ticket))) return
    await this.add(name)
    for (const folder of others) await new Superusers(folder, []).add(name)
  }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
