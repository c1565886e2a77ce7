import type { WikiConfig } from '../api/config.ts'
import { interwikiUrl } from '../markup/html-links.ts'
import { safeUrl } from '../markup/html-safety.ts'

/** The wikis that a name may lead to: this one by its own name, others as its intermap has them. */
export interface KnownWikis {
  readonly config: Pick<WikiConfig, 'interwikiname'>
  readonly intermap: ReadonlyMap<string, string>
}

/** A page as quick links, navigation and trail name it. */
export interface NamedPage {
  readonly page: string
  /** Its address in another wiki; null for a page of this one. */
  readonly href: string | null
  /** It was named with its wiki, and that is known. */
  readonly isCertain: boolean
}

/** A page of this wiki in an account or a session that several wikis share: `Garden:FrontPage`, as in MoinMoin. */
export function sharedName(page: string, { interwikiname }: Pick<WikiConfig, 'interwikiname'>): string {
  return interwikiname === null || interwikiname === '' ? page : `${interwikiname}:${page}`
}

/** What such a name means here. One whose wiki is not known is a page of this wiki with a colon in its name. */
export function namedPage(name: string, { config, intermap }: KnownWikis): NamedPage {
  const [, wiki = '', page = ''] = /^(?:wiki:)?([^\s:/]+):(?!\/\/)(.+)$/s.exec(name) ?? []
  if (wiki === '') return { page: name, href: null, isCertain: false }
  if (wiki === config.interwikiname || wiki === 'Self') return { page, href: null, isCertain: true }
  const base = intermap.get(wiki)
  return base === undefined || safeUrl(base) === null
    ? { page: name, href: null, isCertain: false }
    : { page, href: interwikiUrl(base, page), isCertain: true }
}
