import type { Heading as HeadingNode, MacroCall, Node } from '../api/document.ts'
import type { Heading } from '../api/macro.ts'
import type { Ids } from './page-link.ts'

/**
 * The facts a page's markup depends on. They are asked while the tree is walked, so they are at hand: whoever renders collects
 * names first (`collectLinks`), looks them up in one batch, and answers from there.
 */
export interface HtmlContext {
  /** The page whose text is formatted. */
  readonly pageName: string
  pageExists(name: string): boolean
  attachmentExists(page: string, file: string): boolean
  /** The address of a page within the site. */
  pageUrl(name: string, query?: Readonly<Record<string, string>>, anchor?: string): string
  /** The address that another wiki's page names are appended to, or that holds `$PAGE`; null when there is no such wiki. */
  interwiki(wiki: string): string | null
  /** Where the theme's pictures lie: `<staticUrl>/img/smile.png`. */
  readonly staticUrl: string
  readonly language: string
  t(text: string, values?: Readonly<Record<string, unknown>>): string
  /** Shared by everything shown on one page, so that no id appears twice. */
  readonly ids: Ids
  /** Put before every id, with a dot: the name of an included page. '' for the page itself. */
  readonly idPrefix: string
  /** `on`, `off`, or the depth to count from; null leaves it to the document's own `#pragma section-numbers`. */
  readonly sectionNumbers: string | null
  /** Markup put at the end of a heading: the link that edits its section. */
  sectionLink?(heading: HeadingNode, id: string): string
}

/** A place in a page's markup where a macro's output goes. */
export interface MacroHole extends Omit<MacroCall, 'type'> {
  /** True when the call stands alone in its paragraph. */
  readonly block: boolean
  /** The headings of the text for another parser that it stands in, whole once all is written; null for one of the page's own text. */
  readonly embedded: readonly Heading[] | null
}

/** A page's markup in parts: finished markup, and holes. */
export type Piece = string | MacroHole

/** What the parts of the formatter write to. */
export interface MarkupWriter {
  readonly context: HtmlContext
  write(markup: string): void
  nodes(nodes: readonly Node[]): void
}
