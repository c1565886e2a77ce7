import type { Reply } from '../api/reply.ts'
import type { Facts } from '../http/facts.ts'
import type { FormLimits, Form } from '../http/form.ts'
import { noWikiHere } from '../api/errors.ts'
import { redirect, textReply } from '../http/reply.ts'
import type { Wiki } from '../wiki/wiki.ts'
import { addressOf } from './address-of.ts'

/** Where a request belongs: the wiki, its mount path ('' at the root of a host), and the path below it. */
export interface Place {
  readonly wiki: Wiki
  readonly root: string
  readonly path: string
}

/** Reads the body of a POST when somebody needs it. */
export type FormReader = (limits: FormLimits) => Promise<Form>

/** The wikis of one process. The only place that knows there can be more than one. */
export class WikiFarm {
  readonly wikis: readonly { readonly wiki: Wiki; readonly url: RegExp }[]
  /** By address without the query; what was asked for lately is at hand. */
  readonly #places = new Map<string, Place>()

  constructor(wikis: WikiFarm['wikis']) {
    this.wikis = wikis
  }

  /** The first wiki whose regex matches the beginning of the full address, as in MoinMoin; null when none does. */
  find(facts: Facts): Place | null {
    const path = pathOf(facts.target)
    const address = facts.origin + path
    const known = this.#places.get(address)
    if (known !== undefined) return known
    for (const { wiki, url } of this.wikis) {
      if (!matchesStart(url, address)) continue
      const root = mountOf(url, facts.origin, path)
      // Cut out of the address: a piece of the target would keep all of it in memory, with a query of 16 KB.
      const place = { wiki, root, path: address.slice(facts.origin.length + root.length) }
      if (this.#places.size >= mostKept) this.#places.clear()
      if (address.length <= longestKept) this.#places.set(address, place)
      return place
    }
    return null
  }

  answer(facts: Facts, readForm: FormReader): Promise<Reply> {
    const place = this.find(facts)
    return place === null ? this.#noWiki(facts) : place.wiki.answer(facts, place.root, place.path, readForm)
  }

  async #noWiki(facts: Facts): Promise<Reply> {
    // The mount path without its slash, /team for a wiki at /team/: the visitor meant the wiki.
    const path = pathOf(facts.target)
    const meant = this.wikis.some(({ url }) => matchesStart(url, `${facts.origin}${path}/`))
    // Two slashes at the beginning would lead to another host.
    if (meant && !path.endsWith('/') && !path.startsWith('//')) return redirect(`${path}/${facts.target.slice(path.length)}`, 301)
    // Of other hosts' names a stranger learns nothing here.
    const near = this.wikis.flatMap(({ wiki }) => this.addressOf(wiki, facts.origin) ?? []).filter(isOnThisMachine)
    if (near.length === 0) throw noWikiHere()
    return textReply(404, `${noWikiHere().message}\n\n${near.join('\n')}\n`, { 'cache-control': 'no-store' })
  }

  /** Where a wiki answers for sure, as far as its pattern names a host; `server`: where the program listens. */
  addressOf(wiki: Wiki, server: string): string | null {
    const own = this.wikis.find((each) => each.wiki === wiki)
    const address = own === undefined ? null : addressOf(own.url, server)
    // A pattern before it may have taken the address.
    const first = address === null ? undefined : this.wikis.find(({ url }) => matchesStart(url, address))
    return first === own ? address : null
  }

  wiki(name: string): Wiki | null {
    return this.wikis.find(({ wiki }) => wiki.config.siteId === name)?.wiki ?? null
  }

  async close(): Promise<void> {
    await Promise.all(this.wikis.map(({ wiki }) => wiki.close()))
  }
}

const mostKept = 5000
/** Letters. Longer addresses are written by robots that try things. */
const longestKept = 1000

function pathOf(target: string): string {
  const end = target.search(/[?#]/)
  return end < 0 ? target : target.slice(0, end)
}

function isOnThisMachine(address: string): boolean {
  return /^https?:\/\/(?:[^/]+\.)?localhost(?::\d+)?\//.test(address)
}

function matchesStart(url: RegExp, address: string): boolean {
  url.lastIndex = 0
  return url.exec(address)?.index === 0
}

/** The shortest beginning of the path that the wiki's regex asks for: '' for `^https://docs\.`, '/team' for `…/team/`. */
function mountOf(url: RegExp, origin: string, path: string): string {
  if (matchesStart(url, `${origin}/`)) return ''
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
    if (matchesStart(url, origin + path.slice(0, slash + 1))) return path.slice(0, slash)
  }
  return ''
}
