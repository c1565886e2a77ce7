import type { Node, Style, Target } from 'servus'

/** How the words within a block are written. */
export interface InlinePlace {
  /** The complete address of a target; null when there is none. */
  address(target: Target): string | null
  /** True where a line must not end: headings, cells of tables. */
  readonly oneLine: boolean
  /** True in a table, where `|` ends a cell. */
  readonly inTable: boolean
}

/** The words of a block. Blocks within, which can stand in cells, give their words only. */
export function writeInline(nodes: readonly Node[], place: InlinePlace): string {
  const pieces: string[] = []
  // The last few letters are enough to know what the next may look like; asking the whole text each time would take for ever.
  let before = ''
  for (const node of nodes) {
    const next = writeNode(node, before, place)
    if (next === '') continue
    // A picture is not meant by an exclamation mark before a link.
    if (next.startsWith('[') && before.endsWith('!')) pieces.push(`${pieces.pop()?.slice(0, -1)}\\!`)
    pieces.push(next)
    before = (before + next.slice(-4)).slice(-4)
  }
  return pieces.join('')
}

function writeNode(node: Node, before: string, place: InlinePlace): string {
  switch (node.type) {
    case 'text':
      return escapeText(joinLines(node.text, place.oneLine ? ' ' : '\n'), place)
    case 'smiley':
      return escapeText(node.name, place)
    case 'markup':
      return escapeText(node.text.replace(/\s+/g, ' '), place)
    case 'entity':
      return node.source
    case 'code':
      return writeCode(node.text, place, before)
    case 'styled':
      return writeStyled(node.style, writeInline(node.children, place), before)
    case 'link':
      return writeLink(
        node.children.length > 0 ? writeInline(node.children, place) : null,
        node.target,
        wordsOf(node.target, node.free),
        place,
      )
    case 'transclusion': {
      const words = node.description || wordsOf(node.target, false)
      const href = place.address(node.target)
      if (href === null) return escapeText(words, place)
      return `${isPicture(node.target) ? '!' : ''}[${escapeText(words, place)}](${destination(href, place)})`
    }
    case 'break':
      return lineBreak(place)
    case 'macro':
      if (node.name === 'BR') return lineBreak(place)
      return `<!-- ${node.source.replaceAll('--', '- -').replaceAll('|', place.inTable ? '\\|' : '|')} -->`
    case 'line':
      return ''
    case 'rule':
      return ' '
    case 'table':
      return node.rows.map((row) => row.cells.map((cell) => writeInline(cell.children, place)).join(' ')).join(' ')
    case 'embed':
      return node.content ? writeInline(node.content.children, place) : writeCode(node.text, place, before)
    case 'span':
      return writeInline(node.children, place)
    default: {
      // A block where there is no room for one.
      const inner = writeInline(node.children, place).trim()
      return before === '' || /\s$|<br>$/.test(before) ? inner : `${place.oneLine ? '<br>' : '\n'}${inner}`
    }
  }
}

/** Line ends and the blanks around them as one sign. Plain loops: a pattern would try every blank of a long row anew. */
export function joinLines(text: string, joint: string): string {
  if (!text.includes('\n')) return text
  const lines = text.split('\n')
  const last = lines.length - 1
  const tidy = lines.map((line, at) => (at === 0 ? line.trimEnd() : at === last ? line.trimStart() : line.trim()))
  return tidy.filter((line, at) => at === 0 || at === last || line !== '').join(joint)
}

/** The length of the longest row of backticks. */
export function longestTicks(text: string): number {
  let longest = 0
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length)
  return longest
}

/** Puts a backslash before every sign that would mean something; signs at the beginning of a line are the paragraph's matter. */
export function escapeText(text: string, { inTable }: Pick<InlinePlace, 'inTable'>): string {
  const escaped = text
    .replace(/[\\`*_[\]<>~]/g, '\\$&')
    // Between letters an underscore means nothing, and names are full of them.
    .replace(/(?<=[\p{L}\p{N}])\\_(?=[\p{L}\p{N}])/gu, '_')
    .replace(/&(?=#?\w+;)/g, '&amp;')
  return inTable ? escaped.replaceAll('|', '\\|') : escaped
}

function writeCode(text: string, place: InlinePlace, before: string): string {
  const line = joinLines(text, ' ')
  if (line.trim() === '') return line === '' ? '' : `<code>${line.replaceAll(' ', '&nbsp;')}</code>`
  // Two fences side by side would be one.
  if (before.endsWith('`')) return `<code>${escapeText(line, place)}</code>`
  const fence = '`'.repeat(longestTicks(line) + 1)
  // One blank at both ends is taken away again.
  const inner = /^`|`$|^ .* $/.test(line) ? ` ${line} ` : line
  return `${fence}${place.inTable ? inner.replaceAll('|', '\\|') : inner}${fence}`
}

const signs: Partial<Record<Style, readonly [sign: string, element: string]>> = {
  strong: ['**', 'strong'],
  emphasis: ['*', 'em'],
  strike: ['~~', 'del'],
}
const elements: Partial<Record<Style, string>> = { underline: 'u', sup: 'sup', sub: 'sub', small: 'small', big: 'big' }

function writeStyled(style: Style, inner: string, before: string): string {
  // Comments are shown to those who ask for them.
  if (style === 'comment') return ''
  const words = inner.trim()
  if (words === '') return inner
  const at = inner.indexOf(words)
  const [start, end] = [inner.slice(0, at), inner.slice(at + words.length)]
  const [sign, element] = signs[style] ?? [null, elements[style] ?? 'span']
  // Beside other signs Markdown's own can be taken for something else; elements never are.
  const isPlain = /^[\p{L}\p{N}]/u.test(words) && /[\p{L}\p{N}]$/u.test(words) && !/[*~]$/.test(before + start)
  return sign !== null && isPlain ? `${start}${sign}${words}${sign}${end}` : `${start}<${element}>${words}</${element}>${end}`
}

function writeLink(own: string | null, target: Target, name: string, place: InlinePlace): string {
  const words = own ?? escapeText(name, place)
  const href = place.address(target)
  if (href === null) return words
  // A link within a link is none, and a bracket ends it.
  if (own === null && href === name && /^(?:https?|mailto):[^\s<>|]+$/.test(href)) return `<${href}>`
  return `[${words.trim()}](${destination(href, place)})`
}

const destination = (href: string, { inTable }: InlinePlace): string => {
  const safe = href.replace(/[\s()<>\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
  return inTable ? safe.replaceAll('|', '%7C') : safe
}

const lineBreak = ({ oneLine }: InlinePlace): string => (oneLine ? '<br>' : '\\\n')

const isPicture = (target: Target): boolean =>
  target.kind === 'url' ||
  target.kind === 'drawing' ||
  (target.kind === 'attachment' && /\.(?:png|jpe?g|gif|svg|webp|avif|bmp|ico)$/i.test(target.file))

function wordsOf(target: Target, free: boolean): string {
  if (target.kind === 'url') return target.url
  return target.kind === 'interwiki' && !free ? target.page : target.written
}
