import type { ActionPage, WikiServices } from '../api/action.ts'
import { WikiError } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { Right } from '../api/user.ts'
import { html } from '../api/html.ts'
import { closest } from '../base/closest.ts'
import type { Run } from './run.ts'
import { htmlReply } from './frame.ts'
import { replyFor } from './reply-for.ts'
import { servicesFor } from './services.ts'
import { currentPage } from './stored-page.ts'

/** Whatever was thrown, as a page: a visitor's own mistake in words, anything else with an id that the log has too. */
export async function errorReply(run: Run, thrown: unknown): Promise<Reply> {
  const { visit, parts, href } = run
  const error = thrown instanceof Error ? thrown : new Error(`something that is no Error was thrown: ${String(thrown)}`)
  const known = error instanceof WikiError ? error : null
  const status = known?.status ?? 500
  const exposed = known?.expose === true
  if (!exposed)
    parts.log.error(
      {
        request: visit.id,
        wiki: parts.config.siteId,
        page: visit.pageName,
        action: visit.action,
        ...(parts.plugins.health.knows(error) ? { problem: error.message } : { err: error }),
      },
      'request failed',
    )
  const shown: ActionPage = {
    title: visit.t(titles.get(status) ?? (status < 500 ? 'That did not work' : 'Something went wrong')),
    status,
    template: 'error',
    model: {
      status,
      message: exposed ? visit.t(error.message) : visit.t('Something went wrong here.'),
      errorId: exposed ? '' : visit.id,
      detail: !exposed && visit.user.isSuperUser ? (error.stack ?? error.message) : '',
      homeHref: href(parts.config.pageFrontPage),
      retryHref: status >= 500 && visit.method === 'GET' ? hereAgain(visit.url) : '',
    },
    headers: { 'cache-control': 'no-store', ...known?.headers },
  }
  try {
    if (!visit.hasPage) visit.page = currentPage(visit.pageName || parts.config.pageFrontPage, nowhere, parts.store, href)
    return await replyFor(run, servicesFor(parts, visit, href), shown)
  } catch (second) {
    // The theme itself may be what is broken: then a bare page.
    parts.log.error({ request: visit.id, err: second }, 'the error page failed')
    const said = exposed ? error.message : `Something went wrong here. Reference: ${visit.id}`
    const body = html`<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${shown.title}</title><h1>${shown.title}</h1><p>${said}</p>`
    return htmlReply(status, body.markup, 'en', { 'cache-control': 'no-store' })
  }
}

/** The same address once more. Two slashes at the beginning would be another host's. */
function hereAgain({ pathname, search }: URL): string {
  return pathname.replace(/^\/+/, '/') + search
}

const titles = new Map([
  [400, 'This request cannot be understood'],
  [401, 'Please log in'],
  [403, 'You may not do that'],
  [404, 'Not found'],
  [413, 'Too large'],
  [503, 'Not possible at the moment'],
])
const nowhere = { exists: false, revision: 0, deleted: false, underlay: false, size: 0, modified: null }

/** 403, with the way to log in, and with the text of a page that was sent when the right had gone. */
export function forbiddenReply(run: Run, services: WikiServices, lacking: Right | 'signedIn'): Promise<Reply> {
  const { visit, parts, href } = run
  const name = visit.page.name
  const challenge = visit.user.valid ? null : parts.accounts.challenge(visit)
  return replyFor(run, services, {
    title: visit.t('You may not do that'),
    status: challenge === null ? 403 : 401,
    template: 'forbidden',
    model: {
      message: visit.t(refusals[lacking]),
      loginHref: visit.user.valid
        ? ''
        : href(name, {
            action: 'login',
            ...(visit.method === 'GET' && visit.action !== 'show' ? { then: wantedQuery(visit.url) } : {}),
          }),
      backHref: lacking === 'read' ? '' : href(name),
      homeHref: href(parts.config.pageFrontPage),
      typed: typedFields(visit.form)
        .filter(({ name, value, long }) => (long || name === 'comment') && value.trim() !== '')
        .map(({ value }) => value),
    },
    headers: { 'cache-control': 'no-store', ...(challenge === null ? {} : { 'www-authenticate': challenge }) },
  })
}

/** What was asked for, without a session id that came by the address: whoever copies a link must not copy the session. */
function wantedQuery(url: URL): string {
  const wanted = new URLSearchParams(url.searchParams)
  wanted.delete('session')
  return wanted.toString()
}

const refusals: Readonly<Record<Right | 'signedIn', string>> = {
  read: 'You may not read this page.',
  write: 'You may not change this page.',
  delete: 'You may not delete this page.',
  revert: 'You may not bring back older versions of this page.',
  admin: 'You may not change who may do what with this page.',
  signedIn: 'This is for visitors who are logged in.',
}

/** 404 for a page that is not there, with what the visitor may have wanted. Nothing is created by looking. */
export async function missingReply(run: Run, services: WikiServices): Promise<Reply> {
  const { visit, parts, href } = run
  const name = visit.page.name
  const mayWrite = await visit.user.may.write(name)
  const { state, lastChange } = await parts.facts.get(name)
  const last = state.deleted ? await lastChange() : null
  const templates = mayWrite ? await parts.templateNames.readable(services.pages) : []
  return replyFor(run, services, {
    title: name,
    status: 404,
    template: 'missing',
    model: {
      pageName: name,
      createHref: mayWrite ? href(name, { action: 'edit' }) : '',
      loginHref: visit.user.valid ? '' : href(name, { action: 'login' }),
      deleted: last && {
        time: services.formatDateTime(last.time),
        iso: last.time.toISOString(),
        author: (await services.author(last.author)).name,
        historyHref: href(name, { action: 'info' }),
      },
      templates: templates.map((template) => ({ text: template, href: href(name, { action: 'edit', template }) })),
      similar: await similar(name, services),
      searchHref: href('FindPage', { action: 'fullsearch', value: name }),
    },
  })
}

/** How many neighbours of a name, in the order of names, are compared with it on either side. */
const neighbours = 15

/**
 * Names that differ by little, or by case and blanks only. Only the neighbourhood in the sorted list is looked at: a 404 costs the
 * same in any wiki, however often robots guess.
 */
async function similar(name: string, services: WikiServices): Promise<{ text: string; href: string }[]> {
  const all = await services.store.names()
  const near = new Set<string>()
  for (const start of new Set([
    name,
    name.slice(0, 1).toUpperCase() + name.slice(1),
    name.slice(0, Math.ceil(name.length / 2)),
  ])) {
    const at = firstNotBefore(all, start)
    for (const other of all.slice(Math.max(0, at - neighbours), at + neighbours)) near.add(other)
  }
  const plain = fold(name)
  const found = new Set([...near].filter((other) => fold(other) === plain || other.startsWith(`${name}/`)))
  const likely = closest(name, [...near])
  if (likely !== null) found.add(likely)
  const links: { text: string; href: string }[] = []
  for (const other of [...found].slice(0, 10))
    if ((await services.pages.read(other)) !== null) links.push({ text: other, href: services.url(other) })
  return links
}

/** Where a name stands, or would stand, in a sorted list. */
function firstNotBefore(sorted: readonly string[], name: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < name) low = middle + 1
    else high = middle
  }
  return low
}

const fold = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** A form whose ticket is stale: nothing was done, everything typed comes back, to be sent again with a fresh ticket. */
export async function staleFormReply(run: Run, error: WikiError, loginMessage = ''): Promise<Reply> {
  const { visit, parts, href } = run
  return replyFor(run, servicesFor(parts, visit, href), {
    title: visit.t('Please send this again'),
    status: error.status,
    template: 'resubmit',
    model: {
      formAction: hereAgain(visit.url),
      fields: typedFields(visit.form),
      login:
        visit.user.valid || !parts.accounts.methods.takesPasswords
          ? null
          : { name: visit.form.get('login_name') ?? '', message: loginMessage },
    },
    headers: { 'cache-control': 'no-store' },
  })
}

/** What a form brought, but for tickets and passwords. `long`: written by a person, and shown as such. */
function typedFields(form: URLSearchParams): { name: string; value: string; long: boolean }[] {
  return [...form]
    .filter(([name]) => name !== 'ticket' && !/password/i.test(name) && !name.startsWith('login_'))
    .map(([name, value]) => ({ name, value, long: name === 'savetext' || value.length > 80 || value.includes('\n') }))
}
