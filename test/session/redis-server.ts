import { createConnection } from 'node:net'
import { afterAll, describe, test } from 'vitest'

const url = process.env['SERVUS_TEST_REDIS'] ?? 'redis://127.0.0.1:6379'
const { hostname, port } = new URL(url)

/** True when a Redis or Valkey answers at the address the tests use; SERVUS_TEST_REDIS names another. */
const there = await new Promise<boolean>((resolve) => {
  const socket = createConnection({ host: hostname, port: Number(port || 6379), timeout: 500 })
  const end = (answer: boolean): void => {
    socket.destroy()
    resolve(answer)
  }
  socket.once('connect', () => end(true))
  socket.once('error', () => end(false))
  socket.once('timeout', () => end(false))
})

/** Runs tests against a real server, with a prefix of their own that is removed afterwards; without a server it says so. */
export function withRedis(name: string, tests: (redis: { url: string; prefix: string }) => void): void {
  if (!there) {
    test.skip(`redis: ${name} (no server at ${url}; set SERVUS_TEST_REDIS)`, () => undefined)
    return
  }
  describe(`with Redis: ${name}`, () => {
    const prefix = `servus-test-${process.pid}-${Date.now()}-${name.replace(/\W/g, '')}:`
    tests({ url, prefix })
    afterAll(async () => {
      const { createClient } = await import('redis')
      const client = createClient({ url })
      await client.connect()
      let cursor = '0'
      do {
        const found = await client.scan(cursor, { MATCH: `${prefix}*`, COUNT: 1000 })
        cursor = String(found.cursor)
        if (found.keys.length > 0) await client.del(found.keys)
      } while (cursor !== '0')
      await client.close()
    })
  })
}
