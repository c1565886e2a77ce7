import { cleanText, type Document, type Node, type ParseOptions, parseInstructions, type TableRow } from 'servus'

export const extensions = ['.csv']

/**
 * A table from lines of values; the first line has the names of the columns. Arguments as in MoinMoin: a delimiter, alone or as
 * `delimiter=` or `separator=` (guessed from the first line otherwise), `quotechar='`, `show=a,b`, `hide=c`, `-2` (hides by
 * number), `link=url` (values are addresses), `name=x`, `staticcols=` and `staticvals=` (columns the text does not have).
 */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const body = cleanText(text.slice(instructions?.bodyStart ?? 0))
    .replaceAll('\r', '')
    .replace(/^\n+/, '')
  const wanted = readArguments(options.args)
  const delimiter = wanted.delimiter ?? guessDelimiter(body)
  const rows = readRows(body, delimiter, wanted.quote)

  let names = rows.shift() ?? []
  let hasHeader = true
  if (names.length === 0) {
    // An empty first line: the next one tells how many columns there are, and is a row like all others.
    names = rows[0] ?? []
    hasHeader = false
  }
  const own = names.length
  names = [...names, ...wanted.staticNames]
  const shown = names.map((name, index) => isShown(name, index, wanted))
  const table: TableRow[] = hasHeader ? [header(names, shown)] : []
  // Rows are filled up to the header's columns, but a wide header over many short rows must not grow into its product.
  const isFilled = own * rows.length <= 10_000 + 4 * body.length
  for (const row of rows) {
    const values = Array.from({ length: isFilled ? own : Math.min(own, row.length) }, (_, index) => row[index] ?? '')
    table.push(valueRow([...values, ...wanted.staticNames.map((_, i) => wanted.staticValues[i] ?? '')], names, shown, wanted))
  }

  const name = wanted.name === '' ? 'dbw' : `dbw.${wanted.name}`
  const node: Node = { type: 'table', attributes: { id: `${name}.table` }, rows: table, complaint: null, start: 0, line: 1 }
  return { instructions, children: [{ type: 'form', name: `${name}.form`, children: [node] }], problems: [] }
}

interface Wanted {
  delimiter: string | null
  quote: string | null
  name: string
  show: ReadonlySet<string> | null
  hide: ReadonlySet<string>
  hideNumbers: ReadonlySet<number>
  link: ReadonlySet<string>
  staticNames: readonly string[]
  staticValues: readonly string[]
}

function readArguments(args: string): Wanted {
  const named = new Map<string, string>()
  const hideNumbers = new Set<number>()
  let delimiter: string | null = null
  for (const word of args.split(/\s+/).filter(Boolean)) {
    const equals = word.indexOf('=')
    if (/^-\d+$/.test(word)) hideNumbers.add(Number(word.slice(1)) - 1)
    else if (equals > 0) named.set(word.slice(0, equals), word.slice(equals + 1))
    else if (word.length === 1) delimiter = word
  }
  const list = (name: string): readonly string[] => named.get(name)?.split(',') ?? []
  // Lists may be as long as the text, and are asked for each column.
  const set = (name: string): ReadonlySet<string> => new Set(list(name))
  return {
    delimiter: (named.get('delimiter') ?? named.get('separator'))?.[0] ?? delimiter,
    quote: named.get('quotechar')?.[0] ?? null,
    name: named.get('name') ?? '',
    show: named.has('show') ? set('show') : null,
    hide: set('hide'),
    hideNumbers,
    link: set('link'),
    staticNames: list('staticcols'),
    staticValues: list('staticvals'),
  }
}

function guessDelimiter(body: string): string {
  const end = body.indexOf('\n')
  const first = end < 0 ? body : body.slice(0, end)
  return [',', '\t', ';', ' ', ':'].find((candidate) => first.includes(candidate)) ?? ';'
}

/** Quoted values may hold delimiters and line ends; a doubled quote in them is one. Without a quote sign nothing is quoted. */
function readRows(body: string, delimiter: string, quote: string | null): string[][] {
  const rows: string[][] = []
  if (quote === null) return body.split('\n').map((line) => (line === '' ? [] : line.split(delimiter)))
  let row: string[] = []
  let at = 0
  while (at <= body.length) {
    let value = ''
    if (body[at] === quote) {
      let close = body.indexOf(quote, at + 1)
      let from = at + 1
      while (close >= 0 && body[close + 1] === quote) {
        value += body.slice(from, close + 1)
        from = close + 2
        close = body.indexOf(quote, from)
      }
      value += body.slice(from, close < 0 ? body.length : close)
      at = close < 0 ? body.length : close + 1
    }
    const start = at
    while (at < body.length && body[at] !== delimiter && body[at] !== '\n') at++
    row.push(value + body.slice(start, at))
    if (body[at] !== delimiter) {
      rows.push(row.length === 1 && row[0] === '' ? [] : row)
      row = []
    }
    at++
  }
  return rows
}

function isShown(name: string, index: number, wanted: Wanted): boolean {
  if (wanted.hideNumbers.has(index) || wanted.hide.has(name)) return false
  return wanted.show === null || wanted.show.has(name)
}

function header(names: readonly string[], shown: readonly boolean[]): TableRow {
  const cells = names.map((name, index) => ({
    attributes: { class: `hcolumn${index}` },
    children: [{ type: 'styled', style: 'strong', children: [{ type: 'text', text: name }] } as const],
    complaint: null,
  }))
  return { attributes: {}, cells: cells.filter((_, index) => shown[index]) }
}

function valueRow(values: readonly string[], names: readonly string[], shown: readonly boolean[], wanted: Wanted): TableRow {
  const cells = values.map((value, index) => {
    const { words, children } = wanted.link.has(names[index] ?? '') ? linked(value) : { words: value, children: written(value) }
    return { attributes: { class: `column${index}`, abbr: words }, children, complaint: null }
  })
  return { attributes: {}, cells: cells.filter((_, index) => shown[index]) }
}

const written = (text: string): Node[] => (text === '' ? [] : [{ type: 'text', text }])

/** `http://example.org/ its words` */
function linked(value: string): { words: string; children: Node[] } {
  const blank = value.indexOf(' ')
  const url = blank < 0 ? value : value.slice(0, blank)
  const words = blank < 0 ? value : value.slice(blank + 1)
  if (url === '') return { words, children: written(words) }
  const target = { kind: 'url', url, scheme: '' } as const
  const position = { start: 0, end: 0, line: 1 }
  return {
    words,
    children: [
      { type: 'link', target, free: false, children: written(words), description: words, attributes: {}, query: {}, ...position },
    ],
  }
}
