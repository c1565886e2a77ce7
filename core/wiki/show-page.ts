import type { WikiServices } from '../api/action.ts'
import type { Reply } from '../api/reply.ts'
import type { LayoutModel } from '../api/theme.ts'
import { redirect } from '../http/reply.ts'
import { normaliseName, resolveName } from '../pages/normalise-name.ts'
import { written } from '../render/written.ts'
import { layoutModel } from './layout.ts'
import { allMessages, contentMark, htmlReply, type Shell, shellOf } from './frame.ts'
import { ReaderPages } from './reader-pages.ts'
import { ticketScope } from './services.ts'
import { sharedName } from './shared-names.ts'
import { pageWishes, requestFor } from './session-wishes.ts'
import type { ReadyTheme } from './themes.ts'
import { layoutParts, templateServices } from './reply-for.ts'
import { forbiddenReply, missingReply } from './error-pages.ts'
import { addToTrail, bringsSession, readTrail, takeMessages } from './visitor-session.ts'
import type { Run } from './run.ts'

/** The page itself: its template, made once for everybody, filled for this reader. */
export async function showPage(run: Run, services: () => WikiServices): Promise<Reply> {
  const { parts, visit, href } = run
  const { page } = visit
  const { version } = parts.feed
  if (!(await visit.user.may.read(page.name))) return forbiddenReply(run, services(), 'read')
  if (!page.exists) return (await withBlanks(run)) ?? missingReply(run, services())
  const facts = parts.facts.peek(page.name) ?? (await parts.facts.get(page.name))
  const elsewhere = redirectTarget(run, facts.instructions.redirect)
  if (elsewhere !== null) return redirect(elsewhere, 302)

  const asked = parts.renderer.template(visit, page, href)
  const template = asked instanceof Promise ? await asked : asked
  if (!template.isStatic) await visit.session.open?.()
  const wished = requestFor(parts, visit, pageWishes(facts.instructions, visit.user))
  const request = wished instanceof Promise ? await wished : wished
  const { store, facts: factsOf, links } = parts
  const pages = new ReaderPages({ store, facts: factsOf, links, href }, visit.user)
  const content = await parts.renderer.fillBytes(template, request, page, pages, href)
  parts.search.pageShown()
  const brought = await bringsSession(visit)
  if (brought && wantsTrail(run)) addToTrail(visit.session, sharedName(page.name, parts.config), parts.config.trailSize)
  const ready = await parts.themes.for(visit.user)
  const messages = brought ? takeMessages(visit.session) : []
  const key = shellKey(run, ready.theme.name, brought ? readTrail(visit.session) : [], messages)
  const known = parts.frames.get(key)
  const { shell, isShared } =
    known === undefined ? await frame(run, services(), ready, messages) : { shell: known, isShared: true }
  if (known === undefined && isShared) parts.frames.keep(key, shell)
  const made = htmlReply(200, [shell.before, ...content, shell.after], visit.language, {
    'cache-control': `${visit.user.valid ? 'private' : 'public'}, max-age=0, must-revalidate`,
    vary: parts.config.languageIgnoreBrowser ? 'Cookie' : 'Cookie, Accept-Language',
  })
  if (template.isStatic) {
    made.headers.set('etag', `W/"${template.id}-${shell.id}"`)
    // A page that changed before the version was looked at has other facts by now.
    const isCurrent = facts.state.exists && facts.state.revision === page.revision
    if (isShared && isCurrent && !brought && !visit.user.valid && !parts.accounts.looksAtRequests)
      parts.quickViews.keep(visit, made, version)
  }
  return made
}

/** Everything the frame around a page depends on; what other pages contribute changes with the feed's version. */
function shellKey({ parts, visit }: Run, theme: string, trail: readonly string[], messages: readonly unknown[]): string {
  const { user } = visit
  const who = user.valid
    ? [
        user.id,
        user.name,
        user.aliasName,
        user.quickLinks,
        user.timeZone,
        user.preferences['colorScheme'],
        user.isSuperUser,
        user.behind?.name,
        user.behind?.isSuperUser,
        parts.tickets.make(ticketScope(visit, 'logout', visit.page.name)),
      ]
    : user.preferences['colorScheme']
  return JSON.stringify([
    theme,
    visit.config.scriptRoot,
    visit.language,
    visit.page.name,
    visit.query.get('redirect'),
    parts.feed.version,
    who,
    trail,
    messages,
  ])
}

/** The frame around a page. One in which the theme read the session, showed a fragment that ends, or failed, is for this view alone. */
async function frame(
  run: Run,
  services: WikiServices,
  ready: ReadyTheme,
  flashed: readonly unknown[],
): Promise<{ shell: Shell; isShared: boolean }> {
  const { parts, visit, href } = run
  const { instructions } = await parts.facts.get(visit.page.name)
  const messages = allMessages(
    instructions.deprecated ? [{ kind: 'warning', text: visit.t('This page is deprecated.') }] : [],
    flashed,
  )
  const shown = { title: visit.page.name, messages }
  const lent = templateServices(run, services)
  const came = visit.query.get('redirect')
  const redirectedFrom = came === null ? null : { text: came, href: href(came, { redirect: '' }) }
  const language = instructions.language ?? parts.config.languageDefault
  const model = { content: contentMark, written: written(language), old: null, redirectedFrom }
  const { faults } = ready.theme
  const content = await ready.theme.render('show', model, lent)
  const markup = await ready.theme.layout(
    { ...layoutModel(visit, shown, await layoutParts(run, shown, ready, await lastEdit(run, services))), content },
    lent,
  )
  return { shell: shellOf(markup), isShared: lent.session.reads === 0 && !lent.hasFragments && ready.theme.faults === faults }
}

function wantsTrail({ visit, parts }: Run): boolean {
  return (
    parts.config.trailSize > 0 &&
    visit.method === 'GET' &&
    (!visit.user.valid || visit.user.preferences['showPageTrail'] !== false)
  )
}

/** `/Some_Page` for a page named `Some Page`: old links write it so. */
async function withBlanks({ parts, visit, href }: Run): Promise<Reply | null> {
  const name = visit.page.name.replaceAll('_', ' ')
  if (name === visit.page.name || !(await parts.facts.get(name)).state.exists) return null
  return redirect(href(name), 301)
}

/** Where the page's `#redirect` leads, within this wiki only; null when it leads nowhere, or the visitor has just been redirected. */
function redirectTarget({ parts, visit, href }: Run, target: string | null): string | null {
  if (target === null || visit.query.has('redirect')) return null
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
