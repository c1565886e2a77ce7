import { expandTabs } from 'servus'

/** One line of the text, ready for the rules. */
export interface Line {
  /** With tabs as blanks up to the next multiple of eight, and always with a line end as its last character. */
  readonly text: string
  /** Offset of the line in the source. */
  readonly start: number
  /** Offset after the line and its end. */
  readonly next: number
  /** From 1. */
  readonly number: number
  /** True when columns and offsets differ: there were tabs or carriage returns. */
  readonly expanded: boolean
}

/** Cuts the line that begins at `start` out of the source. */
export function lineAt(source: string, start: number, number: number): Line {
  const newline = source.indexOf('\n', start)
  const next = newline < 0 ? source.length : newline + 1
  let text = newline < 0 ? `${source.slice(start)}\n` : source.slice(start, next)
  // Both are rare, and a search for one character is cheap.
  const expanded = text.includes('\t') || text.includes('\r')
  if (expanded) text = expandTabs(text.replaceAll('\r', ''))
  return { text, start, next, number, expanded }
}

/** Finds the offsets in the source for the columns of one line. Asked from left to right, a whole line costs one walk. */
export class ColumnMap {
  readonly #source: string
  readonly #line: Line
  #column = 0
  #offset: number

  constructor(source: string, line: Line) {
    this.#source = source
    this.#line = line
    this.#offset = line.start
  }

  offset(column: number): number {
    const { start, next, expanded } = this.#line
    if (!expanded) return Math.min(start + column, next)
    if (column < this.#column) {
      this.#column = 0
      this.#offset = start
    }
    for (; this.#column < column && this.#offset < next; this.#offset++) {
      const code = this.#source.charCodeAt(this.#offset)
      if (code === 9) this.#column += 8 - (this.#column % 8)
      else if (code !== 13) this.#column++
    }
    return this.#offset
  }
}
