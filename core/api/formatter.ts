/**
 * What a macro writes with: MoinMoin's on/off calls, each answering markup of the output format.
 * `on` true opens, false closes. `text` is the only door for strangers' words.
 */
export interface Formatter {
  /** Escapes. */
  text(words: string): string
  /** Markup of the output format as it is: the caller vouches for it. */
  rawHTML(markup: string): string
  strong(on: boolean): string
  emphasis(on: boolean): string
  underline(on: boolean): string
  strike(on: boolean): string
  code(on: boolean): string
  small(on: boolean): string
  big(on: boolean): string
  sup(on: boolean): string
  sub(on: boolean): string
  highlight(on: boolean): string
  preformatted(on: boolean): string
  paragraph(on: boolean): string
  linebreak(preformatted?: boolean): string
  rule(size?: number): string
  /** Depth 1 to 5; without an id the heading gets none. */
  heading(on: boolean, depth: number, id?: string): string
  bulletList(on: boolean): string
  numberList(on: boolean, type?: string, start?: number): string
  listItem(on: boolean): string
  definitionList(on: boolean): string
  definitionTerm(on: boolean): string
  definitionDesc(on: boolean): string
  table(on: boolean): string
  tableRow(on: boolean): string
  tableCell(on: boolean, attributes?: Readonly<Record<string, string>>): string
  div(on: boolean, attributes?: Readonly<Record<string, string>>): string
  span(on: boolean, attributes?: Readonly<Record<string, string>>): string
  /** A link to a page of this wiki; marked as missing when there is none. */
  pagelink(on: boolean, name: string, options?: { anchor?: string; query?: Readonly<Record<string, string>> }): string
  /** A link to any address; an address that could run code becomes no link. */
  url(on: boolean, href: string, cssClass?: string): string
  interwikilink(on: boolean, wiki: string, page: string): string
  anchordef(id: string): string
  anchorlink(on: boolean, id: string): string
  image(source: string, alt: string, attributes?: Readonly<Record<string, string>>): string
  icon(name: string): string
  /** Text in another language: sets `lang` and `dir`. */
  lang(on: boolean, language: string): string
  /** A box with a message for the reader. */
  sysmsg(on: boolean): string
}
