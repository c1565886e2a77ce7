import type { ActionPage, Message, WikiServices } from '../api/action.ts'
import type { LayoutModel } from '../api/theme.ts'
import type { Reply } from '../api/reply.ts'
import { TemplateSession } from '../render/template-session.ts'
import type { TemplateServices } from '../render/theme.ts'
import { sessionToken } from '../session/index.ts'
import { bringsSession, readTrail, takeMessages } from './visitor-session.ts'
import { ticketScope } from './services.ts'
import type { PluginName } from '../plugins/plugin-health.ts'
import { allMessages, htmlReply } from './frame.ts'
import { type NamedPage, namedPage } from './shared-names.ts'
import { layoutModel, type LayoutParts } from './layout.ts'
import type { Run } from './run.ts'

/** What an action hands back. */
export type Shown = Reply | ActionPage

export function isReply(shown: Shown): shown is Reply {
  return 'status' in shown && 'cookies' in shown
}

/** Makes a reply of what an action says: its template, the layout around it. A reply stays as it is. */
export async function replyFor(run: Run, services: WikiServices, shown: Shown, file: string | null = null): Promise<Reply> {
  if (isReply(shown)) return shown
  const { parts, visit } = run
  const ready = await parts.themes.for(visit.user)
  const lent = templateServices(run, services)
  // Before any template: it may read the session.
  const flashed = (await bringsSession(visit)) ? takeMessages(visit.session) : []
  const content =
    shown.template === undefined
      ? String(shown.body ?? '')
      : await ready.theme.render(shown.template, shown.model ?? {}, lent, file)
  const said = { ...shown, messages: allMessages(shown.messages ?? [], flashed) }
  const page = await ready.theme.layout({ ...layoutModel(visit, said, await layoutParts(run, said, ready)), content }, lent)
  return htmlReply(shown.status ?? 200, page, visit.language, {
    ...(parts.config.languageIgnoreBrowser ? {} : { vary: 'Accept-Language' }),
    ...shown.headers,
  })
}

/** The helpers of a template, bound to this visitor. */
export function templateServices({ visit, href }: Run, services: WikiServices): TemplateServices {
  return {
    t: (text, values) => visit.t(text, values),
    ticket: (action, page) => services.ticket(action, page),
    url: href,
    formatDate: services.formatDate,
    formatDateTime: services.formatDateTime,
    sessionToken: () => sessionToken(visit.session),
    language: visit.language,
    session: new TemplateSession(visit.session),
    hasFragments: false,
  }
}

/** What the layout needs to know of the wiki and the visitor, beyond the request itself. */
export async function layoutParts(
  run: Run,
  shown: ActionPage,
  files: { readonly stylesheets: readonly string[]; readonly scripts: readonly string[] },
  lastEdit: LayoutModel['lastEdit'] = null,
): Promise<LayoutParts> {
  const { parts, visit, href } = run
  const { config } = parts
  const address = (path: string): string => (config.urlPrefixStatic ?? visit.config.scriptRoot) + path
  const brought = await bringsSession(visit)
  const named = (name: string): NamedPage => namedPage(name, parts)
  // Where wikis share a session, an entry that does not say whose page it is may be another wiki's.
  const isOurs = (name: string): boolean => !config.interwikiname || named(name).isCertain
  const trail = brought ? readTrail(visit.session).filter(isOurs) : []
  const linked = [...config.naviBar, ...visit.user.quickLinks, ...trail, visit.user.name]
    .map((entry) => pageNamed(entry, named))
    .filter((name) => name !== '')
  const exists = new Map<string, boolean>()
  for (const name of linked) exists.set(name, (await parts.facts.get(name)).state.exists)
  return {
    href,
    stylesheets: files.stylesheets.map(address),
    scripts: files.scripts.map(address),
    trail,
    messages: [...(shown.messages ?? []), ...failingPlugins(run)],
    menu: await parts.menu(visit),
    mayWrite: await visit.user.may.write(visit.page.name),
    mayRegister:
      parts.accounts.methods.takesPasswords &&
      !config.actionsExcluded.includes('newaccount') &&
      !config.actionsSuperuser.includes('newaccount'),
    hasOtherWays: parts.accounts.methods.hasButtons,
    logoutTicket: visit.user.valid ? parts.tickets.make(ticketScope(visit, 'logout', visit.page.name)) : '',
    lastEdit,
    pageExists: (name) => exists.get(name) ?? true,
    named,
  }
}

/** Superusers hear of plugins that are off for their faults, and of guards that are not although they should. */
function failingPlugins({ parts, visit, href }: Run): readonly Message[] {
  if (!visit.user.isSuperUser) return []
  const { health } = parts.plugins
  const link = { text: visit.t('Plugins'), href: href(visit.page.name, { action: 'plugins' }) }
  const namesOf = (records: readonly PluginName[]): string => records.map(({ kind, name }) => `${kind}/${name}`).join(', ')
  const names = namesOf(health.resting())
  const guards = namesOf(health.failingGuards())
  const texts = [
    names === '' ? '' : visit.t('Off for a while because of their faults: {names}.', { names }),
    guards === '' ? '' : visit.t('Guards that fail, so that what they should refuse may get through: {guards}.', { guards }),
  ]
  return texts.filter((text) => text !== '').map((text) => ({ kind: 'warning', text, link }))
}

/** The page that an entry of the navigation bar names; '' for one that leads elsewhere. */
function pageNamed(entry: string, named: (name: string) => NamedPage): string {
  const [, target = entry] = /^\[\[([^|\]]+)(?:\|[^\]]*)?\]\]$/.exec(entry) ?? []
  const { page, href } = named(target)
  return href !== null || /^https?:\/\//i.test(target) ? '' : page
}
