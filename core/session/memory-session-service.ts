import { MemoryStore } from './stores/memory.ts'
import type { MemoryStoreOptions } from './stores/memory.ts'
import { StoreSessionService } from './session-service.ts'
import type { SessionServiceOptions } from './session-service.ts'

/** Sessions in this process's memory: for tests, for trying out, and for a wiki whose visitors may be logged out by a restart. */
export class MemorySessionService extends StoreSessionService {
  constructor(options: SessionServiceOptions & MemoryStoreOptions = {}) {
    super(new MemoryStore(options), options)
  }
}
