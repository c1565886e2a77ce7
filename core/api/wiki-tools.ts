import type { Log } from './action.ts'
import type { WikiConfig } from './config.ts'
import type { PageStore, SaveResult } from './page-store.ts'
import type { Schema, SchemaValues } from './schema.ts'
import type { UserRecord } from './user-store.ts'

/** What a wiki lends to plugins that run for nobody in particular: event handlers, jobs, commands. Nobody's rights are asked in here. */
export interface WikiTools {
  /** The wiki's name in its farm. */
  readonly name: string
  readonly config: Readonly<WikiConfig>
  /** Every page and every file, whoever may read them. What is written by `store.save` itself makes no event. */
  readonly store: PageStore
  readonly users: AccountBook
  /**
   * Saves a page on top of what is there now; every reader sees it at once, and `pageChanged` is told. Guards (`beforeSave`) are not
   * asked. In histories it is the wiki's own change, shown by the wiki's name, or that of the account `userId`.
   */
  save(name: string, text: string, options?: ToolSave): Promise<Extract<SaveResult, { revision: number }>>
  /** Deletes a page; its history stays. False when there was none. */
  remove(name: string, options?: Pick<ToolSave, 'comment' | 'userId'>): Promise<boolean>
  /** What this plugin is set to: the values for the schema that it exports as `settings`. */
  settingsOf<S extends Schema>(settings: S): SchemaValues<S>
  /** The wiki's clock. */
  now(): Date
  readonly log: Log
}

/** What is said of a save beside its text. `userId` is the account it is made for; left out: nobody's. */
export interface ToolSave {
  readonly comment?: string
  readonly userId?: string
  /** A minor change. */
  readonly trivial?: boolean
}

/** The accounts, without what lets somebody in. Missing is null; a disabled account has an id only. */
export interface AccountBook {
  byId(id: string): Promise<Account | null>
  byName(name: string): Promise<Account | null>
  byEmail(email: string): Promise<Account | null>
  /** Every account once, disabled ones included, in no promised order. */
  list(): AsyncIterable<Account>
  /** Changes an account on top of what it is now: `change` may be called several times, and sets what it answers. */
  change(id: string, change: (account: Account) => Partial<Omit<Account, 'id' | 'version'>>): Promise<Account>
}

/** An account without its password and its ways in. */
export type Account = Omit<UserRecord, 'password' | 'identities' | 'epoch'>
