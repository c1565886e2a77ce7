import { hash } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../base/clock.ts'
import type { SessionChange, SessionRecord, SessionStore } from '../api/session.ts'
import { decodeValue } from '../session/values.ts'

/** A clock for tests: it stands still until it is told to pass. */
export interface TestClock extends Clock {
  /** Seconds. */
  pass(seconds: number): void
}

/** What `describeSessionStore` is told about a store. */
export interface SessionStoreTests {
  /** False for a store that goes by the real time alone (a server's own expiry): the tests then give records that are over at once. */
  readonly heldClock?: boolean
  /** False for a store that cannot list (a client's cookie). */
  readonly lists?: boolean
  /** True for a store whose server removes what is over by itself: `purge` may find nothing to do. */
  readonly purgesItself?: boolean
  /** False where two callers cannot meet (a client's cookie). */
  readonly shared?: boolean
  readonly close?: () => Promise<void> | void
}

/**
 * What every session store promises. Run it in your own test file, for your own store:
 *
 * ```ts
 * describeSessionStore('my store', (clock) => new MyStore({ clock }))
 * ```
 */
export function describeSessionStore(
  name: string,
  makeStore: (clock: Clock) => SessionStore | Promise<SessionStore>,
  options: SessionStoreTests = {},
): void {
  const { heldClock = true, lists = true, shared = true, purgesItself = false } = options

  describe(`session store: ${name}`, () => {
    let store: SessionStore
    let clock: TestClock
    let sequence = 0
    const newKey = (): string => hash('sha256', `${name} ${process.pid} ${Date.now()} ${sequence++}`, 'hex').slice(0, 40)

    beforeEach(async () => {
      let now = Date.now()
      clock = {
        now: () => now,
        pass(seconds) {
          now += seconds * 1000
        },
      }
      store = await makeStore(clock)
    })
    afterEach(async () => {
      await store.close?.()
    })
    if (options.close !== undefined) afterAll(options.close)

    const record = (values: Record<string, string> = {}, more: Partial<SessionRecord> = {}): SessionRecord => ({
      kind: 'anonymous',
      user: '',
      realm: `realm of ${name}`,
      handle: 'handle',
      created: clock.now(),
      lastSeen: clock.now(),
      expires: clock.now() + 3_600_000,
      device: '',
      address: '',
      values: new Map(Object.entries(values)),
      ...more,
    })
    const change = (more: Partial<SessionChange> = {}): SessionChange => ({
      set: new Map(),
      delete: new Set(),
      increment: new Map(),
      append: new Map(),
      ...more,
    })
    const valuesOf = async (key: string): Promise<Record<string, string> | null> => {
      const found = await store.read(key)
      return found === null ? null : Object.fromEntries(found.values)
    }

    test('answers null for a key it does not know', async () => {
      expect(await store.read(newKey())).toBeNull()
      expect(store.readSync?.(newKey()) ?? null).toBeNull()
    })

    test('gives back a record as it was', async () => {
      const key = newKey()
      const wanted = record(
        { a: '1', b: '"zwei"' },
        { kind: 'remembered', user: '12.3', device: 'Firefox on Linux', address: '203.0.113.0/24' },
      )
      expect(await store.create(key, wanted)).toBe(true)
      expect(await store.read(key)).toEqual(wanted)
      if (store.readSync) expect(store.readSync(key)).toEqual(wanted)
    })

    test('never overwrites a record by creating one', async () => {
      const key = newKey()
      expect(await store.create(key, record({ a: '1' }))).toBe(true)
      expect(await store.create(key, record({ a: '2' }))).toBe(false)
      expect(await valuesOf(key)).toEqual({ a: '1' })
    })

    test('merges changed keys and leaves the others alone', async () => {
      const key = newKey()
      await store.create(key, record({ a: '1', b: '2', c: '3' }))
      expect(await store.merge(key, change({ set: new Map([['a', '10']]), delete: new Set(['b']) }))).toBe('ok')
      expect(await valuesOf(key)).toEqual({ a: '10', c: '3' })
    })

    test('never brings a dead session back to life by a merge (bug 3)', async () => {
      const key = newKey()
      expect(await store.merge(key, change({ set: new Map([['a', '1']]) }))).toBe('gone')
      await store.create(key, record())
      await store.destroy(key)
      expect(await store.merge(key, change({ set: new Map([['a', '1']]) }))).toBe('gone')
      expect(await store.read(key)).toBeNull()
    })

    test('adds numbers up where they lie', async () => {
      const key = newKey()
      await store.create(key, record({ n: '5', word: '"x"' }))
      await store.merge(
        key,
        change({
          increment: new Map([
            ['n', 2],
            ['m', 1.5],
            ['word', 3],
          ]),
        }),
      )
      await store.merge(key, change({ increment: new Map([['n', -1]]) }))
      expect(await valuesOf(key)).toEqual({ n: '6', m: '1.5', word: '3' })
    })

    test('keeps a sum that is too large for a number as infinity', async () => {
      const key = newKey()
      await store.create(key, record({ n: '1.7e308' }))
      await store.merge(key, change({ increment: new Map([['n', 1.7e308]]) }))
      expect(decodeValue((await valuesOf(key))?.['n'] ?? 'null')).toBe(Number.POSITIVE_INFINITY)
    })

    test('adds to lists, without repeating and up to a length', async () => {
      const key = newKey()
      await store.create(key, record({ trail: '["A","B","C"]' }))
      const append = (values: string[], max: number, unique: boolean) =>
        store.merge(key, change({ append: new Map([['trail', { values, max, unique }]]) }))
      await append(['"A"'], 0, true)
      expect((await valuesOf(key))?.['trail']).toBe('["B","C","A"]')
      await append(['"D"', '"E"'], 3, false)
      expect((await valuesOf(key))?.['trail']).toBe('["A","D","E"]')
      await store.merge(key, change({ append: new Map([['new', { values: ['{"x":[]}'], max: 0, unique: false }]]) }))
      expect((await valuesOf(key))?.['new']).toBe('[{"x":[]}]')
    })

    test('forgets every key first when told to clear', async () => {
      const key = newKey()
      await store.create(key, record({ a: '1', b: '2' }))
      await store.merge(key, change({ clear: true, set: new Map([['c', '3']]) }))
      expect(await valuesOf(key)).toEqual({ c: '3' })
    })

    test('changes nothing when a key is not what the caller expects', async () => {
      const key = newKey()
      await store.create(key, record({ a: '1' }))
      const to = (text: string, expected: Map<string, string | null>) =>
        store.merge(key, change({ set: new Map([['a', text]]), expect: expected }))
      expect(
        await to(
          '2',
          new Map([
            ['a', '1'],
            ['b', null],
          ]),
        ),
      ).toBe('ok')
      expect(await to('3', new Map([['a', '1']]))).toBe('changed')
      expect(await to('4', new Map([['a', null]]))).toBe('changed')
      expect(await valuesOf(key)).toEqual({ a: '2' })
    })

    test('moves the end of a session with a merge', async () => {
      const key = newKey()
      await store.create(key, record({}, { expires: clock.now() + 60_000 }))
      const expires = clock.now() + 7_200_000
      await store.merge(key, change({ expires, lastSeen: clock.now() + 1 }))
      expect(await store.read(key)).toMatchObject({ expires, lastSeen: clock.now() + 1 })
    })

    test('hands out snapshots: a later merge does not change them', async () => {
      const key = newKey()
      await store.create(key, record({ a: '1' }))
      const before = await store.read(key)
      await store.merge(key, change({ set: new Map([['a', '2']]) }))
      expect(before?.values.get('a')).toBe('1')
    })

    test('keeps keys that are special elsewhere', async () => {
      const key = newKey()
      const names = [
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        'kind',
        'user',
        'expires',
        'v:a',
        '',
        ' ',
        'ü',
        '\u0000flash:x',
        '*',
        'a'.repeat(300),
        // Half a character, as cutting a text by its length leaves it: UTF-8 has no bytes for it.
        'half \ud83d',
        'half \ud83e',
        '\u0000"half \\ud83d"',
      ]
      const set = new Map(names.map((each, n) => [each, String(n)]))
      await store.create(key, record())
      await store.merge(key, change({ set }))
      expect((await store.read(key))?.values).toEqual(set)
      const increment = new Map(names.map((each) => [each, 1000]))
      await store.merge(key, change({ increment }))
      expect((await store.read(key))?.values).toEqual(new Map(names.map((each, n) => [each, String(n + 1000)])))
      await store.merge(
        key,
        change({ expect: new Map(names.map((each, n) => [each, String(n + 1000)])), delete: new Set(names) }),
      )
      expect((await store.read(key))?.values.size).toBe(0)
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    })

    test('keeps large and strange texts', async () => {
      const key = newKey()
      const text = JSON.stringify(`\u0000\n\r"\\ \u2028 \ud83d\ude00 ${'x'.repeat(2000)}`)
      await store.create(key, record({ text }))
      expect((await valuesOf(key))?.['text']).toBe(text)
    })

    test('treats an expired record as none', async () => {
      const key = newKey()
      if (heldClock) {
        await store.create(key, record({}, { expires: clock.now() + 1000 }))
        expect(await store.read(key)).not.toBeNull()
        clock.pass(1)
      } else {
        await store.create(key, record({}, { expires: clock.now() - 1 }))
      }
      expect(await store.read(key)).toBeNull()
      expect(await store.merge(key, change({ set: new Map([['a', '1']]) }))).toBe('gone')
      expect(await store.create(key, record({ b: '1' }))).toBe(true)
      expect(await valuesOf(key)).toEqual({ b: '1' })
    })

    test('renames in one step: the old key is dead, the data and the change are under the new one', async () => {
      const [from, to] = [newKey(), newKey()]
      await store.create(from, record({ a: '1', b: '2' }))
      const more = change({ set: new Map([['b', '3']]), kind: 'user', user: '12.3', handle: 'other', created: clock.now() + 5 })
      expect(await store.rename(from, to, more)).toBe('ok')
      expect(await store.read(to)).toMatchObject({ kind: 'user', user: '12.3', handle: 'other', created: clock.now() + 5 })
      expect(await valuesOf(to)).toEqual({ a: '1', b: '3' })
      const left = await store.read(from)
      expect(left === null || (left.moved === true && left.values.size === 0 && left.user === '')).toBe(true)
      expect(await store.merge(from, change({ set: new Map([['x', '1']]) }))).toBe('gone')
      expect(await store.rename(from, newKey(), change())).toBe('gone')
    })

    test('does not rename what is not there', async () => {
      const to = newKey()
      expect(await store.rename(newKey(), to, change())).toBe('gone')
      expect(await store.read(to)).toBeNull()
    })

    test('destroys, and does not mind when there is nothing', async () => {
      const key = newKey()
      await store.create(key, record())
      await store.destroy(key)
      await store.destroy(key)
      expect(await store.read(key)).toBeNull()
    })

    test.runIf(shared)('keeps all of 50 different keys set at once (bug 1)', async () => {
      const key = newKey()
      await store.create(key, record())
      await Promise.all(
        Array.from({ length: 50 }, async (_, n) => store.merge(key, change({ set: new Map([[`k${n}`, String(n)]]) }))),
      )
      expect((await store.read(key))?.values.size).toBe(50)
    })

    test.runIf(shared)('makes 50 of 50 increments at once', async () => {
      const key = newKey()
      await store.create(key, record())
      await Promise.all(Array.from({ length: 50 }, async () => store.merge(key, change({ increment: new Map([['n', 1]]) }))))
      expect((await valuesOf(key))?.['n']).toBe('50')
    })

    test.runIf(shared)('lets one of many create a key', async () => {
      const key = newKey()
      const made = await Promise.all(Array.from({ length: 20 }, async (_, n) => store.create(key, record({ n: String(n) }))))
      expect(made.filter(Boolean)).toHaveLength(1)
      expect((await valuesOf(key))?.['n']).toBe(String(made.indexOf(true)))
    })

    test.runIf(shared)('lets one of many rename, and no merge survive under the old key', async () => {
      const from = newKey()
      const targets = Array.from({ length: 10 }, newKey)
      await store.create(from, record({ a: '1' }))
      const done = await Promise.all(targets.map(async (to) => store.rename(from, to, change())))
      expect(done.filter((each) => each === 'ok')).toHaveLength(1)
      const alive = await Promise.all(targets.map(async (to) => store.read(to)))
      expect(alive.filter((each) => each !== null)).toHaveLength(1)
    })

    test.runIf(lists)('lists sessions by account and by realm, and never the dead', async () => {
      const realm = newKey()
      const [one, two, three, dead] = [newKey(), newKey(), newKey(), newKey()]
      await store.create(one, record({}, { realm, user: 'anna', kind: 'user', handle: 'h1' }))
      await store.create(two, record({}, { realm }))
      await store.create(three, record({}, { realm: newKey(), user: 'anna', kind: 'user' }))
      await store.create(dead, record({}, { realm, user: 'anna', kind: 'user' }))
      await store.destroy(dead)
      const ids = async (filter?: { user?: string; realm?: string }): Promise<string[]> => {
        const found: string[] = []
        for await (const info of store.list(filter)) found.push(info.id)
        return found.sort()
      }
      expect(await ids({ realm })).toEqual([one, two].sort())
      expect(await ids({ user: 'anna', realm })).toEqual([one])
      const all = await ids()
      for (const each of [one, two, three]) expect(all).toContain(each)
      expect(all).not.toContain(dead)
      for await (const info of store.list({ user: 'anna', realm })) {
        expect(info).toMatchObject({ id: one, handle: 'h1', kind: 'user', user: 'anna', realm, created: new Date(clock.now()) })
      }
    })

    test.runIf(lists)('lists a session under the account it was renamed to', async () => {
      const realm = newKey()
      const [from, to] = [newKey(), newKey()]
      await store.create(from, record({}, { realm }))
      await store.rename(from, to, change({ user: 'bert', kind: 'user' }))
      const found: string[] = []
      for await (const info of store.list({ user: 'bert', realm })) found.push(info.id)
      expect(found).toEqual([to])
    })

    test.runIf(lists)('lists a session that was prolonged after all others of its account are over', async () => {
      const [prolonged, over, realm] = [newKey(), newKey(), newKey()]
      const soon = { expires: clock.now() + (heldClock ? 1000 : 400), realm, user: `anna ${realm}`, kind: 'user' as const }
      await store.create(prolonged, record({}, soon))
      await store.create(over, record({}, soon))
      await store.merge(prolonged, change({ set: new Map([['a', '1']]), expires: clock.now() + 3_600_000 }))
      if (heldClock) clock.pass(2)
      else await new Promise((resolve) => setTimeout(resolve, 500))
      const found: string[] = []
      for await (const info of store.list({ user: soon.user, realm })) found.push(info.id)
      expect(found).toEqual([prolonged])
    })

    test.runIf(lists)('purges what is over and nothing else', async () => {
      const [over, alive] = [newKey(), newKey()]
      await store.create(over, record({}, { expires: clock.now() + (heldClock ? 1000 : -1) }))
      await store.create(alive, record({ a: '1' }))
      if (heldClock) clock.pass(2)
      expect(await store.purge(clock.now())).toBeGreaterThanOrEqual(heldClock && !purgesItself ? 1 : 0)
      expect(await store.read(over)).toBeNull()
      expect(await valuesOf(alive)).toEqual({ a: '1' })
    })
  })
}
