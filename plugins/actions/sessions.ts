import { badRequest, leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply, SessionOverview, SignIn } from 'servus'

export const right = null
export const signedIn = true

/** "Where you are signed in": the sessions of the visitor's account, each with a button that ends it. Superusers may name another's. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const named = request.values.get('user') ?? ''
  const account = named === '' || named === request.user.name ? null : await accountOf(call, named)
  const id = account?.id ?? request.user.id
  const here = page.url({ action: 'sessions', ...(account === null ? {} : { user: account.name }) })
  if (request.method !== 'POST') return sessionsPage(call, account, id, here)

  if (request.form.has('others')) {
    const ended = await wiki.signIns.endOthers(id)
    leaveMessage(request.session, { kind: 'success', text: request.t('Signed out everywhere else ({ended}).', { ended }) })
    return redirect(here)
  }
  const handle = request.form.get('end')
  if (handle === null) throw badRequest('The form does not say which session is to be ended.')
  const isThis = (await wiki.signIns.of(id)).some((one) => one.isThis && one.handle === handle)
  const ended = await wiki.signIns.end(id, handle)
  if (isThis) return redirect(wiki.url(wiki.config.pageFrontPage))
  const text = ended ? request.t('That browser is signed out.') : request.t('That browser was signed out already.')
  leaveMessage(request.session, { kind: 'success', text })
  return redirect(here)
}

/** Asking for another's is refused in the same words whether there is such an account or not. */
async function accountOf({ request, wiki }: ActionCall, name: string): Promise<{ id: string; name: string }> {
  const record = await wiki.users.byName(name, { disabled: true })
  if ((request.user.behind ?? request.user).isSuperUser && record === null)
    throw badRequest(request.t('There is no account named {name}.', { name }))
  return { id: record?.id ?? '', name }
}

async function sessionsPage(
  call: ActionCall,
  account: { id: string; name: string } | null,
  id: string,
  here: string,
): Promise<ActionPage> {
  const { request, wiki } = call
  const found = await wiki.signIns.of(id)
  return {
    title:
      account === null ? request.t('Where you are signed in') : request.t('Where {name} is signed in', { name: account.name }),
    template: 'sessions',
    model: {
      formAction: here,
      sessions: found.map((one) => shown(call, one)),
      others: found.filter(({ isThis }) => !isThis).length,
      // A list without this one is not complete: a store may keep none.
      isOnly: found.length === 1 && found[0]?.isThis === true,
      endAll: account !== null,
      overview: (request.user.behind ?? request.user).isSuperUser ? overviewRows(call, await wiki.signIns.overview()) : null,
    },
    headers: { 'cache-control': 'no-store' },
  }
}

function shown({ request, wiki }: ActionCall, { device, address, created, lastSeen, kind, handle, isThis }: SignIn) {
  return {
    device: deviceWords(request, device),
    address,
    first: wiki.formatDateTime(created),
    firstIso: created.toISOString(),
    last: wiki.formatDateTime(lastSeen),
    lastIso: lastSeen.toISOString(),
    remembered: kind === 'remembered',
    handle,
    isThis,
  }
}

/** `Firefox on Linux`, as it was noted in English at the log-in, in the reader's language. */
function deviceWords(request: ActionCall['request'], device: string): string {
  if (device === '') return request.t('Unknown browser')
  const [, name] = /^A program \((.*)\)$/.exec(device) ?? []
  if (name !== undefined) return request.t('A program ({name})', { name })
  const [known = '', system] = device.split(' on ')
  const browser = known === 'An unknown browser' ? request.t('An unknown browser') : known
  return system === undefined ? browser : request.t('{browser} on {system}', { browser, system: systemWords(request, system) })
}

function systemWords(request: ActionCall['request'], system: string): string {
  const words = new Map([
    ['an iPhone', request.t('an iPhone')],
    ['an iPad', request.t('an iPad')],
    ['a Mac', request.t('a Mac')],
    ['a Chromebook', request.t('a Chromebook')],
  ])
  return words.get(system) ?? system
}

/** What an admin wants to know of the service, as rows of a list. */
function overviewRows(
  { request }: ActionCall,
  { live, stoppedEarly, counters }: SessionOverview,
): { name: string; value: string }[] {
  const more = stoppedEarly ? '+' : ''
  const waits = (counters['loads'] ?? 0) + (counters['merges'] ?? 0) + (counters['creates'] ?? 0) + (counters['touches'] ?? 0)
  const latency = waits === 0 ? 0 : (counters['waited'] ?? 0) / waits
  const rows: [string, string][] = [
    [request.t('Signed in'), `${live.user}${more}`],
    [request.t('Signed in, remembered'), `${live.remembered}${more}`],
    [request.t('Anonymous'), `${live.anonymous}${more}`],
  ]
  if (Object.keys(counters).length > 0) {
    rows.push([request.t('Mean wait for the store'), `${latency.toFixed(2)} ms`])
    for (const [name, value] of Object.entries(counters)) if (name !== 'waited') rows.push([name, String(value)])
  }
  return rows.map(([name, value]) => ({ name, value }))
}
