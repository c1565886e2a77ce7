import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import expressSession from 'express-session'
import { expect, test } from 'vitest'
import {
  CookieStore,
  FileStore,
  MemoryStore,
  StoreSessionService,
  fromExpressStore,
  migrating,
  signedIn,
} from '../../../core/session/index.ts'
import type { ExpressStore, SessionStore } from '../../../core/session/index.ts'
import { describeSessionStore } from '../../../core/testing/describe-session-store.ts'
import { HeldClock, Visitor, secret, somebody } from '../visitor.ts'
import { sure } from '../sure.ts'

// express-session's own store believes the computer's clock, which is close enough to the tests' held one.
const expressStore = (): ExpressStore => new expressSession.MemoryStore() as unknown as ExpressStore
async function idsOf(store: SessionStore): Promise<string[]> {
  const ids: string[] = []
  for await (const info of store.list()) ids.push(info.id)
  return ids
}
const folder = (): string => mkdtempSync(join(tmpdir(), 'servus-sessions-'))

describeSessionStore('any express-session store', (clock) => fromExpressStore(expressStore(), { clock }))
describeSessionStore('migrating, new empty', (clock) => migrating(new FileStore(folder(), { clock }), new MemoryStore({ clock })))
describeSessionStore('migrating to a store that answers later', (clock) =>
  migrating(new MemoryStore({ clock }), fromExpressStore(expressStore(), { clock })),
)
describeSessionStore(
  'a visitor’s own cookie',
  (clock) => new CookieStore({ clock }).carry(new Map(), 'realm of a visitor’s own cookie', [secret]),
  { lists: false },
)

test('scenario 51: changes the store without logging anybody out', async () => {
  const clock = new HeldClock()
  const old = new MemoryStore({ clock })
  const visitor = new Visitor(new StoreSessionService(old, { clock }))
  const user = somebody()
  await visitor.visit((session) => session.set('cart', ['apple']), { method: 'POST', user })
  const fresh = new FileStore(folder(), { clock })
  const moved = new Visitor(new StoreSessionService(migrating(old, fresh), { clock }))
  moved.jar = visitor.jar
  expect((await moved.visit((session) => session['cart'], { user })).value).toEqual(['apple'])
  const after = new Visitor(new StoreSessionService(fresh, { clock }))
  after.jar = visitor.jar
  expect((await after.visit((session) => [session['cart'], session['user.id']], { user })).value).toEqual([['apple'], user.id])
  clock.pass(60)
  await old.purge(clock.now())
  expect(old.size).toBe(0)
})

/** Answers everything a little later, as a server at the other end of a wire does. */
function later(store: MemoryStore): SessionStore {
  const soon = async <R>(work: () => R): Promise<R> => {
    await new Promise((resolve) => setTimeout(resolve, 3))
    return work()
  }
  return {
    read: (key) => soon(() => store.read(key)),
    create: (key, record) => soon(() => store.create(key, record)),
    merge: (key, change) => soon(() => store.merge(key, change)),
    rename: (from, to, change) => soon(() => store.rename(from, to, change)),
    destroy: (key) => soon(() => store.destroy(key)),
    list: (filter) => store.list(filter),
    purge: (now) => store.purge(now),
  }
}

test.each(['both later', 'the new one later', 'the old one later', 'both at once'])(
  'scenario 51: a page and its parts, all at once, find the session that one of them moves (%s)',
  async (which) => {
    const [old, fresh] = [new MemoryStore(), new MemoryStore()]
    const visitor = new Visitor(new StoreSessionService(old))
    const user = somebody()
    await visitor.visit((session) => session.set('cart', ['apple']), { method: 'POST', user })
    const from = which === 'both later' || which === 'the old one later' ? later(old) : old
    const to = which === 'both later' || which === 'the new one later' ? later(fresh) : fresh
    // Two processes, each with a store of its own.
    const services = [0, 1].map(() => new StoreSessionService(migrating(from, to)))
    const seen = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const part = new Visitor(sure(services[n % 2]))
        part.jar = new Map(visitor.jar)
        const visit = await part.visit(
          async (session) => {
            session.increment('parts')
            return (await signedIn(session))?.id
          },
          { user },
        )
        return [visit.value, visit.setCookies.length]
      }),
    )
    expect(seen).toEqual(Array.from({ length: 20 }, () => [user.id, 0]))
    const after = new Visitor(new StoreSessionService(fresh))
    after.jar = visitor.jar
    expect((await after.visit((session) => [session['cart'], session['parts']], { user })).value).toEqual([['apple'], 20])
    expect([fresh.size, (await idsOf(old)).length]).toEqual([1, 0])
  },
)

test('a session whose move was begun by a process that died is moved by the next', async () => {
  const [old, fresh] = [new MemoryStore(), new MemoryStore()]
  const visitor = new Visitor(new StoreSessionService(old))
  await visitor.visit((session) => session.set('a', 1), { method: 'POST', user: somebody() })
  const dying = later(fresh)
  dying.create = () => Promise.reject(new Error('the process dies here'))
  const [key = ''] = await idsOf(old)
  await expect(Promise.resolve(migrating(old, dying).read(key))).rejects.toThrow('dies')
  expect((await migrating(old, later(fresh)).read(key))?.values.get('a')).toBe('1')
  expect([fresh.size, (await idsOf(old)).length]).toEqual([1, 0])
})

test('a session destroyed while it is moved stays destroyed', async () => {
  for (let when = 0; when < 6; when++) {
    const [old, fresh] = [new MemoryStore(), new MemoryStore()]
    const visitor = new Visitor(new StoreSessionService(old))
    await visitor.visit((session) => session.set('a', 1), { method: 'POST', user: somebody() })
    const store = migrating(later(old), later(fresh))
    const [key = ''] = await idsOf(old)
    const reads = [store.read(key), store.read(key)]
    await new Promise((resolve) => setTimeout(resolve, when * 3))
    await store.destroy(key)
    await Promise.all(reads)
    expect([await store.read(key), await idsOf(old), await idsOf(fresh)], String(when)).toEqual([null, [], []])
  }
})

test('a logout during the move is not undone', async () => {
  const [old, fresh] = [new MemoryStore(), new MemoryStore()]
  const visitor = new Visitor(new StoreSessionService(old))
  await visitor.visit((session) => session.set('a', 1), { method: 'POST', user: somebody() })
  const store = migrating(old, fresh)
  const ids: string[] = []
  for await (const info of store.list()) ids.push(info.id)
  await store.destroy(sure(ids[0]))
  expect(await store.read(sure(ids[0]))).toBeNull()
  expect(
    await store.merge(sure(ids[0]), { set: new Map([['x', '1']]), delete: new Set(), increment: new Map(), append: new Map() }),
  ).toBe('gone')
})
