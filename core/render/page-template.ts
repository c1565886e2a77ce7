import type { Instructions } from '../api/document.ts'
import type { Heading } from '../api/macro.ts'
import type { Ids } from '../markup/page-link.ts'
import type { MacroCall } from './run-macro.ts'

/**
 * A page made ready for every reader: markup with holes where macros run on each view. What it shows of other pages (whether they
 * exist) and of its attachments is named, so that just the templates that show something are made anew when it changes.
 */
export interface PageTemplate {
  readonly pieces: readonly (string | MacroCall)[]
  /** The `#` lines at the top; null for a text that has none of its own. */
  readonly instructions: Instructions | null
  readonly headings: readonly Heading[]
  /** The ids in its markup: what macros write on each view takes others. */
  readonly ids: Ids
  /** The calls among the pieces that bring other texts into the page. */
  readonly brings: ReadonlySet<MacroCall>
  /** Existence of each page it links to, as shown. */
  readonly links: ReadonlyMap<string, boolean>
  /** Pages whose attachments it shows or links. */
  readonly attachmentPages: ReadonlySet<string>
  /** True when a stored macro depends on which pages exist. */
  readonly namespace: boolean
  /** True when nothing runs per view. */
  readonly isStatic: boolean
  /** A different template has a different id. */
  readonly id: string
  /** Rough size in bytes. */
  readonly size: number
}
