import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { RedisStore } from '../../core/session/index.ts'
import { Browser, listen } from './browser.ts'
import { freePort, isInstalled, startRedis } from './own-redis.ts'
import { probe } from './probe.ts'
import { secret } from './visitor.ts'

// A server of our own, so that it can be stopped and started without harm to others. Real timers: this is about waiting.

const cleanup: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const each of cleanup.splice(0).reverse()) await each()
})

const installed = await isInstalled('redis-server', '--version')

async function startHere(port: number, dir: string): Promise<ChildProcess> {
  const files = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'no']
  const child = await startRedis(['--port', String(port), '--dir', dir, ...files])
  cleanup.push(() => child.kill('SIGKILL'))
  return child
}

test.skipIf(!installed)(
  'scenarios 44 and 46, bug 10: with Redis stopped, frozen and back: nobody waits, nobody is signed out',
  { timeout: 60_000 },
  async () => {
    const port = await freePort()
    const dir = mkdtempSync(join(tmpdir(), 'servus-redis-'))
    let redis = await startHere(port, dir)
    const store = new RedisStore({ url: `redis://127.0.0.1:${port}`, ioTimeout: 1000 })
    cleanup.push(() => store.close())
    const server = await listen(probe({ secrets: [secret], store }))
    cleanup.push(() => server.close())
    const browser = new Browser(server.url)
    await browser.post('/login?u=anna')
    await browser.get('/set?k=a&v=1')
    expect((await browser.get('/who')).body).toBe('"anna"')

    const timed = async (path: string, method = 'GET') => {
      const start = performance.now()
      const answer = await browser.send(method, path)
      return { status: answer.status, body: answer.body, cookies: answer.headers['set-cookie'], ms: performance.now() - start }
    }
    const stranger = new Browser(server.url)

    for (const illness of ['stopped', 'frozen']) {
      if (illness === 'stopped') {
        redis.kill('SIGKILL')
        await once(redis, 'close')
      } else {
        redis.kill('SIGSTOP')
      }
      // The first to ask a frozen server waits for ioTimeout; the others are told at once.
      expect((await timed('/get?k=a')).ms, illness).toBeLessThan(1500)
      for (const path of ['/get?k=a', '/set?k=b']) {
        const answer = await timed(path)
        expect([answer.status, answer.cookies], `${illness} ${path}`).toEqual([200, undefined])
        expect(answer.ms).toBeLessThan(1500)
      }
      expect((await timed('/set?k=b', 'POST')).status, illness).toBe(503)
      // Bug 11: whoever brings no cookie and wants none is not kept waiting.
      const start = performance.now()
      expect((await stranger.get('/none')).status).toBe(200)
      expect(performance.now() - start).toBeLessThan(300)

      if (illness === 'stopped') redis = await startHere(port, dir)
      else redis.kill('SIGCONT')
      const back = performance.now()
      await expect.poll(async () => (await browser.get('/who')).body, { timeout: 5000, interval: 50 }).toBe('"anna"')
      expect(performance.now() - back, `back after being ${illness}`).toBeLessThan(2000)
      expect((await browser.get('/get?k=a')).body).toBe('"1"')
    }
  },
)

test.skipIf(!installed)(
  'a password that the server refuses is told, and the connection made once it is right',
  {
    timeout: 20_000,
  },
  async () => {
    const port = await freePort()
    const redis = await startRedis(['--port', String(port), '--save', '', '--requirepass', 'right'])
    cleanup.push(() => redis.kill('SIGKILL'))
    const store = new RedisStore({ url: `redis://:wrong@127.0.0.1:${port}`, ioTimeout: 300 })
    cleanup.push(() => store.close())
    await expect(store.read('x')).rejects.toThrow(/WRONGPASS/)
    await expect(store.read('x')).rejects.toMatchObject({
      code: 'session-store-slow',
      message: expect.stringContaining('WRONGPASS'),
    })
    const { createClient } = await import('redis')
    const admin = createClient({ url: `redis://:right@127.0.0.1:${port}`, RESP: 2 })
    await admin.connect()
    await admin.sendCommand(['CONFIG', 'SET', 'requirepass', 'wrong'])
    admin.destroy()
    await expect.poll(() => Promise.resolve(store.read('x')).catch(String), { timeout: 5000, interval: 50 }).toBeNull()
  },
)

test('a server that is not there at all is told in time, and keeps no process alive', async () => {
  const store = new RedisStore({ url: `redis://127.0.0.1:${await freePort()}`, ioTimeout: 200 })
  const start = performance.now()
  for (let n = 0; n < 2; n++)
    await expect(store.read('x')).rejects.toMatchObject({
      code: 'session-store-slow',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  expect(performance.now() - start).toBeLessThan(2000)
  await store.close()
})
