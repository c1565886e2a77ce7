import type { AuthorView, WikiServices } from '../api/action.ts'
import type { WikiEvents } from '../api/events.ts'
import type { Author } from '../api/page.ts'
import { normaliseName } from '../pages/normalise-name.ts'
import { Editor } from './editor.ts'
import { isWikiItself } from './wiki-author.ts'
import { PageFormats } from './page-formats.ts'
import { preferenceTabs } from './preference-tabs.ts'
import { ReaderPages } from './reader-pages.ts'
import { SettingsForms } from './settings-forms.ts'
import { VisitorSignIns } from './accounts/sign-ins.ts'
import { switchboard } from './switchboard.ts'
import type { Visit } from './wiki-request.ts'
import type { PageAddress } from './stored-page.ts'
import type { WikiParts } from './wiki-parts.ts'

/** What a wiki lends to one visitor's action. */
export function servicesFor(parts: WikiParts, visit: Visit, href: PageAddress): WikiServices {
  const { config, store, users, facts, links, tickets, accounts } = parts
  const author: Author = {
    userId: visit.user.id,
    address: config.logRemoteAddr ? visit.remoteAddress : '',
    host: config.logRemoteAddr ? visit.remoteAddress : '',
  }
  const dates = parts.dates.for(visit.user.timeZone || config.timeZone, config.timeZone)
  const pages = new ReaderPages({ store, facts, links, href }, visit.user)
  return {
    name: config.siteId,
    config,
    pages,
    store,
    users,
    // A view of a page needs none of these three.
    get people() {
      return accounts.people(visit)
    },
    get signIns() {
      return new VisitorSignIns(parts, visit)
    },
    get editor() {
      return new Editor({
        store,
        facts,
        config,
        user: visit.user,
        author,
        now: () => new Date(parts.clock.now()),
        emit: <K extends keyof WikiEvents>(event: K, about: WikiEvents[K]) => parts.emit(event, about),
        guards: parts.handlers,
        catchUp: () => parts.feed.catchUpNow(),
        sameRights: (before, after) => parts.rules.sameMeaning(before, after),
        t: (text, values) => visit.t(text, values),
      })
    },
    render: (page, text = null) => parts.renderer.renderText(visit, pages, page, text, href),
    format: (page, mimetype) =>
      new PageFormats(parts, visit, href).format(
        page,
        mimetype,
        () => parts.renderer.renderText(visit, pages, page, null, href),
        AbortSignal.timeout(config.deadlines.action),
      ),
    formats: () => new PageFormats(parts, visit, href).types(),
    sections: (pageName, text) => parts.renderer.sectionsOf(pageName, text),
    search: (query, options) => parts.search.search(query, visit.user.may, options),
    ticket: (action = visit.action, page = visit.page.name) => tickets.make(ticketScope(visit, action, page)),
    preferenceTabs: (call) => preferenceTabs(parts, call),
    url: href,
    settingsOf: (settings) => parts.pluginSettings.of(settings),
    pluginSettings: () => new SettingsForms(parts, visit).all(),
    savePluginSettings: (key, sent) => new SettingsForms(parts, visit).save(key, sent),
    get plugins() {
      return switchboard(parts, visit)
    },
    pluginNames: (kind) => parts.plugins.names(kind),
    pageName: (typed) => normaliseName(typed, config.pageGroupRegex),
    languages: parts.languages.names,
    now: () => new Date(parts.clock.now()),
    formatDate: (time) => dates.date.format(time),
    formatDateTime: (time) => dates.dateTime.format(time),
    author: (who) => authorView(parts, who, href),
    log: parts.log,
  }
}

export function ticketScope(visit: Visit, action: string, page: string) {
  const { user } = visit
  // Whom a proxy's header names may have no session yet when the form is made, and one when it comes back.
  return { user: user.id, session: user.valid && !visit.knownByRequest ? visit.session.key : '', action, page }
}

/** A link to the home page of whoever made a change, or the address of an anonymous one. */
export async function authorView({ users, config, facts }: WikiParts, author: Author, href: PageAddress): Promise<AuthorView> {
  if (isWikiItself(author)) return { name: config.sitename, href: '' }
  const { userId, address, host } = author
  const record = userId === '' ? null : await users.byId(userId)
  if (record !== null) {
    const exists = (await facts.get(record.name)).state.exists
    return { name: record.aliasName || record.name, href: exists ? href(record.name) : '' }
  }
  return { name: config.showHosts ? host || address : '', href: '' }
}
