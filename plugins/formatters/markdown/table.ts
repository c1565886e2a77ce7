import type { Table } from 'servus'
import { type InlinePlace, joinLines, writeInline } from './inline.ts'

/** Wider cells are not believed: a short text must not grow into a long one. */
const widest = 20

/** The first row is the heading, as every table of this kind has one. */
export function writeTable(table: Table, address: InlinePlace['address']): string {
  const place: InlinePlace = { address, oneLine: true, inTable: true }
  const rows = table.rows.map(({ cells }) =>
    cells.flatMap(({ children, attributes }) => {
      const span = Math.min(widest, Math.max(1, Number(attributes['colspan'] ?? 1) || 1))
      return [joinLines(writeInline(children, place), ' ').trim(), ...Array.from({ length: span - 1 }, () => '')]
    }),
  )
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1)
  const [first = [], ...others] = rows
  // Short rows stay short, as they may: else a wide heading over many of them would grow into its product.
  const head = Array.from({ length: width }, (_, at) => first[at] ?? '')
  return [line(head), `|${' --- |'.repeat(width)}`, ...others.map(line)].join('\n')
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
