import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FileStore, MemorySessionService, MemoryStore, StoreSessionService, noChange } from '../../core/session/index.ts'
import type { SessionRecord, SessionStore } from '../../core/session/index.ts'
import { HeldClock, Visitor, config, somebody } from './visitor.ts'
import { sure } from './sure.ts'

const clock = new HeldClock()
const keyOf = (n: number): string =>
  `${((n * 2654435761) % 2 ** 32).toString(16).padStart(8, '0')}${n.toString(16).padStart(32, '0')}`
const record = (expires: number, user = ''): SessionRecord => ({
  kind: user === '' ? 'anonymous' : 'user',
  user,
  realm: 'r',
  handle: 'h',
  created: 0,
  lastSeen: 0,
  expires,
  device: '',
  address: '',
  values: new Map([['a', '1']]),
})

/**
 * What work answers, and how long the loop could not turn meanwhile, each time, shortest first: the time in which this process worked.
 * While others on a busy machine have the processor, nobody here holds the loop; what threads beside the loop do (the garbage
 * collector) counts on the processor's clock, and therefore no more than the clock on the wall.
 */
async function withGaps<R>(work: () => Promise<R>): Promise<{ result: R; gaps: readonly number[] }> {
  const gaps: number[] = []
  let last = performance.now()
  let worked = process.cpuUsage()
  let running = true
  const look = (): void => {
    const now = performance.now()
    const { user, system } = process.cpuUsage(worked)
    gaps.push(Math.min(now - last, (user + system) / 1000))
    last = now
    worked = process.cpuUsage()
  }
  const turn = (): void => {
    look()
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  const result = await work()
  running = false
  look()
  return { result, gaps: gaps.sort((a, b) => a - b) }
}

/**
 * 20 ms is the promise. A collection of garbage may come in between, so one gap in twenty may be longer, and one of a few; but a
 * purge that does its work in one piece turns the loop seldom, or holds it for long.
 */
function expectToHaveTurned(gaps: readonly number[], atLeast: number): void {
  expect(gaps.length).toBeGreaterThan(atLeast)
  expect(gaps[Math.floor((gaps.length - 1) * 0.95)]).toBeLessThan(20)
  expect(gaps.at(-1)).toBeLessThan(1000)
}

describe('scenario 47: 10,000 expired sessions among 500 living', () => {
  test.each(['memory', 'file'])('are purged from %s without blocking the loop', { timeout: 60_000 }, async (kind) => {
    let store: SessionStore
    if (kind === 'memory') {
      store = new MemoryStore({ clock })
      for (let n = 0; n < 10_500; n++) await store.create(keyOf(n), record(clock.now() + (n % 21 === 0 ? 3_600_000 : 1000)))
    } else {
      // Written as the store writes them, without its locks: this test is about the purge.
      const dir = mkdtempSync(join(tmpdir(), 'servus-sessions-'))
      for (let n = 0; n < 10_500; n++) {
        // All in one folder: between two folders the loop turns anyway.
        const key = `ab${keyOf(n).slice(2)}`
        const expires = clock.now() + (n % 21 === 0 ? 3_600_000 : 1000)
        mkdirSync(join(dir, key.slice(0, 2)), { recursive: true })
        writeFileSync(join(dir, key.slice(0, 2), `${key}.json`), JSON.stringify({ ...record(expires), values: [['a', '1']] }))
      }
      store = new FileStore(dir, { clock })
    }
    const { result, gaps } = await withGaps(() => store.purge(clock.now() + 2000))
    expect(result).toBe(10_000)
    expectToHaveTurned(gaps, kind === 'memory' ? 4 : 20)
    let alive = 0
    for await (const _ of store.list()) alive++
    expect(alive).toBe(500)
  })
})

test('scenario 48: a session that is prolonged while the purge runs survives', async () => {
  for (const store of [new MemoryStore({ clock }), new FileStore(mkdtempSync(join(tmpdir(), 'servus-sessions-')), { clock })]) {
    const key = keyOf(7)
    await store.create(key, record(clock.now() + 1000))
    const merged = store.merge(key, { ...noChange, expires: clock.now() + 3_600_000 })
    const [done, removed] = await Promise.all([merged, store.purge(clock.now() + 2000)])
    expect([done, removed]).toEqual(['ok', 0])
    expect(await store.read(key)).not.toBeNull()
  }
})

test('bug 12: 200,000 visitors of a second leave nothing after a purge', async () => {
  const store = new MemoryStore({ clock })
  for (let n = 0; n < 200_000; n++) store.create(keyOf(n), record(clock.now() + 1000))
  const { gaps } = await withGaps(() => store.purge(clock.now() + 1001))
  expect(store.size).toBe(0)
  expectToHaveTurned(gaps, 50)
})

test('bug 12: the memory store is bounded, and those who are signed in are the last to go', async () => {
  const store = new MemoryStore({ clock, most: 100 })
  for (let n = 0; n < 10; n++) store.create(keyOf(n), record(clock.now() + 3_600_000, `user ${n}`))
  for (let n = 10; n < 1000; n++) store.create(keyOf(n), record(clock.now() + 3_600_000))
  expect(store.size).toBe(100)
  for (let n = 0; n < 10; n++) expect(store.readSync(keyOf(n))).not.toBeNull()
  expect(store.readSync(keyOf(999))).not.toBeNull()
  expect(store.readSync(keyOf(10))).toBeNull()
})

test('bug 12: renewing an id again and again fills no memory, and pushes nobody out', async () => {
  const held = new HeldClock()
  const store = new MemoryStore({ clock: held, most: 10 })
  const service = new StoreSessionService(store, { clock: held })
  const visitors = Array.from({ length: 5 }, () => new Visitor(service, config({ anonymousStart: 'at-once' })))
  for (const visitor of visitors) await visitor.visit((session) => session.set('a', 1))
  for (let n = 0; n < 100; n++) await sure(visitors[0]).visit((session) => session.renew())
  expect(store.size).toBe(10)
  for (const visitor of visitors) expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  // What late requests are told by is there for ten seconds, and no longer.
  held.pass(11)
  await sure(visitors[0]).visit((session) => session.renew())
  expect(store.size).toBe(6)
})

test('the memory store evicts the one seen longest ago', async () => {
  const held = new HeldClock()
  const service = new MemorySessionService({ clock: held, most: 2 })
  const visitors = [0, 1, 2].map(() => new Visitor(service, config({ anonymousStart: 'at-once' })))
  await sure(visitors[0]).visit((session) => session.set('a', 1))
  await sure(visitors[1]).visit((session) => session.set('a', 1))
  held.pass(600)
  await sure(visitors[0]).visit((session) => session['a'])
  await sure(visitors[2]).visit((session) => session.set('a', 1))
  expect((await sure(visitors[0]).visit((session) => session['a'])).value).toBe(1)
  expect((await sure(visitors[1]).visit((session) => session['a'])).value).toBeUndefined()
})

test('a service purges every store it has met, by its own clock', async () => {
  const held = new HeldClock()
  const stores = new Map<string, MemoryStore>()
  const service = new StoreSessionService(
    (settings) => {
      const store = stores.get(settings.sessionDir) ?? new MemoryStore({ clock: held })
      stores.set(settings.sessionDir, store)
      return store
    },
    { clock: held },
  )
  for (const sessionDir of ['/a', '/b']) {
    await new Visitor(service, config({ sessionDir })).visit((session) => session.set('a', 1), { method: 'POST' })
    await new Visitor(service, config({ sessionDir })).visit(() => undefined, { method: 'POST', user: somebody() })
  }
  expect(await service.purge()).toBe(0)
  held.pass(3601)
  expect(await service.purge()).toBe(2)
  held.pass(12 * 3600)
  expect(await service.purge()).toBe(2)
})
