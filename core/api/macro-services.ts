import type { AuthorView } from './action.ts'
import type { ArgumentFacts } from './arguments.ts'
import type { Author } from './page.ts'
import type { PluginKind } from './plugin.ts'
import type { Schema, SchemaValues } from './schema.ts'
import type { SearchAnswer, SearchOptions } from './search.ts'

/** What a wiki lends to macros. Everything obeys the reader's rights unless a line says otherwise. */
export interface MacroServices {
  now(): Date
  /** In the reader's time zone: `2026-11-21`. */
  formatDate(time: Date): string
  /** `2026-11-21 14:05`, with `exact` `2026-11-21 14:05:09`. */
  formatDateTime(time: Date, exact?: 'exact'): string
  /** The words for who made a change: a link to their home page, or the address. */
  author(author: Author): Promise<AuthorView>
  /** The address of a page within this wiki, mount path included. */
  url(pageName: string, query?: Readonly<Record<string, string | number>>, anchor?: string): string
  /** A ticket for a form that this visitor posts to an action of a page. A macro that asks depends on 'session'. */
  ticket(action: string, pageName: string): string
  /** Full-text search in MoinMoin's query language. */
  search(query: string, options?: SearchOptions): Promise<SearchAnswer>
  /**
   * Where a regular expression that somebody wrote on a page is found in each text: `[start, end]`, the first place or as many as
   * `most` says. Always this way, never `new RegExp`: some expressions never end. A bad one shows its message in the macro's place.
   */
  find(
    pattern: string,
    texts: readonly string[],
    options?: { ignoreCase?: boolean; multiline?: boolean; most?: number },
  ): readonly (readonly (readonly [number, number])[])[]
  /** The entries of a dict page; null when there is none, or the reader may not read it. */
  dict(pageName: string): Promise<ReadonlyMap<string, string> | null>
  /** The type of a file by its name, `application/octet-stream` when the name does not tell. */
  mimeType(file: string): string
  /** Names of other wikis with their addresses. */
  readonly interwiki: ReadonlyMap<string, string>
  /** Names of loadable plugins of a kind; an action that nobody may use is not there. */
  pluginNames(kind: PluginKind): Promise<readonly string[]>
  /** What a macro says of itself; null when there is none of this name. Loads it. */
  macroFacts(name: string): Promise<MacroFacts | null>
  /** The languages that code can be coloured as. */
  highlighters(): Promise<readonly HighlighterFacts[]>
  /** System pages that the wiki has a text of its own for. */
  editedSystemPages(): Promise<readonly string[]>
  /** Smileys as written, in the order of the help page. */
  smileys(): readonly string[]
  /** Views and saves of pages, from the event-log. */
  readonly hits: PageHits
  /** What this plugin is set to: the values for the schema that it exports as `settings`. */
  settingsOf<S extends Schema>(settings: S): SchemaValues<S>
  /** The options of the configuration; their values for superusers only. */
  settings(): readonly SettingFacts[]
  /** Facts of the installation; what is for superusers only is null for others. */
  systemFacts(): Promise<SystemFacts>
  /** The accounts, for superusers; nothing for others. */
  accounts(): AsyncIterable<{ readonly name: string; readonly email: string; readonly disabled: boolean }>
  /** True when the visitor says it is a robot: long lists are not for them. */
  readonly isSpider: boolean
}

/** How often pages were looked at and saved, as far as this reader may know. */
export interface PageHits {
  /** Counts of one page, or of the whole wiki with null. */
  count(pageName: string | null, event: HitEvent): Promise<number>
  /** Views by page, most first, of pages the reader may read. */
  ranking(limit?: number): Promise<readonly { readonly page: string; readonly count: number }[]>
  /** Views and saves by day, oldest first; null page: of the whole wiki. */
  days(pageName: string | null): Promise<readonly { readonly day: string; readonly views: number; readonly saves: number }[]>
  /** How often each browser was seen, most first. */
  browsers(): Promise<readonly { readonly name: string; readonly count: number }[]>
}

/** What is counted. */
export type HitEvent = 'VIEWPAGE' | 'SAVEPAGE'

/** What is known of a macro. */
export interface MacroFacts {
  readonly name: string
  /** '' for one that does not say. */
  readonly description: string
  /** Wiki text of the file `NAME.wiki` beside the macro; '' without. */
  readonly help: string
  /** null for one that reads the text between its brackets itself. */
  readonly arguments: readonly ArgumentFacts[] | null
  /** True for one that cannot be loaded. */
  readonly broken: boolean
}

/** A language whose listings are coloured. */
export interface HighlighterFacts {
  readonly title: string
  readonly names: readonly string[]
  readonly extensions: readonly string[]
  readonly mimeTypes: readonly string[]
}

/** An option of the configuration. */
export interface SettingFacts {
  readonly name: string
  readonly type: string
  readonly meaning: string
  readonly example: string
  /** As written in a configuration. */
  readonly fallback: string
  /** For superusers, and never a secret; null for others. */
  readonly value: string | null
  readonly isDefault: boolean
}

/** What SystemInfo tells. */
export interface SystemFacts {
  readonly servus: string
  readonly node: string
  /** For superusers. */
  readonly sizes: {
    readonly pages: number
    readonly systemPages: number
    readonly textBytes: number
    readonly memoryBytes: number
    readonly indexedPages: number
  } | null
}
