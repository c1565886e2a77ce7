import type { Token } from 'markdown-it'
import type { Node, TableCell } from 'servus'
import { readInline } from './inline.ts'

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
