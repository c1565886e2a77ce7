import type { LogoutResult, StepForm } from './auth.ts'
import type { WikiConfig } from './config.ts'
import type { Section } from './document.ts'
import type { FormattedPage } from './formatter-plugin.ts'
import type { Markup } from './html.ts'
import type { Attachment, Page, PageReader } from './page.ts'
import type { PageStore, SaveResult } from './page-store.ts'
import type { PreferenceTab } from './preference-tab.ts'
import type { PluginKind } from './plugin.ts'
import type { PluginSwitchboard } from './plugin-view.ts'
import type { Reply } from './reply.ts'
import type { WikiRequest } from './request.ts'
import type { Schema, SchemaValues } from './schema.ts'
import type { SessionInfo, SessionKind, SessionWishes } from './session.ts'
import type { SearchAnswer, SearchOptions } from './search.ts'
import type { Identity, UserStore } from './user-store.ts'

/**
 * An action is a file `plugins/actions/NAME.ts` that exports this; `?action=NAME` on a page calls it, once a request.
 * Every POST has been checked before: same site, and the ticket made by `wiki.ticket()` or `{{ticket}}` in a template.
 */
export interface ActionPlugin {
  /** Text of the entry in the page's "More" menu; without it the action has none. */
  readonly label?: string
  /** Methods answered; default GET, HEAD and POST. HEAD comes with GET. */
  readonly methods?: readonly ('GET' | 'POST')[]
  /** The right on the page that a visitor must have; default 'read', null for none. */
  readonly right?: 'read' | 'write' | 'delete' | 'revert' | 'admin' | null
  /** True when the visitor must be signed in: others are shown the way to log in. */
  readonly signedIn?: boolean
  /** false: its forms change nothing and lead somewhere only, so they need no ticket. */
  readonly ticket?: false
  /** True when the page must exist: otherwise the visitor gets the 404 page with its offers. */
  readonly needsPage?: boolean
  /** 'none': no session is loaded for this action. Or a session of its own below a path, a shorter life. */
  readonly session?: 'none' | SessionWishes
  execute(action: ActionCall): Promise<Reply | ActionPage>
}

/** What an action gets. */
export interface ActionCall {
  readonly name: string
  readonly request: WikiRequest
  readonly page: Page
  readonly wiki: WikiServices
  readonly signal: AbortSignal
  /** A text in the visitor's language: from the action's own catalogue (`watch.de.json` beside `watch.ts`), else from the wiki's. */
  t(text: string, values?: Readonly<Record<string, unknown>>): string
}

/** A page of the wiki's look around what an action has to say: a template of the theme with a model, or finished markup. */
export interface ActionPage {
  readonly title: string
  readonly status?: number
  /** Name of a template (`edit` is `edit.hbs` of the theme, or beside the action) and what it shows; strings are escaped there. */
  readonly template?: string
  readonly model?: Readonly<Record<string, unknown>>
  /** Markup instead of a template: escape with html`…`. */
  readonly body?: string | Markup
  readonly messages?: readonly Message[]
  /** For search engines; default `noindex, nofollow` on everything but `show`. */
  readonly robots?: string
  readonly headers?: Readonly<Record<string, string>>
  /** True: without navigation and page frame (print). */
  readonly bare?: boolean
}

/** A line above the content. `text` is escaped. */
export interface Message {
  readonly kind: 'info' | 'success' | 'warning' | 'error'
  readonly text: string
  /** Where more is said about it. */
  readonly link?: { readonly text: string; readonly href: string }
}

/** What a wiki lends to actions; everything obeys the visitor's rights unless a line says otherwise. */
export interface WikiServices {
  readonly name: string
  readonly config: Readonly<WikiConfig>
  /** Filtered by the visitor's ACL. */
  readonly pages: PageReader
  readonly editor: PageEditor
  /** Unfiltered: ask `request.user.may` first. */
  readonly store: PageStore
  readonly users: UserStore
  readonly people: People
  /** Who is signed in where. */
  readonly signIns: SignIns
  /** Markup of a page's text for this visitor: a preview, an old revision. `text` null: the page's own. */
  render(page: Page, text?: string | null): Promise<string>
  /** The page as a formatter writes it, for this visitor; null when there is none for this type. */
  format(page: Page, mimetype: string): Promise<FormattedPage | null>
  /** The types that `format` knows. */
  formats(): Promise<readonly string[]>
  /** The sections of a text as this page's, in order. */
  sections(pageName: string, text: string): Promise<readonly Section[]>
  /** Full-text search in MoinMoin's query language: what this visitor may read. */
  search(query: string, options?: SearchOptions): Promise<SearchAnswer>
  /** A ticket for forms that this visitor sends to this (or the named) action and page. */
  ticket(action?: string, page?: string): string
  /** The tabs that plugins add to the preferences, as far as this visitor has them. */
  preferenceTabs(call: ActionCall): Promise<readonly PreferenceTab[]>
  /** The address of a page, action or file within this wiki, mount path included. */
  url(pageName: string, query?: Readonly<Record<string, string | number>>, anchor?: string): string
  /** What this plugin is set to: the values for the schema that it exports as `settings`. */
  settingsOf<S extends Schema>(settings: S): SchemaValues<S>
  /** For superusers: what can be set of which plugins. Throws `forbidden` for others. */
  pluginSettings(): Promise<readonly SettingsForm[]>
  /** For superusers: keeps what that form was sent with; problems by the names of its inputs when something is wrong. */
  savePluginSettings(key: string, sent: URLSearchParams): Promise<Readonly<Record<string, string>> | null>
  /** For superusers: how the plugins of this wiki are doing, and their switches. */
  readonly plugins: PluginSwitchboard
  /** Names of loadable plugins of a kind. */
  pluginNames(kind: PluginKind): Promise<readonly string[]>
  /** Makes a name out of what somebody typed; throws a WikiError that says what is wrong with it. */
  pageName(typed: string): string
  /** Languages that the interface speaks, English first. */
  readonly languages: readonly string[]
  /** The wiki's clock. */
  now(): Date
  formatDate(time: Date): string
  formatDateTime(time: Date): string
  /** The words for who made a change: a link to their home page, or the address. */
  author(author: { readonly userId: string; readonly address: string; readonly host: string }): Promise<AuthorView>
  readonly log: Log
}

/** Who wrote something, as readers may see it: a user's name, or the network address of somebody without an account. */
export interface AuthorView {
  readonly name: string
  /** Address of the home page; '' when there is none. */
  readonly href: string
}

/** The log of the host, one object a line; what is secret is left out by whoever writes. */
export interface Log {
  info(facts: Record<string, unknown>, message: string): void
  warn(facts: Record<string, unknown>, message: string): void
  error(facts: Record<string, unknown>, message: string): void
}

/** Changes pages as this visitor: rights are checked, variables expanded, events sent, the page trail kept. */
export interface PageEditor {
  /** `base`: the revision the visitor started from. */
  save(name: string, edit: { text: string; base: number; comment?: string; trivial?: boolean }): Promise<EditOutcome>
  remove(name: string, comment: string): Promise<EditOutcome>
  revert(name: string, revision: number, comment: string): Promise<EditOutcome>
  rename(from: string, to: string, options: { comment: string; redirect: boolean; subpages?: boolean }): Promise<EditOutcome>
  attach(name: string, file: string, bytes: Uint8Array, options?: { overwrite?: boolean }): Promise<'saved' | 'exists'>
  detach(name: string, file: string): Promise<boolean>
}

/** What became of an edit. `merged`: with a change that somebody else made meanwhile. `conflict` carries the text that is there now and a merge of both, with markers when `clean` is false. */
export type EditOutcome =
  | (Extract<SaveResult, { status: 'saved' | 'unchanged' }> & { readonly merged?: boolean })
  | {
      readonly status: 'conflict'
      readonly revision: number
      readonly theirs: string
      readonly merged: string
      readonly clean: boolean
    }
  | { readonly status: 'exists'; readonly page: string }
  | { readonly status: 'refused'; readonly reason: string }

/** Signing in and out, and accounts. */
export interface People {
  /** What the log-in page offers. */
  readonly loginWays: LoginWays
  /** This request goes on with a log-in: a further form was sent, or the browser is back from elsewhere. Then `continueSignIn`. */
  readonly isReturning: boolean
  /**
   * Asks the auth methods in order; when one says who it is, the visitor is signed in from this request on. With `method`, only that one
   * is asked: its button was pressed. `page` and `then` (a query) come back when the log-in is over, after however many steps.
   */
  signIn(form: SignInForm): Promise<SignInOutcome>
  /** Goes on with a log-in that this visitor began. */
  continueSignIn(): Promise<SignInOutcome>
  /** Ends the session, or tells why it cannot. Looking at the wiki as somebody else, this ends the looking and not the session. */
  signOut(): Promise<LogoutResult>
  /** Other ways by which the visitor's own account logs in. */
  identities(): Promise<readonly Identity[]>
  /** Takes one of them away. False: it is the only way into this account, or not there. */
  unlink(identity: Identity): Promise<boolean>
  /**
   * For superusers (MoinMoin's setuid): from this request on the wiki looks as it does to that account, a disabled one included,
   * until they log out of it. The problem in words when it cannot be.
   */
  switchTo(name: string): Promise<{ problem: string | null }>
  /** A new account; the problems by form field when it cannot be made. `email` '' allowed. */
  register(form: {
    name: string
    password: string
    email: string
    superuserTicket?: string
  }): Promise<{ id: string } | { problems: Readonly<Record<string, string>> }>
  /**
   * False: the visitor's account is entered by other ways only (a provider, a proxy), so that its first password needs no old one.
   * Always true for a superuser who looks at the wiki as somebody else: a first password is its owner's to set.
   */
  hasPassword(): Promise<boolean>
  /** Changes the visitor's own account; problems by form field. */
  change(form: PreferenceChange): Promise<{ problems: Readonly<Record<string, string>> | null }>
  /** True while a first superuser may be made with this ticket. */
  superuserTicketIsGood(ticket: string): Promise<boolean>
}

/** What somebody typed to log in. `method` is the name of a way of logging in; `page` and `then` say where to go afterwards. */
export interface SignInForm {
  readonly name: string
  readonly password: string
  readonly remember: boolean
  readonly method?: string
  readonly page?: string
  readonly then?: string
  /** Not to log in, but to connect this way of logging in with the account of the visitor, who is signed in. */
  readonly link?: boolean
}

/** How far a log-in came: over (`ok`), refused (a message), or to be gone on with (`step` or `redirect`). */
export interface SignInOutcome {
  readonly ok: boolean
  /** Why not; '' otherwise. */
  readonly message: string
  readonly status?: number
  readonly retryAfter?: number
  /** A further form to show; its `id` goes along as the field `stage`, and its inputs' names begin with `step_`. */
  readonly step?: StepForm & { readonly id: string }
  /** Where the browser must go now. */
  readonly redirect?: string
  /** Where the log-in was begun, and what for. */
  readonly page?: string
  readonly then?: string
  /** The visitor's account can be entered by this way from now on; nobody was logged in. */
  readonly linked?: boolean
}

/** Ways to log in. */
export interface LoginWays {
  /** Some method asks for a name and a password. */
  readonly takesPasswords: boolean
  /** Methods that begin with a button: the name for `method`, and what stands on it. */
  readonly buttons: readonly { readonly method: string; readonly label: string }[]
  /** Sentences for below the form. */
  readonly hints: readonly string[]
}

/** Sessions of accounts. Everybody sees and ends their own; superusers those of others. Throws `forbidden` otherwise. */
export interface SignIns {
  /** The live sessions of an account, the one seen last first. Empty where the store keeps no list (the cookie store). */
  of(userId: string): Promise<readonly SignIn[]>
  /** Ends the one with this public key; false when there is none (any more). */
  end(userId: string, handle: string): Promise<boolean>
  /** Ends all of them but the visitor's own, those included that no list shows. Resolves to how many the list had. */
  endOthers(userId: string): Promise<number>
  /** What the service has counted since its start; for superusers. */
  overview(): Promise<SessionOverview>
}

/** What a superuser can set of a plugin. */
export interface SettingsForm {
  /** `macros/Weather`. */
  readonly key: string
  readonly inputs: readonly SettingsInput[]
}

/** One input of such a form, or a group of them. */
export interface SettingsInput {
  /** Of the input; of a group's members with a dot: `place.name`, `places.0.name`. */
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'number' | 'date' | 'switch' | 'choice' | 'secret' | 'secrets' | 'lines' | 'group'
  /** In words, the limits included. */
  readonly hint: string
  /** As typed; never that of a secret. */
  readonly value: string
  /** The default, shown where nothing is typed. */
  readonly fallback: string
  readonly choices: readonly string[]
  readonly required: boolean
  /** The configuration says so: it cannot be changed here. */
  readonly fixed: boolean
  /** True for a secret that there is. */
  readonly isSet: boolean
  readonly inputs: readonly SettingsInput[]
}

/** One session of an account. */
export interface SignIn extends SessionInfo {
  /** The one that asks. */
  readonly isThis: boolean
}

/** What the administrators see of the session service. */
export interface SessionOverview {
  /** Live sessions of this wiki. A count that stopped early is too low. */
  readonly live: Readonly<Record<SessionKind, number>>
  readonly stoppedEarly: boolean
  /** Sums since the start, by name; empty for a service of somebody else's. */
  readonly counters: Readonly<Record<string, number>>
}

/** What is to change in an account; what is left out stays as it is. */
export interface PreferenceChange {
  readonly email?: string
  readonly language?: string
  readonly themeName?: string
  readonly timeZone?: string
  readonly aliasName?: string
  readonly quickLinks?: readonly string[]
  /** null takes it away. */
  readonly bookmark?: Date | null
  readonly preferences?: Readonly<Record<string, unknown>>
  readonly password?: { readonly current: string; readonly next: string }
}

export type { Attachment }
