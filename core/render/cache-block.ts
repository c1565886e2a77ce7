import type { HelperOptions, parse } from 'handlebars'
import Handlebars from 'handlebars/dist/handlebars.min.js'
import { parseTimespan } from '../base/timespan.ts'
import type { FragmentCache } from './fragment-cache.ts'
import type { TemplateSession } from './template-session.ts'

/** What the block needs to know of the reply it is part of. */
export interface FragmentSurroundings {
  readonly language: string
  readonly session: TemplateSession
  /** Set when a fragment was used: what contains it is good for as long as the fragment, so it is kept nowhere else. */
  hasFragments: boolean
}

/** Where a block stands, put into the template when it is compiled: two blocks with one key must not show each other's text. */
const placeKey = 'place of the block'
const usualTtl = '10m'

/**
 * `{{#cache key=session.key ttl="10m"}} … {{/cache}}` (Moya): what is inside is rendered once for each key. More words make
 * more of a key: `page=pageName`. Without a key the fragment is everyone's.
 *
 * Two rules keep visitors apart. A key that is empty (no session, nobody's name) keeps nothing. And what read the session, or
 * made a ticket, is kept only under a key with `session.key` in it.
 */
export function cacheBlock(fragments: FragmentCache, theme: string) {
  return function (this: unknown, options: HelperOptions): string {
    const { [placeKey]: place, ttl = usualTtl, ...words } = options.hash as Record<string, unknown>
    // Handlebars' data are what Theme.render gave it.
    const { services } = options.data as { services: FragmentSurroundings }
    services.hasFragments = true
    const keys = Object.values(words)
    if (keys.some((value) => value === undefined || value === null || value === '')) return options.fn(this)
    const key = JSON.stringify([
      theme,
      place,
      services.language,
      ...Object.entries(words).map(([name, value]) => [name, String(value)]),
    ])
    const kept = fragments.get(key)
    if (kept !== null) return kept
    const before = services.session.reads
    const markup = options.fn(this)
    if (services.session.reads === before || keys.includes(services.session.dict['key']))
      fragments.keep(key, markup, parseTimespan(String(ttl)))
    return markup
  }
}

/** Tells every `{{#cache}}` of a template where it stands. */
export function withPlaces(source: string, file: string): ReturnType<typeof parse> {
  const program = Handlebars.parse(source)
  if (!source.includes('#cache')) return program
  let count = 0
  class Places extends Handlebars.Visitor {
    override BlockStatement(block: hbs.AST.BlockStatement): void {
      if ((block.path as hbs.AST.PathExpression).original === 'cache') {
        const { loc } = block
        const value: hbs.AST.StringLiteral = { type: 'StringLiteral', value: `${file} ${++count}`, original: '', loc }
        const pairs = [...(block.hash?.pairs ?? []), { type: 'HashPair', key: placeKey, value, loc } as hbs.AST.HashPair]
        block.hash = { type: 'Hash', pairs, loc } as hbs.AST.Hash
      }
      super.BlockStatement(block)
    }
  }
  new Places().accept(program)
  return program
}
