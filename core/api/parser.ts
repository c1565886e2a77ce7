import type { Document } from './document.ts'

/**
 * A parser turns text into a document. A file `plugins/parsers/NAME.ts` (or `NAME/index.ts`); `#format NAME` on a page and
 * `{{{#!NAME` in wiki markup call it. It gets no request: its output is everyone's.
 */
export interface ParserPlugin {
  /** File extensions of attachments and texts that this parser shows: `['.md']`. */
  readonly extensions?: readonly string[]
  /** Never throws for any text, and takes time linear in its length. */
  parse(text: string, options: ParseOptions): Document | Promise<Document>
}

/** What a parser is told beside the text. */
export interface ParseOptions {
  /** The page the text belongs to: relative links start here. */
  readonly pageName: string
  /** What follows the parser's name: `#format csv ;`, `{{{#!csv ;`. */
  readonly args: string
  /**
   * True for a page's own text: the parser reads the instructions at its top (`parseInstructions`) and hands them on in the
   * document. False for a text within a page, and for attachments.
   */
  readonly isPage: boolean
  /** MoinMoin's `bang_meta`: `!WikiName` is no link. */
  readonly bangMeta: boolean
}
