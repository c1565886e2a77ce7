import { Readable } from 'node:stream'
import type { ActionCall, ActionPage, ActionPlugin, WikiServices } from '../api/action.ts'
import {
  actionGaveNothing,
  actionTooSlow,
  badTicket,
  crossSite,
  methodNotAllowed,
  mustLogIn,
  unknownAction,
  actionOff,
  WikiError,
} from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { Session } from '../api/session.ts'
import { redirect } from '../http/reply.ts'
import { nameSessionUser, noteLook, sessionFacts } from '../session/index.ts'
import { errorReply, forbiddenReply, missingReply, staleFormReply } from './error-pages.ts'
import { isSameSite } from './same-site.ts'
import { purgePath, purgeSessions } from './purge-sessions.ts'
import { isReply, replyFor, type Shown } from './reply-for.ts'
import { servicesFor, ticketScope } from './services.ts'
import { finalizeApart, finalizeVisit, pageWishes, requestFor } from './session-wishes.ts'
import { showPage } from './show-page.ts'
import { currentPage } from './stored-page.ts'
import type { Run } from './run.ts'

/** The life of a request inside a wiki: session, visitor, form, action, reply, and the session's end on whatever reply it is. */
export async function dispatch(run: Run): Promise<Reply> {
  const { parts, visit } = run
  const unread = await formWithSession(run)
  visit.session = await parts.sessions.getSession(visit)
  speak(run)
  let reply: Reply
  try {
    const quick = unread === null ? parts.quickViews.get(visit) : null
    // Before anything is refused: an answer to nobody would end the session of whoever is logged in.
    if (quick === null) await recognise(run)
    if (unread !== null) throw unread
    reply = quick ?? (await answer(run))
  } catch (error) {
    reply = await errorReply(run, error)
  }
  try {
    if (visit.hasApart) await finalizeApart(parts, visit, reply)
    await finalizeVisit(parts, visit, reply)
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

async function recognise(run: Run): Promise<void> {
  const { parts, visit } = run
  visit.user = await parts.accounts.fromSession(visit)
  if (!visit.user.valid) return
  noteLook(visit.session)
  speak(run)
}

async function answer(run: Run): Promise<Reply> {
  const { parts, visit, href } = run
  const { name, canonical } = parts.pathNames.get(visit.path)
  visit.pageName = name
  await parts.feed.catchUp()

  if (!visit.user.valid) {
    parts.surge.check(visit.action, visit.remoteAddress)
    refuseStrangers(run)
  }

  const { state, instructions } = await parts.facts.get(name)
  visit.page = currentPage(name, state, parts.store, href)
  const isForm = visit.method === 'POST'
  if (isForm) await readForm(run)
  else if (canonical !== null && visit.path !== purgePath)
    return redirect(href(canonical, Object.fromEntries(visit.url.searchParams)), 301)

  if (visit.path === purgePath) return purgeSessions(run)
  if (visit.action === 'show')
    return visit.method === 'GET' || visit.method === 'HEAD'
      ? showPage(run, servicesFor(parts, visit, href))
      : Promise.reject(methodNotAllowed('show', 'GET, HEAD'))
  const { plugin, file } = await findAction(run)
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
  // Made when needed: an action that answers by itself needs none of it.
  let made: WikiServices | null = null
  const services = (): WikiServices => (made ??= servicesFor(parts, visit, href))
  const right = plugin.right === undefined ? 'read' : plugin.right
  if (right !== null && !(await visit.user.may[right](name))) return forbiddenReply(run, services(), right)
  if (plugin.signedIn === true && !visit.user.valid) return forbiddenReply(run, services(), 'signedIn')
  if (plugin.needsPage === true && !visit.page.exists) return missingReply(run, services())
  const request = wishes === 'none' ? visit : await requestFor(parts, visit, wishes)
  const deadline = new ActionDeadline()
  const call: ActionCall = {
    name: visit.action,
    request,
    page: visit.page,
    get wiki() {
      return services()
    },
    get signal() {
      return deadline.signal
    },
    t: (text, values) => parts.plugins.texts.text(file, visit, text, values),
  }
  const shown = await execute(run, plugin, call, deadline)
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
  if (!/\b(public|s-maxage)\b/i.test(headers.get('cache-control') ?? '')) return
  const vary = headers.get('vary') ?? ''
  if (!/(^|,)\s*(cookie|\*)\s*(,|$)/i.test(vary)) headers.set('vary', vary === '' ? 'Cookie' : `${vary}, Cookie`)
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

/** The language of the answer: the account's, else the browser's, else the wiki's. */
function speak({ parts, visit }: Run): void {
  const { config, languages } = parts
  const browser = config.languageIgnoreBrowser ? null : languages.choose(visit.headers['accept-language'])
  const language =
    [visit.user.language, browser, config.languageDefault].find((name) => name !== null && languages.names.includes(name)) ?? 'en'
  visit.translate = languages.get(language)
  visit.language = language
}

async function findAction({ parts, visit }: Run): Promise<{ plugin: ActionPlugin; file: string }> {
  const { config } = parts
  const hidden =
    config.actionsExcluded.includes(visit.action) || (config.actionsSuperuser.includes(visit.action) && !visit.user.isSuperUser)
  const loaded = hidden ? null : await parts.plugins.load('actions', visit.action)
  if (loaded === null) throw unknownAction(visit.action)
  if ('error' in loaded) {
    if (loaded.error instanceof WikiError && loaded.error.code === 'plugin-off') throw actionOff()
    parts.plugins.health.fault('actions', visit.action, loaded.error, { message: 'action cannot be loaded', reference: visit.id })
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

/** A reply that does not go out: files that it would have been read from are closed. */
function discard(shown: Shown | undefined): void {
  if (shown !== undefined && shown !== null && 'body' in shown && shown.body instanceof Readable) shown.body.destroy()
}

/** An action's deadline. Its signal is made when the action asks for it: few do, and one costs a tenth of a small answer. */
class ActionDeadline {
  #controller: AbortController | null = null
  isOver = false

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.isOver) this.end()
    }
    return this.#controller.signal
  }

  end(): void {
    this.isOver = true
    this.#controller?.abort(new DOMException('The action took longer than deadlines.action allows', 'TimeoutError'))
  }
}

async function execute(run: Run, plugin: ActionPlugin, call: ActionCall, deadline: ActionDeadline): Promise<Shown> {
  const { health } = run.parts.plugins
  const ms = run.parts.config.deadlines.action
  // An action may throw at once: that is no different from a promise that is rejected.
  const answer = health.run('actions', call.name, async () => plugin.execute(call))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      deadline.end()
      // Nobody waits for what comes after the deadline.
      answer.then(discard).catch(() => {})
      reject(actionTooSlow(call.name))
    }, ms)
  })
  try {
    const shown: Reply | ActionPage | undefined = await Promise.race([answer, late])
    // Checked although typed: an action may be plain JavaScript.
    if (shown === undefined || shown === null) throw actionGaveNothing(call.name)
    return shown
  } catch (error) {
    // What visitors are to be told is no fault of the action.
    if (!(error instanceof WikiError && error.expose))
      health.fault('actions', call.name, error, { message: 'action failed', reference: run.visit.id })
    throw error
  } finally {
    clearTimeout(timer)
  }
}
