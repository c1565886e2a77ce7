import type { SessionConfig, Soon } from '../api/session.ts'
import { StoreSessionService } from './session-service.ts'
import type { SessionServiceOptions } from './session-service.ts'
import { FileStore } from './stores/file.ts'
import type { FileStoreOptions } from './stores/file.ts'

/**
 * Sessions in files: what a wiki uses when its configuration says nothing else. Survives restarts; several processes may
 * share the folder. Each wiki's sessions lie in its own `sessionDir` unless `folder` names one for all.
 */
export class FileSessionService extends StoreSessionService {
  constructor(options: SessionServiceOptions & FileStoreOptions & { readonly folder?: string } = {}) {
    const stores = new Map<string, FileStore>()
    super((config) => {
      const folder = options.folder ?? config.sessionDir
      let store = stores.get(folder)
      if (store === undefined) {
        store = new FileStore(folder, { trouble: (error) => this.report(error), ...options })
        stores.set(folder, store)
      }
      return store
    }, options)
  }

  override prepare(config: SessionConfig): Soon<void> {
    const store = this.storeFor(config)
    if (store instanceof FileStore) store.prepare()
    return super.prepare(config)
  }
}
