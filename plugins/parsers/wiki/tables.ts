import type { Attributes, Node, Table } from 'servus'
import type { Place } from './place.ts'
import { parseCellAttributes } from './table-attributes.ts'

/** The table that is open at the current line, if any. */
export class Tables {
  readonly #state: Place
  isOpen = false
  #rows: { attributes: Attributes; cells: { attributes: Attributes; children: Node[]; complaint: string | null }[] }[] = []
  #atRowStart = true
  #inCell = false

  constructor(state: Place) {
    this.#state = state
  }

  /** Opens a table at a line that is a row; `first` is what follows the line's first bars. */
  open(first: string): void {
    const { builder } = this.#state
    builder.closeParagraph()
    const found = parseCellAttributes(first)
    this.#rows = []
    const { start, line } = this.#state.position(0, 0)
    const table: Table = {
      type: 'table',
      attributes: found.table,
      rows: this.#rows,
      complaint: found.complaint,
      start,
      line,
    }
    builder.block(table)
    this.isOpen = true
    this.#atRowStart = true
  }

  /** Bars within a row: ends the cell before them and begins another. */
  cell(bars: string): void {
    const found = parseCellAttributes(bars)
    if (this.#atRowStart) this.#rows.push({ attributes: found.row, cells: [] })
    this.#atRowStart = false
    this.#closeCell()
    const children: Node[] = []
    this.#rows.at(-1)?.cells.push({ attributes: found.cell, children, complaint: found.complaint })
    this.#state.builder.open('cell', null, children)
    this.#inCell = true
  }

  /** The bars that end a row. */
  endRow(): void {
    this.#closeCell()
    this.#atRowStart = true
  }

  close(): void {
    if (!this.isOpen) return
    this.#closeCell()
    this.isOpen = false
  }

  #closeCell(): void {
    if (!this.#inCell) return
    this.#state.builder.closeParagraph()
    this.#state.builder.close('cell')
    this.#inCell = false
  }
}
