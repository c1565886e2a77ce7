import type { RequestFacts } from '../api/request-facts.ts'

/**
 * True when a form was sent from a page of ours. Browsers say where a request comes from (`Sec-Fetch-Site`, `Origin`); a client that
 * says nothing is no browser, and so carries nobody's cookie against their will.
 */
export function isSameSite({ headers, url }: RequestFacts): boolean {
  const site = headers['sec-fetch-site']
  const origin = headers['origin']
  return (
    (site === undefined || site === 'same-origin' || site === 'none') &&
    (origin === undefined || origin.toLowerCase() === url.origin)
  )
}
