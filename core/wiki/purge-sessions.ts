import { createHmac, timingSafeEqual } from 'node:crypto'
import { badTicket, crossSite, forbidden, methodNotAllowed } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import { textReply } from '../http/reply.ts'
import { isSameSite } from './same-site.ts'
import { replyFor } from './reply-for.ts'
import type { Run } from './run.ts'
import { servicesFor, ticketScope } from './services.ts'

/** Where an outside cron removes expired sessions, as in Kay. */
export const purgePath = '/sessions/purge_old_sessions'

const scope = 'purge_old_sessions'

/** The token that lets a cron in without an account; made from the wiki's secret, so it is the same after a restart. */
export function purgeToken(secrets: readonly string[], siteId: string): string {
  return createHmac('sha256', secrets[0] ?? '')
    .update(`${scope} ${siteId}`)
    .digest('base64url')
}

/** Removes expired sessions for whoever brings the token, or for a superuser who says so in a form. */
export async function purgeSessions(run: Run): Promise<Reply> {
  const { parts, visit, href } = run
  const { sessions, config, secrets } = parts
  const token = visit.values.get('token') ?? visit.headers['authorization']?.replace(/^Bearer /i, '') ?? null
  if (token !== null) {
    if (!equal(token, purgeToken(secrets, config.siteId)))
      throw forbidden('This token is not the one of this wiki: `servus sessions token` prints it.')
    return textReply(200, `${(await sessions.purge?.(parts.clock.now())) ?? 0} expired sessions were removed.\n`, {
      'cache-control': 'no-store',
    })
  }
  if (!visit.user.isSuperUser) throw forbidden('Only superusers may do this, or a cron that brings the token.')
  const services = servicesFor(parts, visit, href)
  if (visit.method === 'POST') {
    if (!isSameSite(visit)) throw crossSite()
    if (!parts.tickets.isGood(visit.form.get('ticket'), ticketScope(visit, scope, visit.page.name))) throw badTicket()
    const removed = (await sessions.purge?.(parts.clock.now())) ?? 0
    return replyFor(run, services, {
      title: visit.t('Expired sessions'),
      body: '',
      messages: [
        {
          kind: 'success',
          text: visit.t('{removed, plural, one {# expired session was} other {# expired sessions were}} removed.', { removed }),
        },
      ],
    })
  }
  if (visit.method !== 'GET' && visit.method !== 'HEAD') throw methodNotAllowed(scope, 'GET, POST')
  return replyFor(run, services, {
    title: visit.t('Expired sessions'),
    template: 'confirm',
    model: {
      formAction: visit.config.scriptRoot + purgePath,
      question: visit.t('Remove all expired sessions now?'),
      explanation: visit.t('This happens by itself on the schedule of the configuration. Nobody is logged out by it.'),
      confirmLabel: visit.t('Remove'),
    },
  })
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
