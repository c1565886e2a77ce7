import type { Node, TableRow } from 'servus'

/** `|= head | cell |`. Bars within links, images, code and macros belong to them. */
export function readRow(line: string, inline: (text: string) => Node[]): TableRow {
  const cells: TableRow['cells'][number][] = []
  for (const cell of splitCells(line.trim().slice(1))) {
    const header = cell.startsWith('=')
    const words = (header ? cell.slice(1) : cell).trimStart()
    const tidy = words.trimEnd()
    cells.push({ header, attributes: {}, children: inline(tidy === words ? tidy : `${tidy} `), complaint: null })
  }
  return { attributes: {}, cells }
}

const FENCES: readonly (readonly [string, string])[] = [
  ['{{{', '}}}'],
  ['[[', ']]'],
  ['{{', '}}'],
  ['<<', '>>'],
]

function splitCells(row: string): string[] {
  const cells: string[] = []
  // A fence that is not closed is not looked for again: the row stays one pass.
  const unclosed = new Set<string>()
  let start = 0
  let at = 0
  while (at < row.length) {
    if (row[at] === '~') at += 2
    else if (row[at] === '|') {
      cells.push(row.slice(start, at))
      start = ++at
    } else {
      const fence = FENCES.find(([open]) => !unclosed.has(open) && row.startsWith(open, at))
      const close = fence ? row.indexOf(fence[1], at + fence[0].length) : -1
      if (fence && close < 0) unclosed.add(fence[0])
      at = close < 0 ? at + 1 : close + 2
    }
  }
  if (row.slice(start).trim() !== '') cells.push(row.slice(start))
  return cells
}
