import { secureCookieByHttp } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import { maxAgeText } from '../http/cookies.ts'
import { addVary } from '../http/vary.ts'
import type { Ending, EndingRules, NewCookie } from './ending.ts'
import type { SessionState } from './session-state.ts'
import { storeKey } from './token.ts'

/** What became of the ending in the store. */
export type Outcome = 'done' | 'gone' | 'failed'

/** The cookie that an ending asks for, if the store did its part, and what caches are told. */
export function writeSessionHeaders(
  state: SessionState,
  ending: Ending,
  outcome: Outcome,
  reply: Reply,
  rules: EndingRules,
): void {
  const { settings } = state
  // Somebody else's cookie must not get into a shared cache either.
  let sent = reply.cookies.length > 0
  const cookie = cookieOf(ending)
  if (outcome === 'done' && cookie !== null && !state.moved) {
    if (settings.cookieSecure && !state.request.secure) tellOfHttp(state)
    if (state.brought > 1) expireVariants(state, reply)
    const token = settings.signer.sign(cookie.id, cookie.kind, Math.floor(state.home.clock.now() / 1000))
    const baggage = state.carried === null ? '' : state.carried.baggageOf(storeKey(cookie.id))
    reply.cookies.push(
      `${settings.cookieName}=${token}${baggage === '' ? '' : `~${baggage}`}${rules.browserSession ? '' : maxAgeText(cookie.life)}${settings.cookieTail}`,
    )
    sent = true
  } else if ((outcome === 'done' && ending.do === 'destroy') || outcome === 'gone') {
    if (state.token !== null || state.brought > 0) {
      if (state.brought > 1) expireVariants(state, reply)
      reply.cookies.push(`${settings.cookieName}=${maxAgeText(0)}${settings.cookieTail}`)
      sent = true
    }
  }
  if (sent || state.looked || state.noted) {
    addVary(reply.headers, 'Cookie')
    const caching = reply.headers.get('cache-control')
    if (sent) {
      if (caching === undefined || !/\bno-store\b/i.test(caching) || /\bpublic\b/i.test(caching))
        reply.headers.set('cache-control', 'private, no-store')
    } else if (caching === undefined || !/\b(private|no-store)\b/i.test(caching) || /\b(public|s-maxage)\b/i.test(caching)) {
      reply.headers.set('cache-control', 'private, must-revalidate, max-age=0')
    }
  }
  if (state.travels) reply.headers.set('referrer-policy', 'no-referrer')
}

/** Otherwise the browser drops the cookie without a word, and the visitor logs in again and again. */
function tellOfHttp(state: SessionState): void {
  const { home, request, settings } = state
  if (home.toldOfHttp.has(settings.realm)) return
  const { hostname } = request.url
  // Browsers trust this machine as they trust https.
  if (/^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname)) return
  home.toldOfHttp.add(settings.realm)
  state.tell('error', 'cookie', secureCookieByHttp(hostname))
}

function cookieOf(ending: Ending): NewCookie | null {
  switch (ending.do) {
    case 'promise':
    case 'create':
    case 'merge':
    case 'rename':
      return ending.cookie
    default:
      return null
  }
}

/**
 * A browser that sends our name twice keeps an old cookie of another domain or path, from before a change of the
 * configuration; which of the two comes first is its choice, so the old one has to go.
 */
function expireVariants(state: SessionState, reply: Reply): void {
  const { cookieName, cookieDomain, cookiePath } = state.settings
  const gone = `${cookieName}=${maxAgeText(0)}`
  const secure = /^__/.test(cookieName) ? '; Secure' : ''
  const paths = cookiePath === '/' ? ['/'] : ['/', cookiePath]
  const host = state.request.url.hostname
  const domains: (string | null)[] = [null]
  if (!/^__host-/i.test(cookieName) && /[a-z]/i.test(host)) {
    const labels = host.split('.')
    for (let first = 0; first + 1 < labels.length && first < 3; first++) domains.push(labels.slice(first).join('.'))
  }
  for (const domain of domains) {
    for (const path of paths) {
      if (domain === cookieDomain && path === cookiePath) continue
      reply.cookies.push(`${gone}; Path=${path}${domain === null ? '' : `; Domain=${domain}`}${secure}`)
    }
  }
}
