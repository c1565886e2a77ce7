import type { Attributes } from 'servus'

export interface CellAttributes {
  readonly table: Attributes
  readonly row: Attributes
  readonly cell: Attributes
  /** What could not be understood, in words for the reader; null when all is well. */
  readonly complaint: string | null
}

/** Reads the bars before a cell and what follows them: `||||<50% rowbgcolor="#ffffaa">`. Two bars more span one column more. */
export function parseCellAttributes(text: string): CellAttributes {
  if (text === '||') return NOTHING
  let at = 0
  while (text[at] === '|') at++
  const end = text[at] === '<' && text[at + 1] !== '<' ? text.indexOf('>', at) : -1

  const found = new Map<string, string>()
  const complaint = end < 0 ? null : collect(new Words(text.slice(at + 1, end)), found)
  span(end < 0 ? at : countBars(text.slice(0, end)), found)
  return {
    table: pick(found, 'table', ['class', 'id']),
    row: pick(found, 'row', ['class', 'id']),
    cell: pick(found, '', ['colspan', 'rowspan', 'class', 'id', 'abbr']),
    complaint,
  }
}

const NOTHING: CellAttributes = { table: {}, row: {}, cell: {}, complaint: null }

/** The short signs and what they say. */
const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  '(': ['align', 'left'],
  ':': ['align', 'center'],
  ')': ['align', 'right'],
  '^': ['valign', 'top'],
  v: ['valign', 'bottom'],
}

/** What becomes a part of the style, in this order. */
const STYLES: readonly (readonly [string, string])[] = [
  ['width', 'width'],
  ['bgcolor', 'background-color'],
  ['align', 'text-align'],
  ['height', 'height'],
  ['valign', 'vertical-align'],
]

/** More than two bars: the cell spans as many columns and is centred, unless the author said otherwise. */
function span(bars: number, found: Map<string, string>): void {
  if (bars <= 2) return
  if (!found.has('align') && !found.get('style')?.toLowerCase().includes('text-align')) found.set('align', 'center')
  if (!found.has('colspan')) found.set('colspan', String(Math.floor(bars / 2)))
}

/** The bar of `<|2>` counts as well, as in the original. */
function countBars(text: string): number {
  let count = 0
  for (const char of text) if (char === '|') count++
  return count
}

function collect(words: Words, found: Map<string, string>): string | null {
  for (;;) {
    const key = words.next()
    if (key === null) return 'No closing quotation'
    if (key === '') return null

    if (/^[0-9]/.test(key)) {
      const sign = words.next()
      if (sign !== '%') return `Expected "%" after "${key}", got "${sign ?? ''}"`
      if (!/^\d+$/.test(key)) return `Expected an integer "${key}" before "%"`
      found.set('width', `${key}%`)
    } else if (key === '-' || key === '|') {
      const count = words.next() ?? ''
      if (!/^\d+$/.test(count)) return `Expected an integer "${count}" after "${key}"`
      found.set(key === '-' ? 'colspan' : 'rowspan', count)
    } else if (key === '#') {
      const color = words.next() ?? ''
      if (!/^[0-9a-f]{6}$/i.test(color)) return `Expected a color value "${color}" after "#"`
      found.set('bgcolor', `#${color}`)
    } else if (Object.hasOwn(SIGNS, key)) {
      const [name = '', value = ''] = SIGNS[key] ?? []
      found.set(name, value)
    } else {
      if (words.next() !== '=') return `Expected "=" to follow "${key}"`
      const value = words.next()
      if (value === null) return 'No closing quotation'
      if (value === '') return `Expected a value for key "${key}"`
      found.set(key.toLowerCase(), value.replace(/^(["'])(.*)\1$/s, '$2'))
    }
  }
}

function pick(found: ReadonlyMap<string, string>, prefix: string, names: readonly string[]): Attributes {
  if (found.size === 0) return {}
  const attributes: Record<string, string> = {}
  for (const name of names) {
    const value = found.get(prefix + name)
    if (value !== undefined) attributes[name] = value
  }
  const style = found.get(`${prefix}style`)
  const styles: string[] = style === undefined ? [] : [style]
  for (const [name, property] of STYLES) {
    const value = found.get(prefix + name)
    if (value !== undefined) styles.push(`${property}: ${value}`)
  }
  if (styles.length > 0) attributes['style'] = styles.join('; ')
  return attributes
}

/** Cuts the attributes into words as a shell does: names and numbers, quoted strings with their quotes, single signs. */
class Words {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next word; '' at the end, null for a quote that is not closed. */
  next(): string | null {
    const text = this.#text
    while (' \t\r\n'.includes(text[this.#at] ?? 'x')) this.#at++
    const start = this.#at
    const first = text[start]
    if (first === undefined) return ''
    if (first === '"' || first === "'") {
      const close = text.indexOf(first, start + 1)
      this.#at = close < 0 ? text.length : close + 1
      return close < 0 ? null : text.slice(start, this.#at)
    }
    if (!/[A-Za-z0-9_]/.test(first)) return text.slice(start, ++this.#at)
    // A quote within a word belongs to it.
    while (/[A-Za-z0-9_"']/.test(text[this.#at] ?? ' ')) this.#at++
    return text.slice(start, this.#at)
  }
}
