/** A query taken apart. */
export type Query =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[] }
  | { readonly kind: 'not'; readonly part: Query }
  | TextTerm
  | {
      readonly kind: 'linkto' | 'category' | 'language' | 'mimetype' | 'domain'
      readonly value: string
      readonly regex: boolean
      readonly caseSensitive: boolean
    }

/** Words, or a regular expression, in titles and texts or in titles alone. */
export interface TextTerm {
  readonly kind: 'text'
  readonly value: string
  readonly title: boolean
  readonly phrase: boolean
  readonly regex: boolean
  readonly caseSensitive: boolean
}

/** For every term of a query. */
export interface QueryDefaults {
  readonly titles: boolean
  readonly caseSensitive: boolean
}

/** MoinMoin takes any beginning of these names, the first that fits. */
const fields = ['title', 'regex', 'case', 'linkto', 'language', 'category', 'mimetype', 'domain'] as const
const deepest = 50
const longest = 1000

/**
 * MoinMoin's query language: all words must be there; `or` between two, `-` before one that must not; `"an exact phrase"`;
 * `title: linkto: category: language: mimetype: domain: regex: case:` before a term, several at once; brackets. Whatever cannot be
 * read as such is words. null for a query with nothing in it.
 */
export function parseQuery(text: string, defaults: QueryDefaults): Query | null {
  const parser = new QueryParser(tokens(text.slice(0, longest)), defaults)
  return parser.either(0)
}

interface Token {
  readonly kind: 'open' | 'close' | 'or' | 'term'
  readonly minus: boolean
  readonly prefixes: readonly (typeof fields)[number][]
  readonly value: string
  readonly phrase: boolean
}

class QueryParser {
  readonly #tokens: readonly Token[]
  readonly #defaults: QueryDefaults
  #at = 0

  constructor(list: readonly Token[], defaults: QueryDefaults) {
    this.#tokens = list
    this.#defaults = defaults
  }

  either(depth: number): Query | null {
    const parts: Query[] = []
    for (;;) {
      const part = this.#all(depth)
      if (part !== null) parts.push(part)
      if (this.#tokens[this.#at]?.kind !== 'or') break
      this.#at++
    }
    return parts.length === 0 ? null : join('or', parts)
  }

  #all(depth: number): Query | null {
    const parts: Query[] = []
    for (let token = this.#tokens[this.#at]; token !== undefined && token.kind !== 'or'; token = this.#tokens[this.#at]) {
      // A bracket that closes nothing is passed over.
      if (token.kind === 'close' && depth > 0) break
      this.#at++
      if (token.kind === 'close') continue
      const part = token.kind === 'open' ? this.#bracket(depth) : this.#term(token)
      if (part !== null) parts.push(token.minus ? { kind: 'not', part } : part)
    }
    return parts.length === 0 ? null : join('and', parts)
  }

  #bracket(depth: number): Query | null {
    if (depth > deepest) return null
    const inner = this.either(depth + 1)
    if (this.#tokens[this.#at]?.kind === 'close') this.#at++
    return inner
  }

  #term({ prefixes, value, phrase }: Token): Query | null {
    if (value === '') return null
    const regex = prefixes.includes('regex')
    const caseSensitive = prefixes.includes('case') || this.#defaults.caseSensitive
    const kind = prefixes.find((prefix) => prefix !== 'title' && prefix !== 'regex' && prefix !== 'case')
    if (kind !== undefined) return { kind: kind as 'linkto', value, regex, caseSensitive }
    return { kind: 'text', value, title: prefixes.includes('title') || this.#defaults.titles, phrase, regex, caseSensitive }
  }
}

const join = (kind: 'and' | 'or', parts: readonly Query[]): Query =>
  parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind, parts }

function tokens(text: string): Token[] {
  const list: Token[] = []
  const plain = (kind: Token['kind'], minus = false): Token => ({ kind, minus, prefixes: [], value: '', phrase: false })
  let rest = text.trimStart()
  while (rest !== '') {
    const minus = /^-(?=\S)/.test(rest)
    if (minus) rest = rest.slice(1)
    if (rest[0] === '(' || rest[0] === ')') {
      list.push(plain(rest[0] === '(' ? 'open' : 'close', minus))
      rest = rest.slice(1).trimStart()
      continue
    }
    const prefixes: (typeof fields)[number][] = []
    for (let found = PREFIX.exec(rest); found !== null; found = PREFIX.exec(rest)) {
      const field = fields.find((name) => name.startsWith((found?.[1] ?? '').toLowerCase()))
      if (field === undefined) break
      prefixes.push(field)
      rest = rest.slice(found[0].length)
    }
    const quoted = /^(["'])(.*?)\1(?=[\s)]|$)/.exec(rest)
    const word = quoted?.[2] ?? (prefixes.includes('regex') ? /^\S*/ : /^[^\s()]*/).exec(rest)?.[0] ?? ''
    rest = rest.slice(quoted?.[0].length ?? word.length).trimStart()
    if (quoted === null && prefixes.length === 0 && !minus && /^or$/i.test(word)) list.push(plain('or'))
    else list.push({ kind: 'term', minus, prefixes, value: word, phrase: quoted !== null })
  }
  return list
}

/** A name and a colon with something behind it that is no address. */
const PREFIX = /^([a-z]+):(?!\/\/)(?=\S)/i
