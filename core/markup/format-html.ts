import { createHash } from 'node:crypto'
import type { Document, Heading, List, MacroCall, Node, Preformatted, Style, Table } from '../api/document.ts'
import type { Heading as PageHeading } from '../api/macro.ts'
import { formatText } from './format-text.ts'
import type { HtmlContext, MarkupWriter, Piece } from './html-context.ts'
import { iconImage } from './html-image.ts'
import { openLink, writeTransclusion } from './html-links.ts'
import { escapeAttribute, escapeText, safeStyle, writeAttributes } from './html-safety.ts'
import { anchorName } from './page-link.ts'
import { SectionCounter } from './section-numbers.ts'

/** Writes a document as MoinMoin's HTML: markup with holes where the macros are. */
export function formatHtml(document: Document, context: HtmlContext): Piece[] {
  const pragma = document.instructions?.pragmas.get('section-numbers') ?? null
  const writer = new HtmlWriter(context, context.sectionNumbers ?? pragma)
  writer.nodes(document.children)
  return writer.end()
}

/** Walks the tree and keeps what has been written so far. */
class HtmlWriter implements MarkupWriter {
  readonly context: HtmlContext
  readonly #pieces: Piece[] = []
  readonly #numbers: SectionCounter
  #markup = ''
  /** The headings of the text for another parser that is being written; null within the page's own. */
  #embedded: PageHeading[] | null = null

  constructor(context: HtmlContext, sectionNumbers: string | null) {
    this.context = context
    this.#numbers = new SectionCounter(sectionNumbers)
  }

  end(): Piece[] {
    if (this.#markup !== '') this.#pieces.push(this.#markup)
    this.#markup = ''
    return this.#pieces
  }

  write(markup: string): void {
    this.#markup += markup
  }

  nodes(nodes: readonly Node[]): void {
    for (const node of nodes) this.node(node)
  }

  node(node: Node) {
    switch (node.type) {
      case 'text':
        return this.write(escapeText(node.text))
      case 'paragraph':
        // Its end is left to HTML's rules: a macro in it may turn out to be a block, which ends it.
        this.write('<p>')
        return node.children.length < 5 ? this.#lonely(node.children) : this.nodes(node.children)
      case 'styled':
        this.write(STYLE_TAGS[node.style][0])
        this.nodes(node.children)
        return this.write(STYLE_TAGS[node.style][1])
      case 'link': {
        const opened = openLink(node, this.context)
        this.write(opened.start)
        if (opened.words !== null) this.write(escapeText(opened.words))
        else this.nodes(node.children)
        return this.write(opened.end)
      }
      case 'transclusion':
        return writeTransclusion(node, this)
      case 'code':
        // Blanks in code are kept, as in the original: by blanks that do not break.
        this.write(node.fence === 'backticks' ? '<code class="backtick">' : '<code>')
        return this.write(`${escapeText(node.text).replaceAll(' ', '&nbsp;')}</code>`)
      case 'macro':
        return this.#hole(node, false)
      case 'smiley':
        return this.write(iconImage(node.name, this.context))
      case 'entity':
        return this.write(ENTITY.test(node.source) ? node.source : escapeText(node.source))
      case 'break':
        return this.write('<br>\n')
      case 'span':
        this.write(`<span class="${escapeAttribute(node.classes.join(' '))}">`)
        this.nodes(node.children)
        return this.write('</span>')
      case 'line':
        if (this.context.idPrefix !== '') this.write(lineAnchor(`${this.context.idPrefix}.line-${node.line}`))
        return
      case 'markup':
        return this.write(node.html)
      case 'heading':
        return this.#heading(node)
      case 'rule':
        return this.write(node.size > 0 ? `<hr class="hr${Math.trunc(node.size)}">\n` : '<hr>\n')
      case 'list':
        return this.#list(node)
      case 'item': {
        const style = node.bullet ? '' : ' style="list-style-type:none"'
        this.write(`<li${node.gap ? ' class="gap"' : ''}${style}>`)
        this.nodes(node.children)
        return this.write('</li>\n')
      }
      case 'term':
        this.write('<dt>')
        this.nodes(node.children)
        return this.write('</dt>')
      case 'description':
        this.write('<dd>')
        this.nodes(node.children)
        return this.write('</dd>\n')
      case 'table':
        return this.#table(node)
      case 'preformatted':
        return this.#preformatted(node)
      case 'quote':
        this.write('<blockquote>')
        this.nodes(node.children)
        return this.write('</blockquote>\n')
      case 'division': {
        const isComment = node.classes.includes('comment')
        this.write(`<div class="${escapeAttribute(node.classes.join(' '))}"${isComment ? ' style="display:none"' : ''}>`)
        this.nodes(node.children)
        return this.write('</div>\n')
      }
      case 'form': {
        const action = escapeAttribute(this.context.pageUrl(this.context.pageName))
        this.write(`<form action="${action}" method="GET" name="${escapeAttribute(node.name)}"><div>`)
        this.nodes(node.children)
        return this.write('</div></form>\n')
      }
      case 'message':
        this.write('<div class="message">')
        this.nodes(node.children)
        return this.write('</div>\n')
      case 'embed':
        if (node.content) return this.#embed(node.content)
        return this.write(`${openPre(node.text)}${escapeText(node.text)}</pre>\n`)
    }
  }

  #embed(content: Document): void {
    const outer = this.#embedded
    this.#embedded = []
    this.nodes(content.children)
    this.#embedded = outer
  }

  /** The content of a paragraph that may be one macro call alone. */
  #lonely(children: readonly Node[]) {
    const shown = children.filter((child) => child.type !== 'line' && (child.type !== 'text' || child.text.trim() !== ''))
    for (const child of children) {
      if (child.type === 'macro') this.#hole(child, shown.length === 1)
      else this.node(child)
    }
  }

  #hole(call: MacroCall, block: boolean): void {
    if (this.#markup !== '') this.#pieces.push(this.#markup)
    this.#markup = ''
    this.#pieces.push({ ...withoutType(call), block, embedded: this.#embedded })
  }

  #heading(node: Heading): void {
    const { context } = this
    const id = context.ids.unique(prefixedId(anchorName(node.text), context))
    this.#embedded?.push({ depth: node.depth, id, text: node.text })
    this.write(`\n<h${node.depth} id="${escapeAttribute(id)}">${this.#numbers.next(node.depth)}`)
    this.nodes(node.children)
    this.write(`${context.sectionLink?.(node, id) ?? ''}</h${node.depth}>\n`)
  }

  #list(node: List): void {
    const tag = node.kind === 'number' ? 'ol' : node.kind === 'definition' ? 'dl' : 'ul'
    this.write(`<${tag}${node.kind === 'number' ? writeAttributes({ start: node.first, type: node.numbering }) : ''}>`)
    this.nodes(node.children)
    this.write(`</${tag}>\n`)
  }

  #table(node: Table): void {
    this.write('<div>')
    this.#complaint(node.complaint)
    this.write(`<table${cellAttributes(node.attributes)}><tbody>`)
    for (const row of node.rows) {
      this.write(`<tr${cellAttributes(row.attributes)}>`)
      for (const cell of row.cells) {
        const tag = cell.header ? 'th' : 'td'
        this.write(`<${tag}${cellAttributes(cell.attributes)}>`)
        this.#complaint(cell.complaint)
        this.nodes(cell.children)
        this.write(`</${tag}>\n`)
      }
      this.write('</tr>\n')
    }
    this.write('</tbody></table></div>\n')
  }

  #complaint(words: string | null): void {
    if (words !== null) this.write(`<strong class="highlight">${escapeText(words)}</strong>`)
  }

  #preformatted(node: Preformatted) {
    const { code } = node
    if (!code) {
      const [first] = node.children
      this.write(openPre(first?.type === 'text' ? first.text : ''))
      this.nodes(node.children)
      return this.write('</pre>\n')
    }
    // The id is the text's, so that links to a line survive changes elsewhere on the page.
    const text = node.children.map((line) => formatText({ instructions: null, children: [line], problems: [] }, 'as it is'))
    const hash = createHash('sha1').update(text.join('\n').replace(/\n$/, '')).digest('hex')
    const id = this.context.ids.unique(prefixedId(`CA-${hash}`, this.context))
    this.write(`<div class="highlight ${escapeAttribute(code.language)}"><div class="codearea" dir="ltr" lang="en">`)
    this.write(`<pre dir="ltr" id="${id}" lang="en">`)
    let number = code.first
    for (const line of node.children) {
      this.write('<span class="line">')
      if (number !== null) {
        this.write(`<span class="LineNumber"><a href="#${id}_${number}">${String(number).padStart(4)}</a> </span>`)
        this.write(`<span class="LineAnchor" id="${id}_${number}"></span>`)
        number += code.step
      }
      if (line.type === 'span') this.nodes(line.children)
      else this.node(line)
      this.write('</span>\n')
    }
    this.write('</pre></div></div>\n')
  }
}

const STYLE_TAGS: Readonly<Record<Style, readonly [string, string]>> = {
  strong: ['<strong>', '</strong>'],
  emphasis: ['<em>', '</em>'],
  underline: ['<span class="u">', '</span>'],
  strike: ['<span class="strike">', '</span>'],
  small: ['<small>', '</small>'],
  big: ['<span class="larger">', '</span>'],
  sup: ['<sup>', '</sup>'],
  sub: ['<sub>', '</sub>'],
  comment: ['<span class="comment" style="display:none">', '</span>'],
}

/** HTML swallows a line end right behind `<pre>`, so a text that begins with one gets another. */
const openPre = (text: string): string => (text.startsWith('\n') ? '<pre>\n' : '<pre>')

const prefixedId = (id: string, { idPrefix }: HtmlContext): string => (idPrefix === '' ? id : `${idPrefix}.${id}`)

const lineAnchor = (id: string): string => `<span class="anchor" id="${escapeAttribute(id)}"></span>`

const ENTITY = /^&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);$/

function withoutType<T extends { readonly type: string }>(node: T): Omit<T, 'type'> {
  const { type: _, ...rest } = node
  return rest
}

/** What may stand at a table, row or cell. */
function cellAttributes(attributes: Readonly<Record<string, string>>): string {
  let written = ''
  for (const name of CELL_ATTRIBUTES) {
    const value = attributes[name]
    if (value === undefined) continue
    const safe = name === 'style' ? safeStyle(value) : value
    if (safe !== null) written += ` ${name}="${escapeAttribute(safe)}"`
  }
  return written
}

const CELL_ATTRIBUTES = ['abbr', 'class', 'colspan', 'id', 'rowspan', 'style'] as const
