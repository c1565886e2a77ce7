import { createHash } from 'node:crypto'
import type { SessionChange, SessionInfo, SessionKind, SessionRecord, SessionStore } from '../../api/session.ts'
import { systemClock } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { noChange } from '../apply-change.ts'
import { graceAfterRename, infoOf, matches } from '../session-record.ts'
import { RedisConnection } from './redis-connection.ts'
import type { RedisConnectionOptions } from './redis-connection.ts'
import { createScript, destroyScript, mergeScript, renameScript, setScript } from './redis-scripts.ts'

/** What a `RedisStore` must and can be told. */
export interface RedisStoreOptions extends RedisConnectionOptions {
  readonly clock?: Clock
  /** What all keys in Redis start with; on a cluster it needs a `{tag}`. Default `servus:`. */
  readonly prefix?: string
}

/**
 * Sessions in Redis 7 or Valkey: for several machines. A hash for each session, a sorted set for each account; Redis itself
 * removes what is over. Every operation is one round trip, and none waits longer than `ioTimeout`.
 */
export class RedisStore implements SessionStore {
  readonly keepsTime = true
  readonly #redis: RedisConnection
  readonly #prefix: string
  readonly #clock: Clock
  readonly #digests = new Map<string, string>()

  constructor(options: RedisStoreOptions = {}) {
    this.#redis = new RedisConnection(options)
    this.#prefix = options.prefix ?? 'servus:'
    this.#clock = options.clock ?? systemClock
  }

  async read(key: string): Promise<SessionRecord | null> {
    const record = recordOf(await this.#redis.send(['HGETALL', this.#keyOf(key)]))
    return record !== null && record.expires > this.#clock.now() ? record : null
  }

  async create(key: string, record: SessionRecord): Promise<boolean> {
    const { values, moved, ...rest } = record
    const made = await this.#run(
      createScript,
      [this.#keyOf(key)],
      changeArguments({ ...noChange, ...rest, set: values }, record.realm),
    )
    return made === 1
  }

  async merge(key: string, change: SessionChange): Promise<'ok' | 'gone' | 'changed'> {
    if (onlySets(change)) return (await this.#run(setScript, [this.#keyOf(key)], setArguments(change))) === 'ok' ? 'ok' : 'gone'
    const expect =
      change.expect === undefined
        ? []
        : [...change.expect].flatMap(([name, text]) => [fieldOf(name), text === null ? '0' : '1', text ?? ''])
    const done = await this.#run(
      mergeScript,
      [this.#keyOf(key)],
      [String(expect.length / 3), ...expect, ...changeArguments(change)],
    )
    return done === 'ok' || done === 'changed' ? done : 'gone'
  }

  async rename(from: string, to: string, change: SessionChange): Promise<'ok' | 'gone'> {
    const done = await this.#run(
      renameScript,
      [this.#keyOf(from), this.#keyOf(to)],
      [String(graceAfterRename), ...changeArguments(change)],
    )
    return done === 'ok' ? 'ok' : 'gone'
  }

  async destroy(key: string): Promise<void> {
    await this.#run(destroyScript, [this.#keyOf(key)], [])
  }

  async *list(filter: { user?: string; realm?: string } = {}): AsyncGenerator<SessionInfo> {
    const start = this.#keyOf('').length
    for await (const key of filter.user ? this.#keysOfUser(filter.user) : this.#allKeys()) {
      const record = await this.read(key.slice(start))
      if (record !== null && matches(record, filter)) yield infoOf(key.slice(start), record)
    }
  }

  /** Redis removes what is over by itself. */
  async purge(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {
    await this.#redis.close()
  }

  #keyOf(key: string): string {
    return `${this.#prefix}s:${key}`
  }

  async *#keysOfUser(user: string): AsyncGenerator<string> {
    const found = await this.#redis.send(['ZRANGE', `${this.#prefix}u:${user}`, '0', '-1'])
    if (Array.isArray(found)) for (const key of found) yield String(key)
  }

  async *#allKeys(): AsyncGenerator<string> {
    const pattern = `${this.#keyOf('').replace(/[*?[\]\\]/g, '\\$&')}*`
    const seen = new Set<string>()
    let cursor = '0'
    do {
      const found = await this.#redis.send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', '500'])
      if (!Array.isArray(found) || !Array.isArray(found[1])) return
      cursor = String(found[0])
      for (const each of found[1]) {
        // SCAN may name a key twice.
        const key = String(each)
        if (seen.has(key)) continue
        seen.add(key)
        yield key
      }
    } while (cursor !== '0')
  }

  async #run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    let digest = this.#digests.get(script)
    if (digest === undefined) this.#digests.set(script, (digest = createHash('sha1').update(script).digest('hex')))
    const rest = [String(keys.length), ...keys, this.#prefix, String(this.#clock.now()), ...args]
    try {
      return await this.#redis.send(['EVALSHA', digest, ...rest])
    } catch (error) {
      // The first time, and after the server was restarted.
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return this.#redis.send(['EVAL', script, ...rest])
      throw error
    }
  }
}

/** Lua's `unpack` takes some thousands of values and no more. */
const mostUnpacked = 500

/** True for values that are set and times that move on, which is nearly every change. */
function onlySets(change: SessionChange): boolean {
  const { set, increment, append, clear, expect, created, kind, user, handle, device, address } = change
  return (
    (set.size > 0 || change.lastSeen !== undefined || change.expires !== undefined) &&
    set.size <= mostUnpacked &&
    change.delete.size + increment.size + append.size === 0 &&
    clear !== true &&
    (expect ?? created ?? kind ?? user ?? handle ?? device ?? address) === undefined
  )
}

function setArguments({ set, lastSeen, expires }: SessionChange): string[] {
  const args = [expires === undefined ? '' : String(expires)]
  if (lastSeen !== undefined) args.push('@lastSeen', String(lastSeen))
  if (expires !== undefined) args.push('@expires', String(expires))
  for (const [name, text] of set) args.push(`v:${fieldOf(name)}`, text)
  return args
}

/** A change as counted parts, in the order the scripts take them. */
function changeArguments(change: SessionChange, realm?: string): string[] {
  const own: string[] = []
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) own.push(name, String(value))
  }
  add('kind', change.kind)
  add('user', change.user)
  add('realm', realm)
  add('handle', change.handle)
  add('created', change.created)
  add('lastSeen', change.lastSeen)
  add('expires', change.expires)
  add('device', change.device)
  add('address', change.address)
  const args = [change.clear === true ? '1' : '0', String(own.length / 2), ...own]
  args.push(String(change.delete.size), ...Array.from(change.delete, fieldOf))
  args.push(String(change.set.size))
  for (const [key, text] of change.set) args.push(fieldOf(key), text)
  args.push(String(change.increment.size))
  for (const [key, by] of change.increment) args.push(fieldOf(key), String(by))
  args.push(String(change.append.size))
  for (const [key, { values, max, unique }] of change.append)
    args.push(fieldOf(key), String(max), unique ? '1' : '0', String(values.length), ...values)
  return args
}

// With `u` a pair counts as one character: only a half without its other is found.
const halfCharacter = /\p{Surrogate}/u
const spelled = '\u0000"'

/** A key as UTF-8 can hold it: half a character, left by cutting a text, would come back as another key. */
function fieldOf(key: string): string {
  return halfCharacter.test(key) || key.startsWith(spelled) ? `\u0000${JSON.stringify(key)}` : key
}

function keyOfField(field: string): string {
  if (!field.startsWith(spelled)) return field
  try {
    return String(JSON.parse(field.slice(1)))
  } catch {
    return field
  }
}

/** null for a key that is not there. RESP2 answers a list of names and values, RESP3 a map. */
function recordOf(reply: unknown): SessionRecord | null {
  const fields = new Map<string, string>()
  const values = new Map<string, string>()
  const put = (name: string, value: string): void => {
    if (name.startsWith('v:')) values.set(keyOfField(name.slice(2)), value)
    else fields.set(name, value)
  }
  if (Array.isArray(reply)) for (let n = 0; n + 1 < reply.length; n += 2) put(String(reply[n]), String(reply[n + 1]))
  else if (reply instanceof Map) for (const [name, value] of reply) put(String(name), String(value))
  else if (typeof reply === 'object' && reply !== null)
    for (const [name, value] of Object.entries(reply)) put(name, String(value))
  if (fields.size === 0) return null
  const number = (name: string): number => Number(fields.get(name) ?? 0)
  return {
    kind: kinds.find((kind) => kind === fields.get('@kind')) ?? 'anonymous',
    user: fields.get('@user') ?? '',
    realm: fields.get('@realm') ?? '',
    handle: fields.get('@handle') ?? '',
    created: number('@created'),
    lastSeen: number('@lastSeen'),
    expires: number('@expires'),
    device: fields.get('@device') ?? '',
    address: fields.get('@address') ?? '',
    values,
    ...(fields.get('@moved') === '1' ? { moved: true } : {}),
  }
}

const kinds: readonly SessionKind[] = ['anonymous', 'user', 'remembered']
