import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FileStore, MemoryStore, RedisStore } from '../../core/session/index.ts'
import type { SessionStore } from '../../core/session/index.ts'
import { Browser, listen } from './browser.ts'
import { probe } from './probe.ts'
import { withRedis } from './redis-server.ts'
import { secret } from './visitor.ts'
import { sure } from './sure.ts'

/** What every other library fails (research 5.2): over real sockets, with requests that overlap. */
function describeParallel(name: string, makeStore: () => SessionStore): void {
  describe(`parallel requests: ${name}`, () => {
    async function visited<R>(work: (browser: Browser, store: SessionStore) => Promise<R>): Promise<R> {
      const store = makeStore()
      const server = await listen(probe({ secrets: [secret], store }))
      try {
        const browser = new Browser(server.url)
        await browser.get('/set?k=first&v=1')
        return await work(browser, store)
      } finally {
        await server.close()
        await store.close?.()
      }
    }
    const keysOf = async (store: SessionStore): Promise<number> => {
      let found = 0
      for await (const _ of store.list()) found++
      return found
    }

    test('scenario 31, bug 1: 50 that each set another key keep 50', () =>
      visited(async (browser) => {
        await Promise.all(
          Array.from({ length: 50 }, (_, n) => browser.get(`/set?k=k${n}&v=${n}&d=${Math.floor(Math.random() * 50)}`)),
        )
        expect(Object.keys(JSON.parse((await browser.get('/all')).body) as object)).toHaveLength(51)
      }))

    test('scenario 32: 50 increments make 50', () =>
      visited(async (browser) => {
        await Promise.all(Array.from({ length: 50 }, () => browser.get(`/inc?d=${Math.floor(Math.random() * 20)}`)))
        expect((await browser.get('/get?k=n')).body).toBe('50')
      }))

    test('scenario 30, bugs 3 and 40: a write in flight never brings a logout back', () =>
      visited(async (browser, store) => {
        await browser.post('/login?u=anna')
        const before = await keysOf(store)
        const copy = browser.twin()
        const slow = browser.twin().get('/set?k=x&v=1&d=80')
        await new Promise((resolve) => setTimeout(resolve, 20))
        await browser.post('/logout')
        expect((await slow).status).toBe(200)
        expect((await copy.get('/who')).body).toBe('null')
        expect(await keysOf(store)).toBe(before - 1)
      }))

    test('bug 4: a slow read never undoes a write', () =>
      visited(async (browser) => {
        const slow = browser.twin().get('/slow-get?k=first&d=60')
        await browser.get('/set?k=first&v=2')
        expect((await slow).body).toBe('"1"')
        expect((await browser.get('/get?k=first')).body).toBe('"2"')
      }))

    test('scenario 52, bug 36: nothing in the store is a cookie', () =>
      visited(async (browser, store) => {
        await browser.post('/login?u=anna')
        const id = sure(sure([...browser.jar.values()][0]).split('.')[1])
        for await (const info of store.list()) {
          const record = await store.read(info.id)
          expect(JSON.stringify([info, record, ...(record?.values ?? [])])).not.toContain(id)
          for (const text of [info.id, info.handle]) {
            const thief = new Browser(browser.url)
            thief.jar.set(sure([...browser.jar.keys()][0]), text)
            expect((await thief.get('/who')).body).toBe('null')
          }
        }
      }))
  })
}

describeParallel('memory', () => new MemoryStore())
describeParallel('file', () => new FileStore(mkdtempSync(join(tmpdir(), 'servus-sessions-'))))
withRedis('parallel requests', ({ url, prefix }) => {
  let run = 0
  describeParallel('redis', () => new RedisStore({ url, prefix: `${prefix}${run++}:` }))
})
