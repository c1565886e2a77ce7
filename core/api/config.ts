import type { AuthMethod } from './auth.ts'
import type { SessionEvent } from './session-events.ts'
import type { Lifetime, SessionConfig, SessionService, SessionStore } from './session.ts'

/**
 * One wiki's options, complete. Names are MoinMoin's in camelCase, with its defaults unless a line says otherwise.
 * What a configuration file writes is `Partial` of this: see `defineWiki`. HelpOnConfiguration lists every option with an example.
 */
export interface WikiConfig extends Omit<SessionConfig, 'secrets' | 'scriptRoot'> {
  // Names and looks
  readonly sitename: string
  /** This wiki's name in interwiki maps; keeps quick links and trail entries of several wikis apart. */
  readonly interwikiname: string | null
  readonly pageFrontPage: string
  /** Entries of the navigation bar: page names, or `[[Target|Text]]` links. */
  readonly naviBar: readonly string[]
  readonly themeDefault: string
  /** True: visitors cannot choose another theme. */
  readonly themeForce: boolean
  /** Addresses of further style sheets. */
  readonly stylesheets: readonly string[]
  /** Raw HTML by the wiki's owner, before and after the content of each page. */
  readonly pageHeader: string
  readonly pageFooter: string
  readonly languageDefault: string
  readonly languageIgnoreBrowser: boolean
  /** IANA name of the zone that dates are shown in unless a user chose one. */
  readonly timeZone: string
  readonly showHosts: boolean

  // Folders, absolute once loaded
  readonly dataDir: string
  /** Folders of system pages, searched after the wiki's own; our help pages always come last. */
  readonly dataUnderlayDirs: readonly string[]
  readonly userDir: string
  readonly cacheDir: string
  /** Folders searched for plugins after `<dataDir>/plugins`, in order. */
  readonly pluginDirs: readonly string[]
  /** npm packages with plugins, searched after those: names, or folders once loaded. */
  readonly plugins: readonly string[]
  /** The only ones used besides the built-in: `macros/Weather`, `macros/*`; null: all. */
  readonly pluginsAllowed: readonly string[] | null
  readonly pluginsDenied: readonly string[]
  /** Values for the settings that plugins declare, by `macros/Weather`; what stands here cannot be changed in the wiki. */
  readonly pluginSettings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Files of `Name URL` lines, later ones win. */
  readonly sharedIntermap: readonly string[]

  // Sessions
  /** Who keeps sessions: an instance, replaced as a whole. null: made from `sessionStore`. */
  readonly sessionService: SessionService | null
  /** Which store the default service uses: by name, or an object. */
  readonly sessionStore: 'file' | 'memory' | 'redis' | 'cookie' | `redis://${string}` | `rediss://${string}` | SessionStore
  /** Told what happens to sessions, never the id that lets somebody in. A service of several wikis tells each of all; `realm` says whose it was. */
  readonly onSessionEvent: ((event: SessionEvent) => void) | null
  /** How many pages the trail remembers. */
  readonly trailSize: number
  /** When expired sessions are removed, in cron's spelling; null: never by this process. */
  readonly purgeSchedule: string | null
  /** Secrets for cookies and tickets, newest first; null: one is made at the first start and kept in `<dataDir>/servus-secret`. */
  readonly secrets: readonly string[] | null

  // People and rights
  /** Ways to sign in, asked in order. */
  readonly auth: readonly AuthMethod[]
  /** Methods whose users belong to the group Trusted. */
  readonly authMethodsTrusted: readonly string[]
  /** Names of accounts that may do everything a superuser may. */
  readonly superuser: readonly string[]
  readonly actionsExcluded: readonly string[]
  /** Actions for superusers only. MoinMoin: `['newaccount']`; here empty: visitors may register. */
  readonly actionsSuperuser: readonly string[]
  readonly aclRightsBefore: string
  readonly aclRightsDefault: string
  readonly aclRightsAfter: string
  readonly aclRightsValid: readonly string[]
  readonly aclHierarchic: boolean
  /** Groups given here rather than as pages: name -> members. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  readonly pageGroupRegex: RegExp
  readonly pageDictRegex: RegExp
  readonly pageTemplateRegex: RegExp
  readonly pageCategoryRegex: RegExp
  readonly userEmailUnique: boolean
  /** False: any password but an empty one is taken. */
  readonly passwordChecker: boolean
  /** Values of the preference switches for accounts that never chose; `rememberMe` off unlike MoinMoin. */
  readonly userCheckboxDefaults: Readonly<Record<string, boolean>>
  readonly quicklinksDefault: readonly string[]

  // Editing
  readonly defaultMarkup: string
  readonly bangMeta: boolean
  readonly editRows: number
  /** `'warn 10'`: tell for ten minutes that somebody edits; `'lock 10'`: refuse; null: neither. */
  readonly editLocking: string | null
  readonly commentRequired: boolean
  /** Page sizes offered in the history; the first is used. */
  readonly historyCount: readonly number[]
  /** Longest text of a page in bytes. */
  readonly pageSizeLimit: number
  readonly logRemoteAddr: boolean
  /** Offer to leave a redirect behind when a page is renamed. */
  readonly showRenameRedirect: boolean

  // Plugins
  /** Milliseconds. A configuration may name some of them only. */
  readonly deadlines: { readonly macro: number; readonly action: number; readonly event: number; readonly job: number }
  /** Memory for rendered pages, in MB. */
  readonly cacheSize: number

  // The host
  /** Bytes of a form without files, and of a form with files. */
  readonly formSizeLimit: number
  readonly uploadSizeLimit: number
  /** How often in so many seconds an anonymous address may do an action: `[count, seconds]`; null: no limits. */
  readonly surgeActionLimits: Readonly<Record<string, readonly [count: number, seconds: number]>> | null
  /** Seconds that an address is refused which went beyond. */
  readonly surgeLockoutTime: number
  /** The token of whoever may read `/metrics`; null: nobody. */
  readonly metricsToken: string | null
  /** Types never shown inside the wiki's own origin: sent as a download. */
  readonly mimetypesXssProtect: readonly string[]
  /** Address of static files when they are served by somebody else; null: by this host. */
  readonly urlPrefixStatic: string | null
}

/** What a configuration file may say: every option optional. Relative folders are relative to the data folder. */
export type WikiSettings = {
  [K in Exclude<keyof WikiConfig, 'siteId'>]?: K extends 'deadlines' ? Partial<WikiConfig[K]> : WikiConfig[K]
}

/** A farm: options common to all, and MoinMoin's list of (name, URL regex, options); the first regex that matches wins. */
export interface FarmSettings extends HostSettings {
  readonly common?: WikiSettings
  readonly wikis: readonly (readonly [name: string, url: RegExp, settings?: WikiSettings])[]
}

/** Options of the process rather than of a wiki. */
export interface HostSettings {
  readonly host?: string
  readonly port?: number
  /** False: no second process stands by. True: one does where sessions are kept by a service or a store of your own, too. */
  readonly standby?: boolean
  /** Addresses or CIDR networks whose `X-Forwarded-*` fields are believed. */
  readonly trustedProxies?: readonly string[]
  /** `pino`'s levels. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

export type { Lifetime }
