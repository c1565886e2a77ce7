import type { Document } from './document.ts'
import type { Page } from './page.ts'
import type { WikiRequest } from './request.ts'

/**
 * A formatter writes a page in another format: a file `plugins/formatters/NAME.ts`; `?action=format&mimetype=TYPE` on a page
 * calls the one whose `mimetype` fits.
 */
export interface FormatterPlugin {
  /** What it makes, `text/plain` for one. */
  readonly mimetype: string
  /** File extension for downloads, `.txt`. */
  readonly extension?: string
  format(document: Document, context: FormatContext): string | Uint8Array | Promise<string | Uint8Array>
}

/** What a formatter gets beside the document. */
export interface FormatContext {
  readonly page: Page
  readonly request: WikiRequest
  /** The page's source text. */
  readonly text: string
  /** The page as the wiki shows it: content markup with its macros run for this reader. */
  html(): Promise<string>
  /** The words of the document without markup. */
  plainText(): string
  /** The address of a page within this wiki, with its host. */
  url(pageName: string): string
}
