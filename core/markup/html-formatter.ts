import type { Formatter } from '../api/formatter.ts'
import type { HtmlContext } from './html-context.ts'
import { iconImage } from './html-image.ts'
import { openInterwiki, openPageLink } from './html-links.ts'
import { escapeText, safeStyle, safeUrl, writeAttributes } from './html-safety.ts'

type Attributes = Readonly<Record<string, string>>

/**
 * What macros write with. It shares its links, images and escapes with the formatter of pages, so the two cannot differ. A function in
 * place of the context is called when something first needs it: most macros only write words.
 */
export function htmlFormatter(context: HtmlContext | (() => HtmlContext)): Formatter {
  const bound = new BoundFormatter(context)
  // The prototype of `bound` has what needs no context, made once for all.
  return bound as BoundFormatter & Omit<Formatter, BoundNames>
}

type BoundNames = 'pagelink' | 'url' | 'interwikilink' | 'anchordef' | 'anchorlink' | 'icon'

/** The calls that depend on the page, or on what was opened before. */
class BoundFormatter implements Pick<Formatter, BoundNames> {
  readonly #given: HtmlContext | (() => HtmlContext)
  #context: HtmlContext | null = null
  // A link that could not be opened safely must not be closed either. Macros open and close in turn, so one list is enough.
  readonly #open: boolean[] = []

  constructor(context: HtmlContext | (() => HtmlContext)) {
    this.#given = context
  }

  pagelink(on: boolean, name: string, { anchor, query }: NonNullable<Parameters<Formatter['pagelink']>[2]> = {}): string {
    return on
      ? this.#link(openPageLink(name, anchor ?? null, { attributes: {}, query: query ?? {} }, this.context))
      : this.#endLink()
  }

  url(on: boolean, href: string, cssClass?: string): string {
    if (!on) return this.#endLink()
    const safe = safeUrl(href)
    return this.#link(safe === null ? null : `<a${writeAttributes({ class: cssClass, href: safe })}>`)
  }

  interwikilink(on: boolean, wiki: string, page: string): string {
    return on ? this.#link(openInterwiki(wiki, page, NO_ATTRIBUTES, this.context)) : this.#endLink()
  }

  anchordef(id: string): string {
    return `<span${writeAttributes({ class: 'anchor', id: this.context.ids.unique(prefixed(id, this.context)) })}></span>`
  }

  anchorlink(on: boolean, id: string): string {
    return on
      ? this.#link(`<a${writeAttributes({ href: `#${encodeURIComponent(prefixed(id, this.context))}` })}>`)
      : this.#endLink()
  }

  icon(name: string): string {
    return iconImage(name, this.context)
  }

  get context(): HtmlContext {
    return (this.#context ??= typeof this.#given === 'function' ? this.#given() : this.#given)
  }

  #link(start: string | null): string {
    this.#open.push(start !== null)
    return start ?? ''
  }

  #endLink(): string {
    return this.#open.pop() === false ? '' : '</a>'
  }
}

const NO_ATTRIBUTES = { attributes: {}, query: {} }
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur', 'yi'])

function tag(name: string, attributes: Attributes = {}): (on: boolean) => string {
  const start = `<${name}${writeAttributes(attributes)}>`
  return (on) => (on ? start : `</${name}>`)
}

function withAttributes(name: string): (on: boolean, attributes?: Attributes) => string {
  return (on, attributes = {}) => (on ? `<${name}${writeAttributes(harmless(attributes))}>` : `</${name}>`)
}

/** Drops handlers and what is not the name of an attribute, and cleans styles and addresses. */
function harmless(attributes: Attributes): Record<string, string | null> {
  const kept: Record<string, string | null> = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (!/^(?!on)[a-z][a-z0-9-]*$/i.test(name)) continue
    const key = name.toLowerCase()
    if (key === 'style') kept[key] = safeStyle(value)
    else kept[key] = ADDRESSES.has(key) ? safeUrl(value) : value
  }
  return kept
}

const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'action', 'data', 'longdesc', 'cite', 'background', 'poster'])

const prefixed = (id: string, context: HtmlContext): string => (context.idPrefix === '' ? id : `${context.idPrefix}.${id}`)

const contextFree: Omit<Formatter, BoundNames> = {
  text: escapeText,
  rawHTML: (markup) => markup,
  strong: tag('strong'),
  emphasis: tag('em'),
  underline: tag('span', { class: 'u' }),
  strike: tag('span', { class: 'strike' }),
  code: tag('code'),
  small: tag('small'),
  big: tag('span', { class: 'larger' }),
  sup: tag('sup'),
  sub: tag('sub'),
  highlight: tag('strong', { class: 'highlight' }),
  preformatted: tag('pre'),
  paragraph: tag('p'),
  linebreak: (preformatted = true) => (preformatted ? '\n' : '<br>\n'),
  rule: (size = 0) => (size > 0 ? `<hr class="hr${Math.min(Math.trunc(size), 6)}">\n` : '<hr>\n'),
  heading: (on, depth, id) => {
    const level = Math.min(Math.max(Math.trunc(depth) || 1, 1), 5)
    return on ? `<h${level}${writeAttributes({ id })}>` : `</h${level}>\n`
  },
  bulletList: tag('ul'),
  numberList: (on, type, start) => (on ? `<ol${writeAttributes({ start, type })}>` : '</ol>\n'),
  listItem: tag('li'),
  definitionList: tag('dl'),
  definitionTerm: tag('dt'),
  definitionDesc: tag('dd'),
  table: (on) => (on ? '<div><table><tbody>' : '</tbody></table></div>\n'),
  tableRow: tag('tr'),
  tableCell: withAttributes('td'),
  div: withAttributes('div'),
  span: withAttributes('span'),
  image: (source, alt, attributes = {}) => {
    const src = safeUrl(source)
    return src === null ? escapeText(alt) : `<img${writeAttributes({ title: alt, ...harmless(attributes), alt, src })}>`
  },
  lang: (on, language) =>
    on ? `<span${writeAttributes({ dir: RIGHT_TO_LEFT.has(language.slice(0, 2)) ? 'rtl' : 'ltr', lang: language })}>` : '</span>',
  sysmsg: tag('div', { class: 'message' }),
}

Object.assign(BoundFormatter.prototype, contextFree)
