import { cleanText, type Document, expandTabs, type Inline, type Node, type ParseOptions, parseInstructions } from 'servus'
import { collectTargets, readInline } from './inline.ts'

/**
 * The plain part of reStructuredText: sections, paragraphs, lists, quotes, literal blocks, emphasis and links. No well-kept
 * library reads all of it; directives are shown as they were written, so nothing of a page is lost, and none of them is run.
 */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const body = cleanText(text.slice(instructions?.bodyStart ?? 0))
  const lines = expandTabs(body)
    .split('\n')
    .map((line) => line.trimEnd())
  const places = linePlaces(body, instructions?.bodyStart ?? 0, instructions?.bodyLine ?? 0)
  const reader = new Blocks(options.pageName, collectTargets(lines), places)
  return { instructions, children: reader.read(lines, 0), problems: [] }
}

/** Where each line stands in the whole text. */
function linePlaces(body: string, bodyStart: number, bodyLine: number): Place[] {
  let end = bodyStart
  return body.split('\n').map((line, at) => {
    const start = end
    end += line.length + 1
    return { start, end, line: bodyLine + at + 1 }
  })
}

interface Place {
  readonly start: number
  readonly end: number
  readonly line: number
}

// Deeper blocks are read as text: every level looks at its lines once more.
const DEEPEST = 20

class Blocks {
  readonly #pageName: string
  readonly #targets: ReadonlyMap<string, string>
  /** Signs that underline titles, in the order they were met: the first is the highest. */
  readonly #levels: string[] = []
  readonly #places: readonly Place[]

  constructor(pageName: string, targets: ReadonlyMap<string, string>, places: readonly Place[]) {
    this.#pageName = pageName
    this.#targets = targets
    this.#places = places
  }

  read(lines: readonly string[], depth: number): Node[] {
    const nodes: Node[] = []
    let at = 0
    while (at < lines.length) {
      const line = lines[at] ?? ''
      const item = depth < DEEPEST ? ITEM.exec(line) : null
      if (line === '') at++
      // Sections are the page's own: within lists and quotes there are none.
      else if (depth === 0 && isTitle(line, lines[at + 1])) at = this.#title(nodes, lines, at, 0)
      else if (depth === 0 && UNDERLINE.test(line) && isTitle(lines[at + 1] ?? '', lines[at + 2]))
        at = this.#title(nodes, lines, at, 1)
      else if (UNDERLINE.test(line) && line.length >= 4) {
        nodes.push({ type: 'rule', size: 0 })
        at++
      } else if (item) at = this.#list(nodes, lines, at, depth)
      else if (line.startsWith('.. ') || line === '..') at = explicit(nodes, lines, at)
      else if (line.startsWith(' ') && depth < DEEPEST) {
        const end = blockEnd(lines, at, 1)
        nodes.push({ type: 'quote', children: this.read(dedent(lines.slice(at, end)), depth + 1) })
        at = end
      } else at = this.#paragraph(nodes, lines, at)
    }
    return nodes
  }

  /** Words with signs below them, and above them as well when `above` is 1. */
  #title(nodes: Node[], lines: readonly string[], at: number, above: 0 | 1): number {
    const sign = (lines[at + above + 1] ?? '').charAt(0)
    if (!this.#levels.includes(sign)) this.#levels.push(sign)
    const text = (lines[at + above] ?? '').trim()
    const { start = 0, line = 1 } = this.#places[at] ?? {}
    const position = { start, end: this.#places[at + above + 1]?.end ?? start, line }
    nodes.push({
      type: 'heading',
      depth: Math.min(this.#levels.indexOf(sign) + 1, 5),
      text,
      children: this.#inline(text),
      ...position,
    })
    return at + above + 2
  }

  #list(nodes: Node[], lines: readonly string[], from: number, depth: number): number {
    const children: Node[] = []
    const kind = /^[-*+]/.test(lines[from] ?? '') ? 'bullet' : 'number'
    let at = from
    for (;;) {
      const found = ITEM.exec(lines[at] ?? '')
      if (!found || (kind === 'bullet') !== /^[-*+]/.test(found[0])) break
      const end = blockEnd(lines, at + 1, found[0].length)
      const own = [
        (lines[at] ?? '').slice(found[0].length),
        ...lines.slice(at + 1, end).map((line) => line.slice(found[0].length)),
      ]
      children.push({ type: 'item', bullet: true, gap: false, children: unwrapped(this.read(own, depth + 1)) })
      at = end
    }
    nodes.push({ type: 'list', kind, numbering: null, first: null, children, start: 0, line: 1 })
    return at
  }

  #paragraph(nodes: Node[], lines: readonly string[], from: number): number {
    let at = from
    while (at < lines.length && lines[at] !== '' && (at === from || !isTitle(lines[at] ?? '', lines[at + 1]))) at++
    const words = lines.slice(from, at).join('\n').trim()
    const isLiteral = words.endsWith('::')
    const shown = !isLiteral ? words : words === '::' ? '' : words.slice(0, -1).replace(/ :$/, '')
    if (shown !== '') nodes.push({ type: 'paragraph', children: this.#inline(shown), start: 0, line: 1 })
    if (!isLiteral) return at
    const end = blockEnd(lines, at, 1)
    nodes.push(literal(dedent(lines.slice(at, end))))
    return end
  }

  #inline(text: string): Node[] {
    return readInline(text, this.#pageName, this.#targets)
  }
}

const ITEM = /^(?:[-*+]|(?:\d{1,9}|#)[.)]) +(?=\S)/
const UNDERLINE = /^([=\-~^"'#*+`:._])\1*$/

const isTitle = (title: string, underline: string | undefined): boolean =>
  title !== '' && !/^\s/.test(title) && underline !== undefined && UNDERLINE.test(underline) && underline.length >= title.length

/** The first line that is not blank and less indented. */
function blockEnd(lines: readonly string[], from: number, indent: number): number {
  let end = from
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    if (line.slice(0, indent).trim() !== '') break
    end = at + 1
  }
  return end
}

function dedent(lines: readonly string[]): string[] {
  let indent = Number.POSITIVE_INFINITY
  for (const line of lines) if (line !== '') indent = Math.min(indent, line.length - line.trimStart().length)
  return lines.map((line) => line.slice(indent))
}

const literal = (lines: readonly string[]): Node => ({
  type: 'preformatted',
  children: [{ type: 'text', text: lines.join('\n').replace(/^\n/, '').trimEnd() }],
  code: null,
})

/**
 * Targets of links and comments are not shown, directives as they were written. Of the two that a wiki refuses the author is told,
 * in the words of docutils and MoinMoin: markup of another format, and files of the computer.
 */
function explicit(nodes: Node[], lines: readonly string[], from: number): number {
  const end = blockEnd(lines, from + 1, 1)
  const [, name = '', rest = ''] = DIRECTIVE.exec(lines[from] ?? '') ?? []
  const written = literal(lines.slice(from, end))
  if (name === 'include' && rest.startsWith('/')) {
    const told: Node = { type: 'text', text: `Could not find the referenced page: ${rest}` }
    nodes.push(paragraph([{ type: 'styled', style: 'strong', children: [told] }]))
  } else if (name === 'raw') {
    const title = paragraph([
      { type: 'text', text: 'System Message: ERROR/3 (' },
      { type: 'code', text: '<string>', fence: 'braces' },
      { type: 'text', text: `, line ${from + 1})` },
    ])
    const told = paragraph([{ type: 'text', text: 'Unknown directive type "raw".' }])
    nodes.push({ type: 'division', classes: ['system-message'], children: [title, told, written] })
  } else if (name !== '') nodes.push(written)
  return end
}

const DIRECTIVE = /^\.\. ([\w-]+)::(?:\s+(\S.*))?/

const paragraph = (children: Inline[]): Node => ({ type: 'paragraph', children, start: 0, line: 1 })

/** An item of one paragraph holds its words itself. */
function unwrapped(nodes: Node[]): Node[] {
  const [first, ...rest] = nodes
  return first?.type === 'paragraph' ? [...first.children, ...rest] : nodes
}
