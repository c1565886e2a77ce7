import type { Log } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import type { WikiEvents } from '../api/events.ts'
import type { MoinPageStore } from '../pages/moin-page-store.ts'
import type { SessionService } from '../api/session.ts'
import type { UserStore } from '../api/user-store.ts'
import type { WikiTools } from '../api/wiki-tools.ts'
import type { Clock } from '../base/clock.ts'
import type { PatternFinder } from '../base/pattern.ts'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import type { Plugins } from '../plugins/plugins.ts'
import type { DateFormats } from '../render/date-formats.ts'
import type { Renderer } from '../render/renderer.ts'
import type { Languages } from '../render/translate.ts'
import type { PageSearch } from '../search/page-search.ts'
import type { AccessRules } from '../users/access-rules.ts'
import type { PageDicts } from '../users/page-dicts.ts'
import type { Accounts } from './accounts/accounts.ts'
import type { ApiCallers } from './api/caller.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { EventHandlers } from './event-handlers.ts'
import type { Frames } from './frame.ts'
import type { PageFactsCache } from './page-facts.ts'
import type { HitLog } from './hit-log.ts'
import type { Meters } from './meters.ts'
import type { OptionHelp } from './system-facts.ts'
import type { PathNames } from './page-of-path.ts'
import type { QuickViews } from './quick-views.ts'
import type { LinkIndex } from './reader-pages.ts'
import type { Superusers } from './accounts/superusers.ts'
import type { Surge } from './surge.ts'
import type { TemplateNames } from './template-names.ts'
import type { Themes } from './themes.ts'
import type { Tickets } from './tickets.ts'
import type { Visit } from './wiki-request.ts'

/** Everything that lives in one wiki. Made by `openWiki`, lent to whoever answers a request. */
export interface WikiParts {
  readonly config: Readonly<WikiConfig>
  readonly secrets: readonly string[]
  readonly clock: Clock
  readonly log: Log
  readonly store: MoinPageStore
  readonly users: UserStore
  readonly sessions: SessionService
  readonly plugins: Plugins
  readonly pluginSettings: PluginSettings
  readonly themes: Themes
  readonly languages: Languages
  readonly dates: DateFormats
  readonly feed: ChangeFeed
  readonly facts: PageFactsCache
  readonly links: LinkIndex
  readonly dicts: PageDicts
  readonly search: PageSearch
  readonly hits: HitLog
  /** What each option of the configuration means. */
  readonly optionHelp: OptionHelp
  readonly patterns: PatternFinder
  /** Names of other wikis with their addresses. */
  readonly intermap: ReadonlyMap<string, string>
  readonly rules: AccessRules
  readonly accounts: Accounts
  readonly callers: ApiCallers
  readonly superusers: Superusers
  /** What is counted for `/metrics`. */
  readonly meters: Meters
  /** How much a stranger's address may ask for. */
  readonly surge: Surge
  readonly templateNames: TemplateNames
  readonly tickets: Tickets
  readonly renderer: Renderer
  readonly pathNames: PathNames
  readonly frames: Frames
  readonly quickViews: QuickViews
  /** Entries of the page's menu for this visitor. */
  menu(visit: Visit): Promise<readonly { readonly action: string; readonly label: string }[]>
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
  /** Plugins that are told of events, and asked before some. */
  readonly handlers: EventHandlers
  /** What plugins are lent that run for nobody in particular. */
  readonly tools: WikiTools
}
