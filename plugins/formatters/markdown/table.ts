import type { Table } from 'servus'
import { type InlinePlace, writeInline } from './inline.ts'

/** The first row is the heading, as every table of this kind has one. */
export function writeTable(table: Table, address: InlinePlace['address']): string {
  const place: InlinePlace = { address, oneLine: true, inTable: true }
  const rows = table.rows.map(({ cells }) =>
    cells.flatMap(({ children, attributes }) => {
      const span = Math.min(100, Number(attributes['colspan'] ?? 1) || 1)
      const words = writeInline(children, place)
        .replace(/\s*\n\s*/g, ' ')
        .trim()
      return [words, ...Array.from({ length: span - 1 }, () => '')]
    }),
  )
  const width = Math.max(1, ...rows.map((row) => row.length))
  const line = (cells: readonly string[]): string =>
    `| ${Array.from({ length: width }, (_, at) => cells[at] ?? '').join(' | ')} |`
  const [first = [], ...others] = rows
  return [line(first), `|${' --- |'.repeat(width)}`, ...others.map(line)].join('\n')
}
