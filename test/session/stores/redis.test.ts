import { RedisStore } from '../../../core/session/stores/redis.ts'
import { describeSessionStore } from '../../../core/testing/describe-session-store.ts'
import { withRedis } from '../redis-server.ts'

withRedis('conformance', ({ url, prefix }) => {
  describeSessionStore('redis', (clock) => new RedisStore({ url, prefix, clock }), { purgesItself: true })
})
