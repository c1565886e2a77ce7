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
} from '../../../core/session/index.ts'
import type { ExpressStore } from '../../../core/session/index.ts'
import { describeSessionStore } from '../../../core/testing/describe-session-store.ts'
import { HeldClock, Visitor, secret, somebody } from '../visitor.ts'
import { sure } from '../sure.ts'

// express-session's own store believes the computer's clock, which is close enough to the tests' held one.
const expressStore = (): ExpressStore => new expressSession.MemoryStore() as unknown as ExpressStore
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
