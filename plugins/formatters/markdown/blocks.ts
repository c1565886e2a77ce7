import type { List, Node, Target } from 'servus'
import { fenced, plain } from './code.ts'
import { type InlinePlace, writeInline } from './inline.ts'
import { writeTable } from './table.ts'

/** Writes nodes as Markdown's blocks, which are parted by empty lines. */
export class Blocks {
  readonly #address: (target: Target) => string | null

  constructor(address: (target: Target) => string | null) {
    this.#address = address
  }

  write(nodes: readonly Node[]): string {
    return this.#blocks(nodes).join('\n\n')
  }

  /** Words on one line, as in a heading. */
  line(nodes: readonly Node[]): string {
    return writeInline(nodes, this.#place(true)).trim()
  }

  /** Loose words between blocks are paragraphs of their own. */
  #blocks(nodes: readonly Node[]): string[] {
    const blocks: string[] = []
    let words: Node[] = []
    let lastList = ''
    const flush = (): void => {
      const paragraph = this.#paragraph(words)
      if (paragraph !== '') blocks.push(paragraph)
      if (paragraph !== '') lastList = ''
      words = []
    }
    for (const node of nodes) {
      if (!isBlock(node)) {
        words.push(node)
        continue
      }
      flush()
      const marker = node.type === 'list' ? markerOf(node, lastList) : ''
      const block = node.type === 'list' ? this.#list(node, marker) : this.#block(node)
      if (block === '') continue
      lastList = marker
      blocks.push(block)
    }
    flush()
    return blocks
  }

  #block(node: Node): string {
    switch (node.type) {
      case 'paragraph':
        return this.write(node.children)
      case 'heading':
        return `${'#'.repeat(node.depth)} ${this.line(node.children).replace(/(?<!#)#+$/, (signs) => `\\${signs}`)}`
      case 'rule':
        return '---'
      case 'table':
        return writeTable(node, this.#address)
      case 'preformatted':
        return fenced(plain([node]), node.code?.language ?? '')
      case 'quote':
        return quoted(this.write(node.children))
      case 'division':
        return node.classes.includes('comment') ? '' : this.write(node.children)
      case 'embed':
        return node.content ? this.write(node.content.children) : fenced(node.text, node.parser)
      case 'transclusion':
        return [this.#paragraph([{ ...node, content: null }]), this.write(node.content?.children ?? [])]
          .filter(Boolean)
          .join('\n\n')
      case 'list':
        return this.#list(node, markerOf(node, ''))
      case 'form':
      case 'message':
      case 'item':
      case 'term':
      case 'description':
        return this.write(node.children)
      default:
        return this.#paragraph([node])
    }
  }

  #paragraph(nodes: readonly Node[]): string {
    return withoutLastBreaks(writeInline(nodes, this.#place(false)).trimStart())
      .split('\n')
      .map((line) => escapeStart(line.trimStart()))
      .join('\n')
  }

  /** Indented text, an item without a bullet, is a quotation. */
  #list(list: List, marker: string): string {
    if (list.kind === 'definition') return this.#definitions(list, marker)
    let number = list.first ?? 1
    const parts: { text: string; isItem: boolean }[] = []
    for (const child of list.children) {
      const nodes = 'children' in child ? (child.children as readonly Node[]) : [child]
      const isItem = child.type !== 'item' || child.bullet
      const sign = list.kind === 'number' ? `${number}${marker}` : marker
      const text = isItem ? this.#item(sign, nodes) : quoted(this.write(nodes))
      if (text !== '') parts.push({ text, isItem })
      if (isItem) number++
    }
    const isLoose =
      list.children.some((child) => child.type === 'item' && child.gap) || parts.some(({ text }) => text.includes('\n\n'))
    // A quotation stands apart.
    const isClose = (at: number): boolean => !isLoose && parts[at]?.isItem === true && parts[at - 1]?.isItem === true
    return parts.map(({ text }, at) => (at === 0 ? '' : isClose(at) ? '\n' : '\n\n') + text).join('')
  }

  #definitions(list: List, marker: string): string {
    const items: string[] = []
    let term = ''
    for (const child of list.children) {
      if (child.type === 'term') {
        if (term !== '') items.push(`${marker} ${term}`)
        term = `**${this.line(child.children)}**`
        continue
      }
      const blocks = this.#blocks('children' in child ? (child.children as readonly Node[]) : [child])
      const text = [...(term === '' ? [] : [term]), ...blocks].join('\n\n')
      if (text !== '') items.push(indented(`${marker} `, text))
      term = ''
    }
    if (term !== '') items.push(`${marker} ${term}`)
    return items.join('\n\n')
  }

  /** A list right below an item's words needs no empty line. */
  #item(sign: string, nodes: readonly Node[]): string {
    const blocks = this.#blocks(nodes)
    // A sign alone is no item everywhere.
    if (blocks.length === 0) return ''
    const isTight = blocks.length === 2 && !blocks[0]?.includes('\n\n') && /^(?:[-*] |\d+[.)] )/.test(blocks[1] ?? '')
    return indented(`${sign} `, blocks.join(isTight ? '\n' : '\n\n'))
  }

  #place(oneLine: boolean): InlinePlace {
    return { address: this.#address, oneLine, inTable: false }
  }
}

const blockTypes: ReadonlySet<Node['type']> = new Set([
  'paragraph',
  'heading',
  'rule',
  'list',
  'item',
  'term',
  'description',
  'table',
  'preformatted',
  'quote',
  'division',
  'form',
  'message',
  'embed',
] as const)

const isBlock = (node: Node): boolean => blockTypes.has(node.type) || (node.type === 'transclusion' && node.content != null)

/** Two lists of a kind right behind each other stay two when their signs differ. */
function markerOf({ kind }: List, last: string): string {
  if (kind === 'number') return last === '.' ? ')' : '.'
  return last === '-' ? '*' : '-'
}

/** A break at the end breaks nothing, and is the last of an odd number of backslashes. */
function withoutLastBreaks(text: string): string {
  for (let end = text.length; ; end--) {
    while (end > 0 && (text[end - 1] ?? '').trim() === '') end--
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return text.slice(0, end)
  }
}

/** What would begin a block does not at the beginning of a line of words. */
function escapeStart(line: string): string {
  return line
    .replace(/^(?:[-+](?=\s|$)|#{1,6}(?=\s|$)|-{2,}\s*$|=+\s*$|(?=.*-)[|:][|:\s-]*$)/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

function indented(sign: string, text: string): string {
  return sign + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(sign.length)}`)
}

const quoted = (text: string): string => (text === '' ? '' : text.replace(/^/gm, '> ').replace(/^> $/gm, '>'))
