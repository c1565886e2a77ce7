import type { ActionPage, Message } from '../api/action.ts'
import type { LayoutModel, Link } from '../api/theme.ts'
import { textDirection } from '../http/languages.ts'
import type { NamedPage } from './shared-names.ts'
import type { PageAddress } from './stored-page.ts'
import type { Visit } from './wiki-request.ts'

/** What the layout needs beyond the request. */
export interface LayoutParts {
  readonly href: PageAddress
  readonly stylesheets: readonly string[]
  readonly scripts: readonly string[]
  readonly trail: readonly string[]
  readonly messages: readonly Message[]
  readonly menu: readonly { readonly action: string; readonly label: string }[]
  readonly mayWrite: boolean
  readonly mayRegister: boolean
  /** There are ways to log in besides the wiki's own passwords, which an account can be connected with. */
  readonly hasOtherWays: boolean
  readonly logoutTicket: string
  readonly lastEdit: LayoutModel['lastEdit']
  pageExists(name: string): boolean
  /** What a name in quick links, navigation or trail means. */
  named(name: string): NamedPage
}

/** Everything the layout shows around the content. Equal visits make equal models, so that a rendered layout can be used again. */
export function layoutModel(visit: Visit, shown: ActionPage, parts: LayoutParts): Omit<LayoutModel, 'content'> {
  const { config, page, user, action, t } = { ...pick(visit), t: visit.t.bind(visit) }
  const { href } = parts
  const pageLink = (name: string, text = name): Link => ({
    text,
    href: href(name),
    current: name === page.name && action === 'show',
    kind: parts.pageExists(name) ? '' : 'nonexistent',
  })
  const namedLink = (name: string, text?: string): Link => {
    const { page: named, href: elsewhere } = parts.named(name)
    return elsewhere === null ? pageLink(named, text) : { text: text ?? named, href: elsewhere, kind: 'interwiki' }
  }
  return {
    language: visit.language,
    direction: textDirection(visit.language),
    sitename: config.sitename,
    title: shown.title,
    robots: shown.robots ?? (action === 'show' && (shown.status ?? 200) === 200 ? 'index, follow' : 'noindex, nofollow'),
    frontPage: { text: config.sitename, href: href(config.pageFrontPage) },
    pageName: page.name,
    pageParts: page.name
      .split('/')
      .map((text, i, parts_) => ({ text, href: href(parts_.slice(0, i + 1).join('/')), current: i === parts_.length - 1 })),
    pageExists: page.exists,
    action,
    isPageView: action === 'show',
    mayWrite: parts.mayWrite,
    bare: shown.bare ?? false,
    stylesheets: [...parts.stylesheets, ...config.stylesheets],
    scripts: parts.scripts,
    colorScheme: scheme(user.preferences['colorScheme']),
    navigation: config.naviBar.map((entry) => naviLink(entry, namedLink)),
    quickLinks: user.quickLinks.map((entry) => naviLink(entry, namedLink)),
    trail: parts.trail.map((name) => namedLink(name)),
    search: { action: href('FindPage'), value: '' },
    user: {
      valid: user.valid,
      name: user.aliasName || user.name,
      home: user.valid ? pageLink(user.name) : null,
      preferences: href(page.name, { action: 'userprefs' }),
      login: href(page.name, { action: 'login' }),
      register: parts.mayRegister ? href(page.name, { action: 'newaccount' }) : null,
      logout: user.valid ? { action: href(page.name, { action: 'logout' }), ticket: parts.logoutTicket } : null,
      isSuperUser: user.isSuperUser,
      sessions: href(page.name, { action: 'sessions' }),
      identities: parts.hasOtherWays ? href(page.name, { action: 'identities' }) : null,
      behind: user.behind?.name ?? '',
      plugins: user.isSuperUser ? href(page.name, { action: 'plugins' }) : null,
      switchUser: (user.behind ?? user).isSuperUser ? href(page.name, { action: 'switchuser' }) : null,
    },
    tabs: tabs(),
    menu: parts.menu.map((entry) => ({
      text: t(entry.label),
      href: href(page.name, { action: entry.action }),
      current: entry.action === action,
      rel: 'nofollow',
    })),
    messages: parts.messages,
    lastEdit: parts.lastEdit,
    pageHeader: config.pageHeader,
    pageFooter: config.pageFooter,
  }

  function tabs(): Link[] {
    const tab = (name: string, text: string): Link => ({
      text: t(text),
      href: href(page.name, { action: name }),
      current: action === name,
      rel: 'nofollow',
    })
    const shows: Link = { text: t('Page'), href: href(page.name), current: action === 'show' }
    const edits = tab('edit', parts.mayWrite ? (page.exists ? 'Edit' : 'Create') : 'Source')
    const source = parts.mayWrite ? edits : { ...edits, href: href(page.name, { action: 'raw' }) }
    return page.exists || page.revision > 0
      ? [shows, source, tab('info', 'History')]
      : [shows, ...(parts.mayWrite ? [edits] : [])]
  }
}

function pick({ config, page, user, action }: Visit) {
  return { config, page, user, action }
}

function scheme(chosen: unknown): string {
  return chosen === 'light' || chosen === 'dark' ? chosen : ''
}

/** `PageName`, `Wiki:PageName`, `[[PageName|Text]]`, or `[[https://…|Text]]`. */
function naviLink(entry: string, namedLink: (name: string, text?: string) => Link): Link {
  const [, target = entry, text] = /^\[\[([^|\]]+)(?:\|([^\]]*))?\]\]$/.exec(entry) ?? []
  if (/^https?:\/\//i.test(target)) return { text: text ?? target, href: target, kind: 'http' }
  return namedLink(target, text)
}
