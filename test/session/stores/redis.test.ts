import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { StoreSessionService } from '../../../core/session/index.ts'
import { RedisStore } from '../../../core/session/stores/redis.ts'
import { describeSessionStore } from '../../../core/testing/describe-session-store.ts'
import { withRedis } from '../redis-server.ts'
import { HeldClock, Visitor, config } from '../visitor.ts'

withRedis('conformance', ({ url, prefix }) => {
  describeSessionStore('redis', (clock) => new RedisStore({ url, prefix, clock }), { purgesItself: true })
})

withRedis('absolute lifetime', ({ url, prefix }) => {
  test('bug 9: however busy a session is, Redis itself forgets it at the end of its absolute lifetime', async () => {
    // Redis goes by the real time.
    const clock = new HeldClock(Date.now())
    const service = new StoreSessionService(new RedisStore({ url, prefix, clock }), { clock, absoluteLifetime: '300s' })
    const client = createClient({ url, RESP: 2 })
    await client.connect()
    try {
      const start = clock.now()
      const visitor = new Visitor(service, config({ anonymousStart: 'at-once' }))
      await visitor.visit((session) => session.set('a', 1))
      const ends: number[] = []
      for (let n = 0; n < 5; n++) {
        clock.pass(50)
        // One that writes, one that reads, one that looks at nothing.
        await visitor.visit((session) => (n % 3 === 0 ? session.increment('n') : n % 3 === 1 ? session['a'] : undefined))
        for await (const id of service.allSessionIds())
          ends.push(Number(await client.sendCommand(['PEXPIRETIME', `${prefix}s:${id}`])))
      }
      expect(ends).toEqual(Array<number>(5).fill(start + 300_000))
      clock.pass(51)
      expect((await visitor.visit((session) => session['a'])).value).toBeUndefined()
    } finally {
      await service.close()
      client.destroy()
    }
  })
})
