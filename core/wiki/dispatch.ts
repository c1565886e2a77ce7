import type { ActionPlugin, WikiServices } from '../api/action.ts'
import { badTicket, crossSite, methodNotAllowed, mustLogIn, unknownAction, actionOff, WikiError } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { Session, Soon } from '../api/session.ts'
import { after, isThenable } from '../base/soon.ts'
import type { Visitor } from './accounts/accounts.ts'
import { redirect } from '../http/reply.ts'
import { addVary } from '../http/vary.ts'
import type { Loaded } from '../plugins/plugins.ts'
import { nameSessionUser, noteLook, sessionFacts } from '../session/index.ts'
import { errorReply, forbiddenReply, missingReply, staleFormReply } from './error-pages.ts'
import { isSameSite } from './same-site.ts'
import { purgePath, purgeSessions } from './purge-sessions.ts'
import { readerLanguage } from './reader-language.ts'
import { isReply, replyFor } from './reply-for.ts'
import { ActionRun, discard, runAction } from './run-action.ts'
import { servicesFor, ticketScope } from './services.ts'
import { finalizeApart, finalizeVisit, pageWishes, requestFor } from './session-wishes.ts'
import { showPage } from './show-page.ts'
import { currentPage } from './stored-page.ts'
import type { Run } from './run.ts'

/**
 * The life of a request inside a wiki: session, visitor, form, action, reply, and the session's end on whatever reply it is.
 * Nothing is waited for that is at hand: each wait costs more than most of what is done here.
 */
export async function dispatch(run: Run): Promise<Reply> {
  const { parts, visit } = run
  const unread = visit.method === 'POST' ? await formWithSession(run) : null
  const session = parts.sessions.getSession(visit)
  visit.session = isThenable(session) ? await session : session
  speak(run)
  let reply: Reply
  try {
    const quick = unread === null ? parts.quickViews.get(visit) : null
    // Before anything is refused: an answer to nobody would end the session of whoever is logged in.
    if (quick === null) {
      const recognised = recognise(run)
      if (recognised instanceof Promise) await recognised
    }
    if (unread !== null) throw unread
    reply = quick ?? (await answer(run))
  } catch (error) {
    reply = await errorReply(run, error)
  }
  try {
    if (visit.hasApart) await finalizeApart(parts, visit, reply)
    const finalized = finalizeVisit(parts, visit, reply)
    if (isThenable(finalized)) await finalized
  } catch (error) {
    discard(reply)
    reply = await errorReply(run, error)
  }
  if (reply.status === 200 && visit.action === 'show' && visit.method === 'GET')
    parts.hits.note('VIEWPAGE', visit.pageName || parts.pathNames.get(visit.path).name, visit)
  reply.note = {
    wiki: parts.config.siteId,
    page: visit.pageName,
    action: visit.action,
    storeReads: storeReads(visit.session),
    ...reply.note,
  }
  return reply
}

/** The session's record is read at most once in a request; without a cookie of ours never. */
function storeReads(session: Session): number {
  const facts = sessionFacts(session)
  return facts?.brought === true && facts.loaded ? 1 : 0
}

function recognise(run: Run): Soon<void> {
  return after(run.parts.accounts.fromSession(run.visit), (user) => welcome(run, user))
}

function welcome(run: Run, user: Visitor): void {
  const { visit } = run
  visit.user = user
  if (!visit.user.valid) return
  noteLook(visit.session)
  speak(run)
}

async function answer(run: Run): Promise<Reply> {
  const { parts, visit, href } = run
  const { name, canonical } = parts.pathNames.get(visit.path)
  visit.pageName = name
  if (!parts.feed.isCurrent()) await parts.feed.catchUp()

  if (!visit.user.valid) {
    parts.surge.check(visit.action, visit.remoteAddress)
    refuseStrangers(run)
  }

  const { state, instructions } = parts.facts.peek(name) ?? (await parts.facts.get(name))
  visit.page = currentPage(name, state, parts.store, href)
  const isForm = visit.method === 'POST'
  if (isForm) await readForm(run)
  else if (canonical !== null && visit.path !== purgePath)
    return redirect(href(canonical, Object.fromEntries(visit.url.searchParams)), 301)

  if (visit.path === purgePath) return purgeSessions(run)
  // Made when needed: a page that is at hand, and an action that answers by itself, need none of it.
  let made: WikiServices | null = null
  const services = (): WikiServices => (made ??= servicesFor(parts, visit, href))
  if (visit.action === 'show')
    return visit.method === 'GET' || visit.method === 'HEAD'
      ? showPage(run, services)
      : Promise.reject(methodNotAllowed('show', 'GET, HEAD'))
  const found = findAction(run)
  const { plugin, file } = found instanceof Promise ? await found : found
  const allowed = plugin.methods ?? (['GET', 'POST'] as const)
  const method = visit.method === 'HEAD' ? 'GET' : visit.method
  if (!allowed.some((one) => one === method)) throw methodNotAllowed(visit.action, allowed.join(', '))
  const wishes = plugin.session ?? pageWishes(instructions, visit.user)
  if (wishes !== 'none') await visit.session.open?.()

  if (isForm) {
    if (!isSameSite(visit)) throw crossSite()
    if (plugin.ticket !== false && !parts.tickets.isGood(visit.form.get('ticket'), ticketScope(visit, visit.action, name)))
      return staleFormReply(run, badTicket())
    const refused = await signInOnTheWay(run)
    if (refused !== null) return refused
  }
  const right = plugin.right === undefined ? 'read' : plugin.right
  if (right !== null && !(await visit.user.may[right](name))) return forbiddenReply(run, services(), right)
  if (plugin.signedIn === true && !visit.user.valid) return forbiddenReply(run, services(), 'signedIn')
  if (plugin.needsPage === true && !visit.page.exists) return missingReply(run, services())
  const wished = wishes === 'none' ? visit : requestFor(parts, visit, wishes)
  const request = wished instanceof Promise ? await wished : wished
  const shown = await runAction(run, plugin, new ActionRun(run, file, request, services))
  const reply = isReply(shown) ? shown : await replyFor(run, services(), shown, file)
  if (wishes !== 'none') sayWhoMatters(reply)
  return reply
}

/** Where a sign-in method lets nobody in whom it does not know; the way to log in by another one stays open. */
function refuseStrangers({ parts, visit }: Run): void {
  if (visit.action === 'login' && parts.accounts.methods.hasLoginPage) return
  const challenge = parts.accounts.challenge(visit, true)
  if (challenge !== null) throw mustLogIn(challenge)
}

/** Rights and `request.user` make any answer of an action another one for another visitor: what is for all who bring no cookie must not reach those who bring one. */
function sayWhoMatters({ headers }: Reply): void {
  const caching = headers.get('cache-control')
  if (caching !== undefined && /\b(public|s-maxage)\b/i.test(caching)) addVary(headers, 'Cookie')
}

async function readForm({ parts, visit, readForm: read }: Run): Promise<void> {
  if (visit.formRead) return
  const { fields, files } = await read({ fields: parts.config.formSizeLimit, files: parts.config.uploadSizeLimit })
  visit.form = fields
  visit.files = files
  visit.formRead = true
}

/** Where a session id may come by form, the form is read before the session. Answers what went wrong, for which there must be a session as well. */
async function formWithSession(run: Run): Promise<Error | null> {
  const { visit } = run
  if (visit.method !== 'POST' || !visit.config.sessionTransports?.includes('form')) return null
  try {
    await readForm(run)
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function speak({ parts, visit }: Run): void {
  visit.translate = readerLanguage(parts, visit)
  visit.language = visit.translate.language
}

function findAction(run: Run): Soon<{ plugin: ActionPlugin; file: string }> {
  const { config, plugins } = run.parts
  const { action, user } = run.visit
  const hidden = config.actionsExcluded.includes(action) || (config.actionsSuperuser.includes(action) && !user.isSuperUser)
  if (hidden) throw unknownAction(action)
  return after(plugins.peek('actions', action) ?? plugins.load('actions', action), (loaded) => usable(run, loaded))
}

function usable({ parts, visit }: Run, loaded: Loaded<ActionPlugin> | null): { plugin: ActionPlugin; file: string } {
  if (loaded === null) throw unknownAction(visit.action)
  if ('error' in loaded) {
    if (loaded.error instanceof WikiError && loaded.error.code === 'plugin-off') throw actionOff()
    parts.plugins.health.fault('actions', visit.action, loaded.error, {
      message: 'action cannot be loaded',
      reference: visit.id,
    })
    throw loaded.error
  }
  nameSessionUser(visit.session, `action ${visit.action}`)
  return loaded
}

/** A form that came back after its session had ended may carry name and password along: sign in, then go on with it. */
async function signInOnTheWay(run: Run): Promise<Reply | null> {
  const { parts, visit } = run
  const name = visit.form.get('login_name')
  const password = visit.form.get('login_password')
  if (name === null || password === null || name === '') return null
  const { ok, message } = await parts.accounts
    .people(visit)
    .signIn({ name, password, remember: visit.form.get('login_remember') === '1' })
  if (ok) return null
  const further = visit.t('Logging in takes a further step here. Do it in another tab, then send this again.')
  return staleFormReply(run, badTicket(), message === '' ? further : message)
}
