import { StoreSessionService } from './session-service.ts'
import type { SessionServiceOptions } from './session-service.ts'
import { RedisStore } from './stores/redis.ts'
import type { RedisStoreOptions } from './stores/redis.ts'

/** Sessions in Redis or Valkey, for a wiki on several machines: `new RedisSessionService({ url: 'redis://sessions:6379' })`. */
export class RedisSessionService extends StoreSessionService {
  constructor(options: SessionServiceOptions & RedisStoreOptions = {}) {
    super(new RedisStore(options), options)
  }
}
