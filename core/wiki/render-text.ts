import { decodeFields } from '../http/form.ts'
import type { RequestFacts } from '../api/request-facts.ts'
import { refusingSession } from '../session/index.ts'
import { servicesFor } from './services.ts'
import { currentPage } from './stored-page.ts'
import { Visit } from './wiki-request.ts'
import type { Wiki } from './wiki.ts'

/** Markup of a page (text null) or of a text as that page, for an anonymous reader without a request. */
export async function renderForReader(wiki: Wiki, pageName: string, text: string | null): Promise<string> {
  const { parts } = wiki
  const { config, href } = wiki.mount('')
  const facts: RequestFacts = {
    id: 'render',
    method: 'GET',
    url: new URL(`http://localhost:8080${href(pageName)}`),
    headers: {},
    cookies: new Map(),
    cookieValues: () => [],
    secure: false,
    remoteAddress: '',
  }
  await parts.feed.catchUp()
  const visit = new Visit(
    facts,
    href(pageName),
    href(pageName),
    config,
    'show',
    parts.accounts.anonymous(),
    parts.languages.get(config.languageDefault),
  )
  const { state } = await parts.facts.get(pageName)
  visit.pageName = pageName
  visit.session = refusingSession('servus render')
  visit.form = decodeFields('')
  visit.page = currentPage(pageName, state, parts.store, href)
  return servicesFor(parts, visit, href).render(visit.page, text)
}
