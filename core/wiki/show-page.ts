import type { WikiServices } from '../api/action.ts'
import type { Reply } from '../api/reply.ts'
import type { LayoutModel } from '../api/theme.ts'
import { redirect } from '../http/reply.ts'
import { normaliseName } from '../pages/normalise-name.ts'
import { resolveName } from '../pages/normalise-name.ts'
import { layoutModel } from './layout.ts'
import { htmlReply } from './frame.ts'
import { layoutParts, templateServices } from './reply-for.ts'
import { forbiddenReply, missingReply } from './error-pages.ts'
import { addToTrail, bringsSession } from './visitor-session.ts'
import type { Run } from './run.ts'

/** The page itself: its template, made once for everybody, filled for this reader. */
export async function showPage(run: Run, services: WikiServices): Promise<Reply> {
  const { parts, visit, href } = run
  const { page } = visit
  if (!(await visit.user.may.read(page.name))) return forbiddenReply(run, services, 'read')
  if (!page.exists) return (await withBlanks(run)) ?? missingReply(run, services)
  const facts = await parts.facts.get(page.name)
  const elsewhere = redirectTarget(run, facts.instructions.redirect)
  if (elsewhere !== null) return redirect(elsewhere, 302)

  const template = await parts.renderer.template(visit, page, services.pages, href)
  if (!template.isStatic) await visit.session.open?.()
  const markup = await parts.renderer.fill(template, visit, page, services.pages, href)
  if (wantsTrail(run) && (await bringsSession(visit))) addToTrail(visit.session, page.name, parts.config.trailSize)

  const messages = facts.instructions.deprecated ? [{ kind: 'warning' as const, text: visit.t('This page is deprecated.') }] : []
  const shown = { title: page.name, template: 'show', messages }
  const ready = await parts.themes.for(visit.user)
  const lent = templateServices(run, services)
  const came = visit.url.searchParams.get('redirect')
  const content = await ready.theme.render('show', { content: markup, old: null, redirectedFrom: came === null ? null : { text: came, href: href(came, { redirect: '' }) } }, lent)
  const layout = layoutModel(visit, shown, await layoutParts(run, shown, ready, await lastEdit(run, services)))
  const shell = await parts.frames.shell(layout, ready, lent)
  const headers: Record<string, string> = { 'cache-control': 'private, must-revalidate, max-age=0' }
  if (template.isStatic) headers['etag'] = `W/"${template.id}-${shell.id}"`
  return htmlReply(200, shell.before + content + shell.after, visit.language, headers)
}

function wantsTrail({ visit, parts }: Run): boolean {
  return parts.config.trailSize > 0 && visit.method === 'GET' && (!visit.user.valid || visit.user.preferences['showPageTrail'] !== false)
}

/** `/Some_Page` for a page named `Some Page`: old links write it so. */
async function withBlanks({ parts, visit, href }: Run): Promise<Reply | null> {
  const name = visit.page.name.replaceAll('_', ' ')
  if (name === visit.page.name || !(await parts.facts.get(name)).state.exists) return null
  return redirect(href(name), 301)
}

/** Where the page's `#redirect` leads, within this wiki only; null when it leads nowhere, or the visitor has just been redirected. */
function redirectTarget({ parts, visit, href }: Run, target: string | null): string | null {
  if (target === null || visit.url.searchParams.has('redirect')) return null
  const [written = '', anchor] = target.split('#', 2)
  const name = normaliseName(resolveName(visit.page.name, written), parts.config.pageGroupRegex)
  return name === '' || name === visit.page.name ? null : href(name, { redirect: visit.page.name }, anchor)
}

async function lastEdit({ parts, visit }: Run, services: WikiServices): Promise<LayoutModel['lastEdit']> {
  const { state, lastChange } = await parts.facts.get(visit.page.name)
  if (state.underlay) return null
  const last = await lastChange()
  if (last === null) return null
  const author = await services.author(last.author)
  return { author: author.name, authorHref: author.href, time: services.formatDateTime(last.time), iso: last.time.toISOString() }
}
