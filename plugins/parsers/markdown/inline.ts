import type { Token } from 'markdown-it'
import { type Node, parseTarget, type Style, unescapeUrl } from 'servus'

const STYLES: Readonly<Record<string, Style>> = { em: 'emphasis', strong: 'strong', s: 'strike' }

/** The markup within a paragraph, from the library's tokens. `start` and `line` are the block's. */
export function readInline(tokens: readonly Token[], pageName: string, start: number, line: number): Node[] {
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
