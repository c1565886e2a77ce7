import { cleanText, type Document, expandTabs, type Node, type ParseOptions, parseInstructions } from 'servus'
import { readInline } from './inline.ts'
import { readList, LIST_ITEM } from './list.ts'
import { readRow } from './table.ts'

export const extensions = ['.creole']

/** Creole 1.0 with MoinMoin's additions: macros, attachments, blocks for other parsers. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const start = instructions?.bodyStart ?? 0
  const source = cleanText(text)
  return { instructions, children: new Blocks(source, start, instructions?.bodyLine ?? 0, options).read(), problems: [] }
}

/** Reads the text line by line; each line decides what block it belongs to. */
class Blocks {
  readonly #source: string
  readonly #options: ParseOptions
  #at: number
  #line: number
  readonly #nodes: Node[] = []

  constructor(source: string, start: number, line: number, options: ParseOptions) {
    this.#source = source
    this.#options = options
    this.#at = start
    this.#line = line
  }

  read(): Node[] {
    while (this.#at < this.#source.length) this.#readBlock()
    return this.#nodes
  }

  #readBlock(): void {
    const line = this.#peek()
    if (line.trim() === '') this.#take()
    else if (RULE.test(line)) {
      this.#take()
      this.#nodes.push({ type: 'rule', size: 0 })
    } else if (HEADING.test(line)) this.#readHeading()
    else if (LIST_ITEM.test(line)) this.#nodes.push(...readList(this.#takeWhile(isListLine), this.#inline))
    else if (TABLE.test(line)) this.#readTable()
    else if (OPENING.test(line)) this.#readSection()
    else this.#readParagraph()
  }

  #readHeading(): void {
    const start = this.#at
    const line = this.#line + 1
    const [, signs = '=', words = ''] = /^\s*(=+)\s*(.*)$/s.exec(this.#take()) ?? []
    const text = withoutSigns(words.trim())
    const depth = Math.min(signs.length, 5)
    this.#nodes.push({ type: 'heading', depth, text, children: plain(text), start, end: this.#at, line })
  }

  #readTable(): void {
    const start = this.#at
    const line = this.#line + 1
    const rows = this.#takeWhile((candidate) => TABLE.test(candidate)).map((row) => readRow(row, this.#inline))
    this.#nodes.push({ type: 'table', attributes: {}, rows, complaint: null, start, line })
  }

  /** `{{{` alone on its line, up to `}}}` alone on its line; `~}}}` within is `}}}`. */
  #readSection() {
    const start = this.#at
    const line = this.#line + 1
    const close = this.#findClosing()
    if (close < 0) return this.#readParagraph()
    this.#take()
    let textStart = this.#at
    let textLine = this.#line + 1
    const bang = /^#! *(\S*)(.*)$/s.exec(this.#peek().trim())
    if (bang) {
      this.#take()
      textStart = this.#at
      textLine++
    }
    while (this.#at < close) this.#take()
    const text = this.#source.slice(textStart, Math.max(textStart, close - 1)).replace(/^([ \t]*)~(\}\}\})/gm, '$1$2')
    this.#take()
    const place = { start, end: this.#at, line }
    if (bang?.[1]) {
      this.#nodes.push({ type: 'embed', parser: bang[1], args: (bang[2] ?? '').trim(), text, textStart, textLine, ...place })
    } else this.#nodes.push({ type: 'preformatted', children: plain(expandTabs(text)), code: null })
  }

  /** The next end of a block, looked for once: a text of beginnings stays one pass. */
  #findClosing(): number {
    if (this.#closing >= 0 && this.#closing <= this.#at) this.#closing = findClosing(this.#source, this.#at)
    return this.#closing
  }
  #closing = 0

  #readParagraph(): void {
    const start = this.#at
    const line = this.#line + 1
    const lines = [this.#take(), ...this.#takeWhile(isTextLine)]
    this.#nodes.push({ type: 'paragraph', children: this.#inline(lines.join('\n'), start, line), start, line })
  }

  readonly #inline = (text: string, start = 0, line = 1): Node[] => readInline(text, this.#options.pageName, start, line)

  #peek(): string {
    const end = this.#source.indexOf('\n', this.#at)
    return this.#source.slice(this.#at, end < 0 ? this.#source.length : end)
  }

  #take(): string {
    const line = this.#peek()
    this.#at = Math.min(this.#at + line.length + 1, this.#source.length)
    this.#line++
    return line
  }

  #takeWhile(test: (line: string) => boolean): string[] {
    const lines: string[] = []
    while (this.#at < this.#source.length && test(this.#peek())) lines.push(this.#take())
    return lines
  }
}

export type InlineReader = (text: string, start?: number, line?: number) => Node[]

const RULE = /^[ \t]*----[ \t\r]*$/
const HEADING = /^[ \t]*=/
const TABLE = /^[ \t]*\|/
const OPENING = /^\{\{\{[ \t\r]*$/
/** A list goes on over lines that begin no other block. */
const isListLine = (line: string): boolean => LIST_ITEM.test(line) || (isTextLine(line) && !OPENING.test(line))
const isTextLine = (line: string): boolean =>
  line.trim() !== '' &&
  !RULE.test(line) &&
  !HEADING.test(line) &&
  !LIST_ITEM.test(line) &&
  !TABLE.test(line) &&
  !OPENING.test(line)

/** Signs at the end of a heading may be left out, so they say nothing. */
function withoutSigns(words: string): string {
  let end = words.length
  while (words[end - 1] === '=') end--
  return words.slice(0, end).trimEnd()
}

const plain = (text: string): Node[] => (text === '' ? [] : [{ type: 'text', text }])

/** The line with `}}}` alone that ends a block; its offset, or -1. */
function findClosing(source: string, from: number): number {
  for (let at = source.indexOf('\n}}}', from); at >= 0; at = source.indexOf('\n}}}', at + 1)) {
    CLOSING.lastIndex = at + 4
    if (CLOSING.test(source)) return at + 1
  }
  return -1
}

const CLOSING = /[ \t\r]*(?:\n|$)/y
