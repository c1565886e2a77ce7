import type { ArgumentFacts, TextIn } from './arguments.ts'
import type { Formatter } from './formatter.ts'
import type { Markup } from './html.ts'
import type { MacroServices } from './macro-services.ts'
import type { Page, PageReader } from './page.ts'
import type { WikiRequest } from './request.ts'
import type { SessionWishes } from './session.ts'

/**
 * What a macro's output depends on. Nothing listed (`[]`): the text of the page alone, so the output is stored with the page.
 * `page`, `namespace` (pages appearing or vanishing) and `language` are stored too and refreshed when they change;
 * any other word runs the macro on every view. A macro that declares nothing counts as `['time']`, as in MoinMoin.
 */
export type Dependency = 'page' | 'namespace' | 'language' | 'time' | 'request' | 'user' | 'session'

/** What a macro gets: this run's own object, dead when the run is over. */
export interface Macro {
  /** The macro's name as called. */
  readonly name: string
  readonly request: WikiRequest
  readonly formatter: Formatter
  /** The page being rendered (an included one included); `request.page` is the page of the URL. */
  readonly page: Page
  /** Pages of the wiki, already filtered by the reader's ACL. */
  readonly pages: PageReader
  /** Shared by the macros of one rendering, in page order. */
  readonly notes: Map<string, unknown>
  /** Aborts at the deadline. */
  readonly signal: AbortSignal
  /** What the wiki knows and lends: dates, addresses, search, dicts … */
  readonly wiki: MacroServices
  /**
   * The headings of the page being rendered, in order, with the ids they have on it; within a text for another parser
   * (`{{{#!creole`) those of that text. Waits for the macros of the page that bring headings of their own, so a macro that brings
   * some must not ask.
   */
  headings(): Promise<readonly Heading[]>
  /** A heading of this macro's own for the page's table of contents; answers the id to give it. The plugin says `bringsText = true`. */
  addHeading(depth: number, words: string): string
  /**
   * Another page inside this one: its text, or `text` in its place. null when it does not exist or the reader may not read it.
   * Throws `include-circle` when pages include each other in a circle. The plugin says `bringsText = true`.
   */
  include(pageName: string, text?: string): Promise<Included | null>
  /** Markup of a wiki text as part of this page: its links and macros work, no paragraph is put around one line. */
  render(text: string): Promise<string>
  /** What another macro makes, called in this one's place. */
  call(name: string, args: string | null): Promise<string>
  /** Settles when the macros called before on this page that bring other texts are done: for numbers that run through the page. */
  inOrder(): Promise<void>
  /**
   * A text in the reader's language: from the macro's own catalogue (`Hello.de.json` beside `Hello.ts`), else from the wiki's. Says
   * `{name}`, and `{count, plural, one {# page} other {# pages}}`. The macro depends on 'language' then.
   */
  t(text: string, values?: Readonly<Record<string, unknown>>): string
  /** Writes something at the end of the page, after all macros have run: collected notes for one. */
  atEnd(write: () => MacroOutput): void
}

/** What `macro.include` brings. */
export interface Included {
  /** Put before every id in it, and unique on the page: `OtherPage`, the second time `OtherPage-1`. */
  readonly id: string
  /** Of the included page. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly markup: string
}

/** A heading of a page. */
export interface Heading {
  readonly depth: number
  readonly id: string
  /** Plain text. */
  readonly text: string
}

/** A macro is a file `macros/NAME.ts` that exports this; `<<NAME(args)>>` on a page calls it. */
export interface MacroPlugin {
  readonly dependencies?: readonly Dependency[]
  /** A session of its own below a path, a shorter life. The macro depends on 'session' then. */
  readonly session?: SessionWishes
  /** True for a macro that includes pages or writes headings: tables of contents and footnotes wait for it. */
  readonly bringsText?: boolean
  /** What it makes, in one sentence for `<<Help>>`. */
  readonly description?: string
  /** Its arguments, for `<<Help(Name)>>`; `defineMacro` knows them. */
  argumentFacts?(t: TextIn): readonly ArgumentFacts[]
  /** Answers markup of the output format (escape with `macro.formatter.text`). `args`: null for `<<X>>`, '' for `<<X()>>`. */
  execute(macro: Macro, args: string | null): MacroOutput | Promise<MacroOutput>
}

/** Markup of the output format: a string, or what html`…` makes. */
export type MacroOutput = string | Markup
