import type { Token } from 'markdown-it'
import { type Node, parseTarget, type Style, type TableCell, unescapeUrl } from 'servus'

/** Where the text lies that was parsed. */
export interface Place {
  readonly body: string
  /** Offset of the body in the page, and the number of lines before it. */
  readonly start: number
  readonly line: number
}

/** Turns the library's list of tokens into a tree. */
export function readTokens(tokens: readonly Token[], pageName: string, place: Place): Node[] {
  const reader = new TokenReader(pageName, place)
  for (const token of tokens) reader.block(token)
  return reader.root
}

class TokenReader {
  readonly root: Node[] = []
  readonly #open: Node[][] = [this.root]
  readonly #rows: { attributes: Record<string, string>; cells: TableCell[] }[][] = []
  readonly #pageName: string
  readonly #place: Place
  readonly #lineStarts: number[]
  #heading: { depth: number; start: number; end: number; line: number } | null = null
  /** Lines of the innermost block that names them; inline tokens within have none. */
  #line = 1
  #start = 0

  constructor(pageName: string, place: Place) {
    this.#pageName = pageName
    this.#place = place
    this.#lineStarts = [0]
    for (let at = place.body.indexOf('\n'); at >= 0; at = place.body.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  block(token: Token) {
    if (token.map) {
      this.#line = this.#place.line + token.map[0] + 1
      this.#start = this.#offset(token.map[0])
    }
    if (token.type === 'inline') return this.#inlineBlock(token)
    if (token.type === 'fence' || token.type === 'code_block') return this.#code(token)
    if (token.type === 'hr') return this.#add({ type: 'rule', size: 0 })
    if (token.nesting === -1) return this.#close(token)
    if (token.nesting === 1) this.#openBlock(token)
  }

  #openBlock(token: Token) {
    const place = { start: this.#start, line: this.#line }
    const children: Node[] = []
    switch (token.type) {
      case 'paragraph_open':
        // The items of a tight list hold their words themselves.
        return token.hidden ? void this.#open.push(this.#top) : this.#enter({ type: 'paragraph', children, ...place }, children)
      case 'heading_open': {
        const end = this.#offset(token.map?.[1] ?? 0)
        this.#heading = { depth: Math.min(Number(token.tag.slice(1)), 5), ...place, end }
        return
      }
      case 'blockquote_open':
        return this.#enter({ type: 'quote', children }, children)
      case 'bullet_list_open':
        return this.#enter({ type: 'list', kind: 'bullet', numbering: null, first: null, children, ...place }, children)
      case 'ordered_list_open': {
        const first = token.attrGet('start')
        return this.#enter(
          { type: 'list', kind: 'number', numbering: null, first: first === null ? null : Number(first), children, ...place },
          children,
        )
      }
      case 'list_item_open':
        return this.#enter({ type: 'item', bullet: true, gap: false, children }, children)
      case 'table_open': {
        const rows: { attributes: Record<string, string>; cells: TableCell[] }[] = []
        this.#add({ type: 'table', attributes: {}, rows, complaint: null, ...place })
        this.#rows.push(rows)
        return
      }
      case 'tr_open':
        this.#rows.at(-1)?.push({ attributes: {}, cells: [] })
        return
      case 'th_open':
      case 'td_open': {
        const style = token.attrGet('style')
        const cell: TableCell = {
          header: token.tag === 'th',
          attributes: style === null ? {} : { style: String(style) },
          children,
          complaint: null,
        }
        ;(this.#rows.at(-1)?.at(-1) as { cells: TableCell[] } | undefined)?.cells.push(cell)
        this.#open.push(children)
      }
    }
  }

  #close(token: Token): void {
    if (token.type === 'heading_close') this.#heading = null
    else if (token.type === 'table_close') this.#rows.pop()
    else if (!/^(?:tr|thead|tbody)_close$/.test(token.type) && this.#open.length > 1) this.#open.pop()
  }

  #inlineBlock(token: Token): void {
    const children = readInline(token.children ?? [], this.#pageName, this.#start, this.#line)
    if (this.#heading) {
      this.#add({ type: 'heading', ...this.#heading, text: token.content.replace(/[*_`]/g, ''), children })
    } else this.#top.push(...children)
  }

  /** A fence with a language is for the highlighter. */
  #code(token: Token) {
    const language = /^[\w+#.-]+/.exec(token.info.trim())?.[0]
    const text = token.content.replace(/\n$/, '')
    const end = this.#offset(token.map?.[1] ?? 0)
    if (language === undefined) return this.#add({ type: 'preformatted', children: [{ type: 'text', text }], code: null })
    this.#add({
      type: 'embed',
      parser: 'highlight',
      args: `${language} numbers=off`,
      text,
      textStart: this.#offset((token.map?.[0] ?? 0) + 1),
      textLine: this.#line + 1,
      start: this.#start,
      end,
      line: this.#line,
    })
  }

  #enter(node: Node, children: Node[]): void {
    this.#add(node)
    this.#open.push(children)
  }

  #add(node: Node): void {
    this.#top.push(node)
  }

  get #top(): Node[] {
    return this.#open.at(-1) ?? this.root
  }

  #offset(line: number): number {
    return this.#place.start + (this.#lineStarts[line] ?? this.#place.body.length)
  }
}

const STYLES: Readonly<Record<string, Style>> = { em: 'emphasis', strong: 'strong', s: 'strike' }

function readInline(tokens: readonly Token[], pageName: string, start: number, line: number): Node[] {
  const root: Node[] = []
  const open: Node[][] = [root]
  const position = { start, end: start, line }
  const link = (address: string, children: Node[], title: string | null): Node => ({
    type: 'link',
    target: parseTarget(address, pageName),
    free: false,
    children,
    description: '',
    attributes: title ? { title } : {},
    query: {},
    ...position,
  })
  for (const token of tokens) {
    const top = open.at(-1) ?? root
    const children: Node[] = []
    const style = STYLES[token.tag]
    switch (token.type) {
      case 'text':
      case 'text_special':
      case 'html_inline':
        if (token.content !== '') top.push({ type: 'text', text: token.content })
        break
      case 'softbreak':
        top.push({ type: 'text', text: '\n' })
        break
      case 'hardbreak':
        top.push({ type: 'break' })
        break
      case 'code_inline':
        top.push({ type: 'code', text: token.content, fence: 'backticks' })
        break
      case 'link_open':
        top.push(link(readAddress(token.attrGet('href')), children, text(token.attrGet('title'))))
        open.push(children)
        break
      case 'image':
        top.push(transclusion(readAddress(token.attrGet('src')), token.content, text(token.attrGet('title')), pageName, position))
        break
      case 'wiki_link': {
        const [address, words] = splitBar(token.content)
        top.push(link(address, words ? [{ type: 'text', text: words }] : [], null))
        break
      }
      case 'wiki_transclusion': {
        const [address, words] = splitBar(token.content)
        top.push(transclusion(address, words, null, pageName, position))
        break
      }
      case 'wiki_macro':
        top.push(macro(token.content, position))
        break
      default:
        if (token.nesting === 1 && style) {
          top.push({ type: 'styled', style, children })
          open.push(children)
        } else if (token.nesting === -1 && open.length > 1) open.pop()
        else if (token.nesting === 0 && token.content !== '') top.push({ type: 'text', text: token.content })
    }
  }
  return root
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

/** The library escapes addresses; names of pages are wanted as they are. */
function readAddress(value: unknown): string {
  const address = String(value ?? '')
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : unescapeUrl(address)
}

function transclusion(
  address: string,
  description: string,
  title: string | null,
  pageName: string,
  position: { start: number; end: number; line: number },
): Node {
  const target = parseTarget(address, pageName)
  return { type: 'transclusion', target, description, attributes: title ? { title } : {}, query: {}, ...position }
}

function macro(inner: string, position: { start: number; end: number; line: number }): Node {
  const call = /^([\p{L}\p{N}_]+)(?:\((.*)\))?$/su.exec(inner)
  const source = `<<${inner}>>`
  if (!call?.[1]) return { type: 'text', text: source }
  return { type: 'macro', name: call[1], args: call[2] ?? null, source, ...position }
}

function splitBar(inner: string): [string, string] {
  const bar = inner.indexOf('|')
  return bar < 0 ? [inner.trim(), ''] : [inner.slice(0, bar).trim(), inner.slice(bar + 1).trim()]
}
