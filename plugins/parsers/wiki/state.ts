import type { ParseOptions, Position, Problem } from 'servus'
import { Builder } from './builder.ts'
import { isSpace } from './characters.ts'
import { ColumnMap, type Line, lineAt } from './lines.ts'
import { Lists } from './lists.ts'
import { findMails, type MailSpan } from './mails.ts'
import { Tables } from './tables.ts'

/** A rule looks at one place of the line. It answers -1, or does its work and answers where the text goes on. */
export type InlineRule = (state: State, at: number) => number

/** Everything the rules share while one text is read. */
export class State {
  readonly source: string
  readonly options: ParseOptions
  readonly builder = new Builder()
  readonly lists: Lists
  readonly tables: Tables
  readonly problems: Problem[] = []

  /** The emphasis that is on: 0 off, 1 on, 2 on and opened within the other. */
  strong: 0 | 1 | 2 = 0
  emphasis: 0 | 1 | 2 = 0
  underline = false
  small = false
  big = false
  strike = false
  comment = false

  /** The line that is read. */
  line: Line
  text = ''
  /** Where the rules stop: the line's end, or just before it after a block that ended within the line. */
  end = 0
  /** What some rules need, asked once a line. */
  hasColon = false
  hasAt = false
  /** True when an empty line stands before this one. */
  afterEmptyLine = false
  /** What was found behind the bar of a link, by the place of the bar. */
  linkWords: { readonly from: number; readonly found: { words: string; parameters: string; end: number } | null } | null = null

  /** The first bar of what proved to be no transclusion. */
  failedBar = -1

  #columns: ColumnMap
  #flushed = 0
  #runEnd = -1
  #mails: readonly MailSpan[] | null = null
  #mailIndex = 0
  readonly #found = new Map<string, { from: number; at: number }[]>()

  constructor(source: string, options: ParseOptions, start: number, lineNumber: number) {
    this.source = source
    this.options = options
    this.lists = new Lists(this)
    this.tables = new Tables(this)
    this.line = lineAt(source, start, lineNumber)
    this.#columns = new ColumnMap(source, this.line)
    this.enter(this.line, 0)
  }

  /** Makes a line the current one, from a column on. */
  enter(line: Line, column: number): void {
    this.line = line
    this.text = line.text
    this.end = column > 0 ? line.text.length - 1 : line.text.length
    this.#columns = new ColumnMap(this.source, line)
    this.#flushed = column
    if (this.#found.size > 0) this.#found.clear()
    this.#runEnd = -1
    this.#mails = null
    this.#mailIndex = 0
    this.hasColon = line.text.includes(':')
    this.hasAt = line.text.includes('@')
    this.linkWords = null
    this.failedBar = -1
  }

  /** A rule has matched: the plain text before it goes into the tree, and a paragraph is open unless the rule wants none. */
  begin(at: number, paragraph: 'paragraph' | 'bare' = 'paragraph'): void {
    this.flush(at)
    if (paragraph === 'paragraph') this.openParagraph(at)
  }

  /** Puts the plain text up to a column into the tree. */
  flush(at: number): void {
    if (at <= this.#flushed) return
    this.openParagraph(this.#flushed)
    this.builder.text(this.text.slice(this.#flushed, at))
    this.#flushed = at
  }

  /** The rest of the line is plain text. Unlike other text it opens no paragraph within an item of a list. */
  finish(): void {
    if (this.#flushed >= this.end) return
    // The line's end alone, behind a block or markup, is no paragraph.
    if (!this.builder.inParagraph && isBlank(this.text, this.#flushed, this.end)) return
    if (!this.lists.inItem) this.openParagraph(this.#flushed)
    this.builder.text(this.text.slice(this.#flushed, this.end))
    this.#flushed = this.end
  }

  /** A rule has read up to here. */
  consumed(to: number): number {
    this.#flushed = to
    return to
  }

  openParagraph(at: number): void {
    if (!this.builder.inParagraph) this.builder.openParagraph(this.#columns.offset(at), this.line.number)
  }

  /**
   * The next place of a word in the line, or -1. Answers are remembered, so that asking at every place of a line is one
   * search: this is what keeps rules that look for their end linear. `part` keeps apart the answers of a rule that looks for
   * the same word in several places, for it asks the first question again at every place.
   */
  find(word: string, from: number, part = 0): number {
    let parts = this.#found.get(word)
    if (!parts) this.#found.set(word, (parts = []))
    const known = parts[part]
    if (known && from >= known.from && (known.at < 0 || from <= known.at)) return known.at
    const at = this.text.indexOf(word, from)
    parts[part] = { from, at }
    return at
  }

  position(from: number, to: number): Position {
    return { start: this.#columns.offset(from), end: this.#columns.offset(to), line: this.line.number }
  }

  /** Where the characters that are not blank end. */
  endOfRun(from: number): number {
    if (this.#runEnd >= from && this.#runStart <= from) return this.#runEnd
    let at = from
    while (at < this.end && !isSpace(this.text.charCodeAt(at))) at++
    this.#runStart = from
    this.#runEnd = at
    return at
  }
  #runStart = 0

  /** The end of the mail address that begins here (or goes on here, behind other markup); -1 when there is none. */
  mailEnd(at: number): number {
    this.#mails ??= findMails(this.text)
    let next = this.#mails[this.#mailIndex]
    while (next && next.end <= at) next = this.#mails[++this.#mailIndex]
    return next && at >= next.start && at < next.sign ? next.end : -1
  }
}

function isBlank(text: string, from: number, to: number): boolean {
  let at = from
  while (at < to && isSpace(text.charCodeAt(at))) at++
  return at === to
}
