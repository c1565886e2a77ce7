import type { Log } from './action.ts'
import type { WikiConfig } from './config.ts'
import type { PageStore, SaveResult } from './page-store.ts'
import type { UserStore } from './user-store.ts'

/** What a wiki lends to plugins that run for nobody in particular: event handlers, jobs, commands. No rights are asked in here. */
export interface WikiTools {
  readonly name: string
  readonly config: Readonly<WikiConfig>
  readonly store: PageStore
  readonly users: UserStore
  /** Saves a page as the wiki itself (or the account `userId`), on top of what is there now; readers see it at once. */
  save(name: string, text: string, options?: { comment?: string; userId?: string; trivial?: boolean }): Promise<SaveResult>
  now(): Date
  readonly log: Log
}
