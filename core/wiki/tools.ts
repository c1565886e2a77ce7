import type { Log } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import { badPageName, pageTooLarge } from '../api/errors.ts'
import type { WikiEvents } from '../api/events.ts'
import { type Author, minorChange } from '../api/page.ts'
import type { PageStore } from '../api/page-store.ts'
import type { UserRecord, UserStore } from '../api/user-store.ts'
import type { Account, AccountBook, ToolSave, WikiTools } from '../api/wiki-tools.ts'
import type { Clock } from '../base/clock.ts'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import { normaliseName } from '../pages/normalise-name.ts'
import { changeAccount } from '../users/account-changes.ts'
import { wikiHost } from './wiki-author.ts'

/** What the tools of a wiki are made of. */
export interface ToolParts {
  readonly config: Readonly<WikiConfig>
  readonly store: PageStore
  readonly users: UserStore
  readonly pluginSettings: PluginSettings
  readonly clock: Clock
  readonly log: Log
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
  /** Lets this process's caches see what was just written. */
  catchUp(): Promise<void>
}

/** What plugins are lent that run for nobody in particular. */
export function wikiTools(parts: ToolParts): WikiTools {
  const { config, store, users, clock, log } = parts
  return {
    name: config.siteId,
    config,
    store,
    users: accountBook(users, config.userEmailUnique),
    settingsOf: (settings) => parts.pluginSettings.of(settings),
    save: async (typed, text, { comment = '', userId = '', trivial = false } = {}) => {
      const page = normaliseName(typed, config.pageGroupRegex)
      if (page === '') throw badPageName('it is empty')
      if (Buffer.byteLength(text) > config.pageSizeLimit) throw pageTooLarge(page, config.pageSizeLimit)
      const author = authorOf(userId)
      const { status, revision } = await write(parts, page, text, { author, comment, extra: trivial ? minorChange : '' })
      if (status === 'saved') parts.emit('pageChanged', { page, revision, author, comment, trivial })
      return { status, revision }
    },
    remove: async (page, { comment = '', userId = '' } = {}) => {
      const author = authorOf(userId)
      const { status } = await write(parts, page, null, { author, comment })
      if (status === 'saved') parts.emit('pageDeleted', { page, author, comment })
      return status === 'saved'
    },
    now: () => new Date(clock.now()),
    log,
  }
}

const authorOf = (userId: NonNullable<ToolSave['userId']>): Author => ({ userId, address: '', host: wikiHost })

/** Writes on top of what is there, however often somebody else is faster. */
async function write(
  { store, catchUp }: ToolParts,
  page: string,
  text: string | null,
  how: { author: Author; comment: string; extra?: string },
) {
  for (;;) {
    const { revision: base } = await store.state(page)
    const result = await store.save(page, { ...how, text, base })
    if (result.status === 'conflict') continue
    await catchUp()
    return result
  }
}

function accountBook(users: UserStore, emailUnique: boolean): AccountBook {
  return {
    byId: async (id) => accountOf(await users.byId(id)),
    byName: async (name) => accountOf(await users.byName(name)),
    byEmail: async (email) => accountOf(await users.byEmail(email)),
    async *list() {
      for await (const record of users.list()) yield withoutWaysIn(record)
    },
    change: async (id, change) =>
      withoutWaysIn(
        await changeAccount(
          users,
          id,
          (record) => {
            const { id: _, version: __, ...wanted } = change(withoutWaysIn(record)) as Partial<UserRecord>
            const { password, identities, epoch } = record
            // Whoever is disabled is signed out.
            const ended = wanted.disabled === true && !record.disabled ? 1 : 0
            return { ...record, ...wanted, password, identities, epoch: epoch + ended }
          },
          { emailUnique },
        ),
      ),
  }
}

const accountOf = (record: UserRecord | null): Account | null => (record === null ? null : withoutWaysIn(record))

function withoutWaysIn(record: UserRecord): Account {
  const { password: _, identities: __, epoch: ___, ...account } = record
  return account
}
