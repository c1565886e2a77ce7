import { leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, Identity, Reply } from 'servus'

export const right = null
export const signedIn = true

/** "Other ways to log in": who the visitor's account is elsewhere. Each can be taken away, and others be connected. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const here = page.url({ action: 'identities' })
  if (request.method !== 'POST') return identitiesPage(call, here)
  const identity = { issuer: request.form.get('issuer') ?? '', subject: request.form.get('subject') ?? '' }
  const done = await wiki.people.unlink(identity)
  const text = done
    ? request.t('Nobody gets into your account this way any more.')
    : request.t('This is the only way into your account, or it is gone already: nothing was changed.')
  leaveMessage(request.session, { kind: done ? 'success' : 'warning', text })
  return redirect(here)
}

async function identitiesPage({ request, page, wiki }: ActionCall, formAction: string): Promise<ActionPage> {
  const { people } = wiki
  const { buttons } = people.loginWays
  const isSelf = (request.user.behind ?? null) === null
  return {
    title: request.t('Other ways to log in'),
    template: 'identities',
    model: {
      formAction,
      identities: (await people.identities()).map(shown),
      connectHref: isSelf && buttons.length > 0 ? page.url({ action: 'login', link: 1, then: 'action=identities' }) : '',
    },
    headers: { 'cache-control': 'no-store' },
  }
}

function shown({ issuer, subject }: Identity): Identity & { readonly host: string } {
  return { issuer, subject, host: URL.canParse(issuer) ? new URL(issuer).host : issuer }
}
