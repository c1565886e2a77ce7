import type { Formatter } from './formatter.ts'
import type { Markup } from './html.ts'
import type { Page, PageReader } from './page.ts'
import type { WikiRequest } from './request.ts'

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
  /** The headings of the page being rendered, in order, with the ids they have on it. */
  headings(): readonly Heading[]
  /** Markup of another page's text (or a part of it) inside this one; '' when the reader may not read it. Throws when pages include each other in a circle. */
  include(pageName: string, text?: string): Promise<string>
  /** Writes something at the end of the page, after all macros have run: collected notes for one. */
  atEnd(write: () => MacroOutput): void
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
  /** Answers markup of the output format (escape with `macro.formatter.text`). `args`: null for `<<X>>`, '' for `<<X()>>`. */
  execute(macro: Macro, args: string | null): MacroOutput | Promise<MacroOutput>
}

/** Markup of the output format: a string, or what html`…` makes. */
export type MacroOutput = string | Markup
