import { randomInt } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Low } from 'lowdb'
import type { Identity, NewAccount, Taken, UserRecord, UserStore } from '../api/user-store.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { AccountIndex } from './account-index.ts'
import { blankAccount } from './blank-account.ts'
import { Claims } from './claims.ts'
import { type IndexLine, identityKey, lineOf, profileStamp } from './index-line.ts'
import { accountId, parseMoinProfile } from './moin-profile.ts'
import { isMissing, RecordFolder, VersionTaken } from './record-folder.ts'

/**
 * Accounts as files in MoinMoin's user folder. A MoinMoin profile `<userDir>/<id>` is read where it lies and never written;
 * from the first save on the account is ours, `<userDir>/servus/<id>/<version>.json`, in a folder MoinMoin ignores.
 */
export class FileUserStore implements UserStore {
  readonly #userDir: string
  readonly #ownDir: string
  readonly #clock: Clock
  readonly #index: AccountIndex
  readonly #cache = new Map<string, { stamp: string; record: UserRecord }>()

  constructor(userDir: string, options: { clock?: Clock } = {}) {
    this.#userDir = userDir
    this.#ownDir = join(userDir, 'servus')
    this.#clock = options.clock ?? systemClock
    this.#index = new AccountIndex(userDir, this.#ownDir, this.#clock, (id) => this.#indexLine(id))
  }

  async byId(id: string): Promise<UserRecord | null> {
    if (!accountId.test(id)) return null
    for (const file of [join(this.#ownDir, id), join(this.#userDir, id)]) {
      const stamp = await stampOf(file)
      if (stamp === null) continue
      const cached = this.#cache.get(id)
      if (cached && cached.stamp === stamp.text) return cached.record
      const record = await this.#read(id)
      if (record && stamp.settled) this.#remember(id, stamp.text, record)
      return record
    }
    return null
  }

  async byName(name: string, options: { disabled?: boolean } = {}): Promise<UserRecord | null> {
    return this.#find(
      () => this.#index.idsByName(name),
      (record) => record.name === name && (options.disabled === true || !record.disabled),
    )
  }

  async byEmail(email: string, options: { disabled?: boolean } = {}): Promise<UserRecord | null> {
    if (email === '') return null
    const wanted = email.toLowerCase()
    return this.#find(
      () => this.#index.idsByEmail(email),
      (record) => record.email.toLowerCase() === wanted && (options.disabled === true || !record.disabled),
    )
  }

  async byIdentity(identity: Identity, options: { disabled?: boolean } = {}): Promise<UserRecord | null> {
    const key = identityKey(identity)
    return this.#find(
      () => this.#index.idsByIdentity(key),
      (record) => record.identities.some((each) => identityKey(each) === key) && (options.disabled === true || !record.disabled),
    )
  }

  async create(account: NewAccount, options: { emailUnique?: boolean } = {}): Promise<UserRecord | Taken> {
    const wanted = { name: account.name, email: account.email ?? '', identities: account.identities ?? [] }
    return this.#claiming(null, wanted, options.emailUnique !== false, async () => {
      const id = await this.#newId()
      const now = this.#clock.now()
      const record: UserRecord = { ...blankAccount, ...account, id, version: 1, created: now, saved: now }
      await this.#index.add([lineOf(record)])
      await this.#write(record)
      return record
    })
  }

  async save(
    record: UserRecord,
    expected?: number,
    options: { emailUnique?: boolean } = {},
  ): Promise<UserRecord | Taken | 'changed' | 'gone'> {
    for (;;) {
      const current = accountId.test(record.id) ? await this.#read(record.id) : null
      if (!current) return 'gone'
      if (expected !== undefined && current.version !== expected) return 'changed'
      const next: UserRecord = { ...record, version: current.version + 1, saved: this.#clock.now() }
      const { id, name, email } = next
      const renamed = name !== current.name
      const moved = email.toLowerCase() !== current.email.toLowerCase()
      const known = new Set(current.identities.map(identityKey))
      const linked = next.identities.filter((identity) => !known.has(identityKey(identity)))
      const changed = renamed || moved || linked.length > 0
      const write = async () => {
        if (changed) await this.#index.add([lineOf(next)])
        await this.#write(next)
        return next
      }
      try {
        if (!changed) return await write()
        const wanted = { name: renamed ? name : '', email: moved ? email : '', identities: linked }
        return await this.#claiming(id, wanted, options.emailUnique !== false, write)
      } catch (error) {
        if (!(error instanceof VersionTaken)) throw error
        if (expected !== undefined) return 'changed'
      }
    }
  }

  async *list(): AsyncIterable<UserRecord> {
    for (const id of await this.#index.ids()) {
      const record = await this.byId(id)
      if (record) yield record
    }
  }

  async #read(id: string): Promise<UserRecord | null> {
    const db = new Low(new RecordFolder<UserRecord>(join(this.#ownDir, id)), blankAccount)
    await db.read()
    if (db.data.version > 0) return { ...blankAccount, ...db.data, id }
    const text = await readFile(join(this.#userDir, id), 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    return text === null ? null : parseMoinProfile(id, text)
  }

  async #write(record: UserRecord): Promise<void> {
    const db = new Low(new RecordFolder<UserRecord>(join(this.#ownDir, record.id)), record)
    await db.write()
    this.#cache.delete(record.id)
  }

  #remember(id: string, stamp: string, record: UserRecord): void {
    if (this.#cache.size >= 5000) this.#cache.clear()
    this.#cache.set(id, { stamp, record })
  }

  /** The index hints, the account itself decides. */
  async #find(hints: () => Promise<readonly string[]>, fits: (record: UserRecord) => boolean): Promise<UserRecord | null> {
    do {
      for (const id of await hints()) {
        const record = await this.byId(id)
        if (record && fits(record)) return record
      }
    } while (await this.#index.recheck())
    return null
  }

  async #indexLine(id: string): Promise<IndexLine | null> {
    const seen = await profileStamp(join(this.#userDir, id))
    // A damaged account must not keep everybody else from signing in.
    const record = await this.byId(id).catch(() => null)
    if (!record) return null
    const { name, email, version } = record
    return version === 0 ? { id, name, email, seen } : lineOf(record)
  }

  /**
   * Does `work` while nobody else, in any process, can take the same name, address or identity, unless somebody has it: `owner`
   * may keep what is its own. '' stands for nothing wanted.
   */
  async #claiming<T>(
    owner: string | null,
    { name, email, identities }: Pick<UserRecord, 'name' | 'email' | 'identities'>,
    emailUnique: boolean,
    work: () => Promise<T>,
  ): Promise<T | Taken> {
    const claims = new Claims(join(this.#ownDir, 'claims'))
    const isFree = async (bearer: Promise<UserRecord | null>) => ((await bearer)?.id ?? owner) === owner
    try {
      if (name !== '') {
        if (!(await claims.take(`name ${name}`))) return 'name-taken'
        if (!(await isFree(this.byName(name, { disabled: true })))) return 'name-taken'
      }
      if (email !== '' && emailUnique) {
        if (!(await claims.take(`email ${email.toLowerCase()}`))) return 'email-taken'
        if (!(await isFree(this.byEmail(email, { disabled: true })))) return 'email-taken'
      }
      for (const identity of identities) {
        if (!(await claims.take(`identity ${identityKey(identity)}`))) return 'identity-taken'
        if (!(await isFree(this.byIdentity(identity, { disabled: true })))) return 'identity-taken'
      }
      return await work()
    } finally {
      await claims.giveUp()
    }
  }

  async #newId(): Promise<string> {
    for (;;) {
      const id = `${(this.#clock.now() / 1000).toFixed(2)}.${randomInt(65536)}`
      if (await stampOf(join(this.#userDir, id))) continue
      try {
        await mkdir(this.#ownDir, { recursive: true })
        await mkdir(join(this.#ownDir, id))
        return id
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    }
  }
}

/** `settled`: changed long enough ago that a further change could not bear the same time. */
async function stampOf(file: string): Promise<{ text: string; settled: boolean } | null> {
  const found = await stat(file, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (!found) return null
  return { text: `${found.ino}:${found.mtimeNs}:${found.size}`, settled: Date.now() - Number(found.mtimeMs) > 100 }
}
