import type { Document, Target } from './document.ts'
import type { Page } from './page.ts'
import type { WikiRequest } from './request.ts'

/**
 * A formatter writes a page in another format: a file `plugins/formatters/NAME.ts`. `?action=format&mimetype=TYPE` on a page calls
 * the one of that type; those of the wiki's own folder come first.
 *
 * ```ts
 * export const mimetype = 'text/x-word-count'
 *
 * export function format(_: Document, { plainText }: FormatContext) {
 *   return `${plainText().split(/\s+/).length} words\n`
 * }
 * ```
 */
export interface FormatterPlugin {
  /** What it makes, `text/x-word-count`. Text goes out as UTF-8. */
  readonly mimetype: string
  /** For the name of the file when somebody saves it, `.txt`. */
  readonly extension?: string
  /** `document` is the page's own: texts for other parsers are parsed within it, macros are not run. It is nobody else's: change it at will. */
  format(document: Document, context: FormatContext): string | Uint8Array | Promise<string | Uint8Array>
}

/** What a formatter gets beside the document. The visitor may read the page; nothing in here shows more than they may see. */
export interface FormatContext {
  readonly page: Page
  readonly request: WikiRequest
  /** The page's source text. */
  readonly text: string
  /** The page as the wiki shows it, its macros run for this visitor. Addresses are complete, with the host. */
  html(): Promise<string>
  /** The words of the document without any markup. */
  plainText(): string
  /** The complete address of what a link or a picture means; null when that leads nowhere, or must not. */
  address(target: Target): string | null
  /** Aborts at the deadline `deadlines.action`. */
  readonly signal: AbortSignal
}

/** A page as a formatter wrote it. */
export interface FormattedPage {
  readonly mimetype: string
  /** `.txt`; '' when the formatter names none. */
  readonly extension: string
  readonly body: string | Uint8Array
}
