import { type Node, parseTarget, schemeAt, type Style, unescapeUrl } from 'servus'

/** The markup within a paragraph, an item or a cell. `start` and `line` are those of its first character. */
export function readInline(text: string, pageName: string, start: number, line: number): Node[] {
  return new Inline(text, pageName, start, line).read()
}

class Inline {
  readonly #text: string
  readonly #pageName: string
  readonly #start: number
  readonly #line: number
  readonly #root: Node[] = []
  readonly #open: { style: Style; children: Node[] }[] = []
  /** Words that end a construct and are nowhere further on; looked for once. */
  readonly #missing = new Set<string>()
  #words = ''

  constructor(text: string, pageName: string, start: number, line: number) {
    this.#text = text
    this.#pageName = pageName
    this.#start = start
    this.#line = line
  }

  read(): Node[] {
    let at = 0
    while (at < this.#text.length) {
      const next = this.#construct(at)
      if (next > at) at = next
      else this.#words += this.#text[at++]
    }
    this.#flush()
    return this.#root
  }

  /** Reads what begins here; answers the place behind it, or the same place when nothing does. */
  #construct(at: number): number {
    const text = this.#text
    switch (text[at]) {
      case '~':
        return this.#escape(at)
      case '*':
        return text[at + 1] === '*' ? this.#toggle(at, 'strong') : at
      case '/':
        return text[at + 1] === '/' && text[at - 1] !== ':' ? this.#toggle(at, 'emphasis') : at
      case '\\':
        if (text[at + 1] !== '\\') return at
        this.#add({ type: 'break' })
        return at + 2
      case '[':
        return this.#fenced(at, '[[', ']]', ADDRESS, (inner, end) => this.#link(inner, at, end))
      case '{':
        if (text.startsWith('{{{', at)) return this.#code(at)
        return this.#fenced(at, '{{', '}}', ADDRESS, (inner, end) => this.#image(inner, at, end))
      case '<':
        return this.#fenced(
          at,
          '<<',
          MACRO_WITH_ARGUMENTS.test(this.#text.slice(at, at + 100)) ? ')>>' : '>>',
          MACRO,
          (inner, end) => this.#macro(inner, at, end),
        )
      default:
        return this.#url(at)
    }
  }

  /** `~` takes the meaning of the sign, or of the address, behind it. */
  #escape(at: number): number {
    const url = this.#urlEnd(at + 1)
    const end = url > at + 1 ? url : at + 2
    const words = this.#text.slice(at + 1, end)
    if (words.trim() === '') return at
    this.#words += words
    return end
  }

  #toggle(at: number, style: Style): number {
    this.#flush()
    const depth = this.#open.findIndex((open) => open.style === style)
    if (depth >= 0) this.#open.length = depth
    else {
      const children: Node[] = []
      this.#add({ type: 'styled', style, children })
      this.#open.push({ style, children })
    }
    return at + 2
  }

  #code(at: number): number {
    let close = this.#find('}}}', at + 3)
    if (close < 0) return at
    while (this.#text[close + 3] === '}') close++
    this.#add({ type: 'code', text: this.#text.slice(at + 3, close), fence: 'braces' })
    return close + 3
  }

  /** What begins rightly is read to its end; `begins` keeps the others from being looked at up to there. */
  #fenced(at: number, open: string, close: string, begins: RegExp, use: (inner: string, end: number) => Node | null): number {
    if (!this.#text.startsWith(open, at) || !begins.test(this.#text.slice(at, at + 100))) return at
    const found = this.#find(close, at + open.length)
    if (found <= at + open.length) return at
    const end = found + close.length
    const node = use(this.#text.slice(at + open.length, end - 2), end)
    if (node === null) return at
    this.#add(node)
    return end
  }

  #link(inner: string, at: number, end: number): Node | null {
    const [address, words] = splitBar(inner)
    if (address === '') return null
    const target = parseTarget(address, this.#pageName)
    const description = words ?? ''
    const children: Node[] = description === '' ? [{ type: 'text', text: address }] : this.#linkWords(description)
    return {
      type: 'link',
      target,
      free: false,
      children,
      description,
      attributes: {},
      query: {},
      ...this.#place(at, end),
    }
  }

  /** A link's words may be an image; links within links there are none. */
  #linkWords(words: string): Node[] {
    const image = /^\{\{([^{}]+)\}\}$/.exec(words)
    const node = image?.[1] && this.#image(image[1], 0, 0)
    return node ? [node] : [{ type: 'text', text: words }]
  }

  #image(inner: string, at: number, end: number): Node | null {
    const [address, words] = splitBar(inner)
    if (address === '') return null
    const target = parseTarget(unescapeUrl(address), this.#pageName)
    return { type: 'transclusion', target, description: words ?? '', attributes: {}, query: {}, ...this.#place(at, end) }
  }

  #macro(inner: string, at: number, end: number): Node | null {
    const call = /^([\p{L}\p{N}_]+)(?:\((.*)\))?$/su.exec(inner)
    if (!call?.[1]) return null
    return { type: 'macro', name: call[1], args: call[2] ?? null, source: this.#text.slice(at, end), ...this.#place(at, end) }
  }

  #url(at: number): number {
    const end = this.#urlEnd(at)
    if (end <= at) return at
    const url = this.#text.slice(at, end)
    const target = { kind: 'url', url, scheme: url.slice(0, url.indexOf(':')) } as const
    this.#add({
      type: 'link',
      target,
      free: true,
      children: [],
      description: '',
      attributes: {},
      query: {},
      ...this.#place(at, end),
    })
    return end
  }

  #urlEnd(at: number): number {
    const code = this.#text.charCodeAt(at)
    if (!(code >= 97 && code <= 122) || /\w/.test(this.#text[at - 1] ?? ' ')) return -1
    const scheme = schemeAt(this.#text, at)
    if (scheme === null) return -1
    const from = at + scheme.length + 1
    let end = from
    while (end < this.#text.length && !/\s/.test(this.#text.charAt(end))) end++
    while (end > from + 1 && ',.:;!?()'.includes(this.#text.charAt(end - 1))) end--
    return end > from ? end : -1
  }

  #find(word: string, from: number): number {
    if (this.#missing.has(word)) return -1
    const at = this.#text.indexOf(word, from)
    if (at < 0) this.#missing.add(word)
    return at
  }

  #add(node: Node): void {
    this.#flush()
    ;(this.#open.at(-1)?.children ?? this.#root).push(node)
  }

  #flush(): void {
    if (this.#words === '') return
    ;(this.#open.at(-1)?.children ?? this.#root).push({ type: 'text', text: this.#words })
    this.#words = ''
  }

  #place(at: number, end: number): { start: number; end: number; line: number } {
    return { start: this.#start + at, end: this.#start + end, line: this.#line }
  }
}

const ADDRESS = /^(?:\[\[|\{\{)\s*[^\s|]/
const MACRO = /^<<[\p{L}\p{N}_]+(?:\(|>>)/u
const MACRO_WITH_ARGUMENTS = /^<<[\p{L}\p{N}_]+\(/u

function splitBar(inner: string): [string, string | null] {
  const bar = inner.indexOf('|')
  return bar < 0 ? [inner.trim(), null] : [inner.slice(0, bar).trim(), inner.slice(bar + 1).trim()]
}
