import sanitizeHtml from 'sanitize-html'
import { cleanText, type Document, type ParseOptions, parseInstructions, safeStyle } from 'servus'

export const extensions = ['.html', '.htm']

/** HTML, cleaned: text, tables, lists, images and links stay; whatever could run code, load frames or cover the page goes. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const body = cleanText(text.slice(instructions?.bodyStart ?? 0))
  if (body.length > LARGEST || depth(body) > DEEPEST) {
    return {
      instructions,
      children: [{ type: 'preformatted', children: [{ type: 'text', text: body }], code: null }],
      problems: [],
    }
  }
  const html = sanitizeHtml(body, RULES)
  const node = { type: 'markup', html, text: sanitizeHtml(html, { allowedTags: [], allowedAttributes: {} }) } as const
  return { instructions, children: [{ type: 'paragraph', children: [node], start: 0, line: 1 }], problems: [] }
}

// The library takes time that grows with depth as well as with length, so a text beyond both is shown as it is.
const LARGEST = 1_000_000
const DEEPEST = 500

/** How deep the elements nest, at most; those that HTML ends by itself count for nothing. */
function depth(html: string): number {
  let open = 0
  let deepest = 0
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (ENDED_BY_HTML.has(name.toLowerCase())) continue
    open = slash ? Math.max(0, open - 1) : open + 1
    if (open > deepest) deepest = open
  }
  return deepest
}

const ENDED_BY_HTML: ReadonlySet<string> = new Set([
  'area',
  'base',
  'br',
  'col',
  'dd',
  'dt',
  'embed',
  'hr',
  'img',
  'input',
  'li',
  'link',
  'meta',
  'option',
  'p',
  'param',
  'source',
  'td',
  'th',
  'tr',
  'track',
  'wbr',
])

const RULES: sanitizeHtml.IOptions = {
  allowedTags: [
    'a',
    'abbr',
    'acronym',
    'address',
    'b',
    'bdo',
    'big',
    'blockquote',
    'br',
    'caption',
    'center',
    'cite',
    'code',
    'col',
    'colgroup',
    'dd',
    'del',
    'dfn',
    'div',
    'dl',
    'dt',
    'em',
    'figcaption',
    'figure',
    'font',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'i',
    'img',
    'ins',
    'kbd',
    'li',
    'mark',
    'ol',
    'p',
    'pre',
    'q',
    's',
    'samp',
    'small',
    'span',
    'strike',
    'strong',
    'sub',
    'sup',
    'table',
    'tbody',
    'td',
    'tfoot',
    'th',
    'thead',
    'tr',
    'tt',
    'u',
    'ul',
    'var',
    'wbr',
  ],
  allowedAttributes: {
    '*': ['class', 'title', 'lang', 'dir', 'style', 'align', 'valign', 'width', 'height'],
    a: ['href'],
    img: ['src', 'alt'],
    td: ['colspan', 'rowspan', 'abbr', 'bgcolor'],
    th: ['colspan', 'rowspan', 'abbr', 'bgcolor', 'scope'],
    tr: ['bgcolor'],
    table: ['border', 'cellpadding', 'cellspacing', 'bgcolor'],
    ol: ['start', 'type'],
    font: ['color', 'size', 'face'],
    blockquote: ['cite'],
  },
  allowedSchemes: ['http', 'https', 'ftp', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: 100,
  // Styles are cleaned below by the same rules as those of wiki tables.
  parseStyleAttributes: false,
  transformTags: {
    '*': (tagName, attribs) => {
      const { style, ...rest } = attribs
      const safe = style === undefined ? null : safeStyle(style)
      return { tagName, attribs: safe === null ? rest : { ...rest, style: safe } }
    },
  },
}
