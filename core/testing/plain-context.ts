import type { HtmlContext } from '../markup/html-context.ts'
import { Ids } from '../markup/page-link.ts'

/** A small wiki of facts: the pages `FrontPage` and `OtherPage` exist, and every attachment whose name begins with `have`. */
export function plainContext(changes: Partial<HtmlContext> = {}): HtmlContext {
  return {
    pageName: 'TestPage',
    pageExists: (name) => name === 'FrontPage' || name === 'OtherPage' || name === 'TestPage',
    attachmentExists: (_, file) => file.startsWith('have'),
    pageUrl: (name, query, anchor) =>
      `/${name.split('/').map(encodeURIComponent).join('/')}${query ? `?${new URLSearchParams(query)}` : ''}${anchor ? `#${anchor}` : ''}`,
    interwiki: (wiki) => (wiki === 'Example' ? 'https://example.org/' : null),
    staticUrl: '/static',
    language: 'en',
    t: (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])),
    ids: new Ids(),
    idPrefix: '',
    sectionNumbers: null,
    ...changes,
  }
}
