import { mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { type IndexLine, parseIndexLine, profileStamp } from './index-line.ts'
import { accountId } from './moin-profile.ts'
import { isMissing } from './record-folder.ts'

/**
 * Finds ids by name and address without opening every account: a file of lines beside the records, to which every process
 * appends and of which every process reads the new end. Lines are hints and never taken back: whoever gets an id from here
 * reads the account and looks whether it still bears the name. Lost or damaged, the file is made again from the accounts.
 */
export class AccountIndex {
  readonly #userDir: string
  readonly #ownDir: string
  readonly #file: string
  readonly #load: (id: string) => Promise<IndexLine | null>
  readonly #known = new Set<string>()
  readonly #byName = new Map<string, Set<string>>()
  readonly #byEmail = new Map<string, Set<string>>()
  readonly #byIdentity = new Map<string, Set<string>>()
  readonly #folderStamps = new Map<string, string>()
  readonly #profiles = new Map<string, string>()
  readonly #clock: Clock
  #rechecked = Number.NEGATIVE_INFINITY
  #inode = 0n
  #offset = 0
  #turn: Promise<void> = Promise.resolve()

  /** `load` tells the line of an account the index has not met. */
  constructor(userDir: string, ownDir: string, clock: Clock, load: (id: string) => Promise<IndexLine | null>) {
    this.#clock = clock
    this.#userDir = userDir
    this.#ownDir = ownDir
    this.#file = join(ownDir, 'index.jsonl')
    this.#load = load
  }

  /** Ids that bear or bore this name. */
  async idsByName(name: string): Promise<readonly string[]> {
    await this.refresh()
    return [...(this.#byName.get(name) ?? [])]
  }

  /** Ids that have or had this address, in whatever case. */
  async idsByEmail(email: string): Promise<readonly string[]> {
    await this.refresh()
    return [...(this.#byEmail.get(email.toLowerCase()) ?? [])]
  }

  /** Ids that log in or logged in as this elsewhere. */
  async idsByIdentity(key: string): Promise<readonly string[]> {
    await this.refresh()
    return [...(this.#byIdentity.get(key) ?? [])]
  }

  /** Every id, accounts of MoinMoin included. */
  async ids(): Promise<readonly string[]> {
    await this.refresh()
    return [...this.#known]
  }

  /** Says that an account has, or is about to get, this name and address. Before the account itself: a hint too many is no harm. */
  async add(lines: readonly IndexLine[]): Promise<void> {
    // The leading line end closes a line that a crash may have cut.
    const text = lines.map((line) => `\n${JSON.stringify(line)}`).join('')
    await mkdir(this.#ownDir, { recursive: true })
    const handle = await open(this.#file, 'a', 0o660)
    try {
      await handle.appendFile(`${text}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** Reads what other processes wrote and finds accounts that nobody announced. Three stats when nothing happened. */
  async refresh(): Promise<void> {
    // One after the other: each must see what happened before it was asked for.
    const mine = this.#turn.then(() => this.#refresh())
    this.#turn = mine.catch(() => undefined)
    await mine
  }

  /**
   * Looks for profiles that MoinMoin wrote again, which no folder's time tells: one stat for each, so at most once a minute
   * and only for a name that was not found. True when there was one.
   */
  async recheck(): Promise<boolean> {
    const now = this.#clock.now()
    if (this.#profiles.size === 0 || now - this.#rechecked < 60_000) return false
    this.#rechecked = now
    const changed: string[] = []
    for (const [id, seen] of this.#profiles) if ((await profileStamp(join(this.#userDir, id))) !== seen) changed.push(id)
    await this.#meet(changed)
    return changed.length > 0
  }

  async #refresh(): Promise<void> {
    await this.#readNewLines()
    const unknown: string[] = []
    for (const folder of [this.#userDir, this.#ownDir]) {
      const stamp = await folderStamp(folder)
      if (stamp !== null && this.#folderStamps.get(folder) === stamp) continue
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return []
        throw error
      })
      for (const name of names) if (accountId.test(name) && !this.#known.has(name)) unknown.push(name)
      if (stamp !== null) this.#folderStamps.set(folder, stamp)
    }
    if (unknown.length > 0) await this.#meet([...new Set(unknown)])
  }

  async #meet(ids: readonly string[]): Promise<void> {
    const lines: IndexLine[] = []
    for (let at = 0; at < ids.length; at += 32) {
      const found = await Promise.all(ids.slice(at, at + 32).map((id) => this.#load(id)))
      for (const line of found) if (line) lines.push(line)
    }
    for (const line of lines) this.#learn(line)
    // A wiki whose user folder may only be read keeps the index in memory.
    if (lines.length > 0) await this.add(lines).catch(ignoreReadOnly)
  }

  async #readNewLines(): Promise<void> {
    const handle = await open(this.#file, 'r').catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (!handle) {
      if (this.#offset > 0) this.#forget()
      return
    }
    try {
      const { ino, size } = await handle.stat({ bigint: true })
      if (ino !== this.#inode || size < this.#offset) this.#forget()
      this.#inode = ino
      const length = Number(size) - this.#offset
      if (length === 0) return
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await handle.read(bytes, 0, length, this.#offset)
      // The last line may still be on its way.
      const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1
      this.#offset += end
      for (const text of bytes.toString('utf8', 0, end).split('\n')) {
        const line = text === '' ? null : parseIndexLine(text)
        if (line) this.#learn(line)
      }
    } finally {
      await handle.close()
    }
  }

  #learn({ id, name, email, identities = [], seen }: IndexLine): void {
    this.#known.add(id)
    if (seen === undefined) this.#profiles.delete(id)
    else this.#profiles.set(id, seen)
    addTo(this.#byName, name, id)
    if (email !== '') addTo(this.#byEmail, email.toLowerCase(), id)
    for (const key of identities) addTo(this.#byIdentity, key, id)
  }

  #forget(): void {
    this.#known.clear()
    this.#byName.clear()
    this.#byEmail.clear()
    this.#byIdentity.clear()
    this.#folderStamps.clear()
    this.#profiles.clear()
    this.#offset = 0
  }
}

/** Null when the folder changed so lately that a further change might bear the same time. */
async function folderStamp(folder: string): Promise<string | null> {
  const found = await stat(folder, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (!found) return 'missing'
  // File systems tell the time in steps of some milliseconds, and their clock is the computer's, whatever a test holds.
  return Date.now() - Number(found.mtimeMs) < 100 ? null : `${found.ino}:${found.mtimeNs}`
}

function addTo(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key)
  if (ids) ids.add(id)
  else map.set(key, new Set([id]))
}

function ignoreReadOnly(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error
}
