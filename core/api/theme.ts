import type { Message } from './action.ts'

/**
 * A theme is a folder `plugins/themes/NAME/` of Handlebars templates (`layout.hbs` around everything, one per action view)
 * and a `static/` folder. `theme.ts` in it exports this. A template that the theme lacks comes from its `base`, at last from `default`.
 */
export interface ThemePlugin {
  /** Shown in the preferences. */
  readonly label: string
  readonly base?: string
  /** Style sheets of the theme in `static/`, in order. */
  readonly stylesheets: readonly string[]
  /** Scripts in `static/`; loaded as modules, deferred. */
  readonly scripts?: readonly string[]
}

/** What `layout.hbs` shows. Every string is escaped by the template but `content`, `pageHeader` and `pageFooter`, which are markup. */
export interface LayoutModel {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly sitename: string
  readonly title: string
  readonly robots: string
  readonly frontPage: Link
  readonly pageName: string
  /** The page's name split at `/`, each part linked: breadcrumbs. */
  readonly pageParts: readonly Link[]
  readonly pageExists: boolean
  readonly action: string
  /** True when the action shows the page itself. */
  readonly isPageView: boolean
  /** True when the visitor may write this page: then the links that edit its sections (`.section-edit`, `hidden`) are for them. */
  readonly mayWrite: boolean
  readonly bare: boolean
  readonly stylesheets: readonly string[]
  readonly scripts: readonly string[]
  /** 'light', 'dark' or '' (as the browser says). */
  readonly colorScheme: string
  readonly navigation: readonly Link[]
  readonly quickLinks: readonly Link[]
  readonly trail: readonly Link[]
  readonly search: { readonly action: string; readonly value: string }
  readonly user: {
    readonly valid: boolean
    readonly name: string
    readonly home: Link | null
    readonly preferences: string
    readonly login: string
    readonly register: string | null
    readonly logout: { readonly action: string; readonly ticket: string } | null
    readonly isSuperUser: boolean
    /** "Where you are signed in". */
    readonly sessions: string
    /** "Other ways to log in"; null where there are none. */
    readonly identities: string | null
    /** The superuser who looks at the wiki as this user; '' mostly. Logging out leads back to them. */
    readonly behind: string
    /** For superusers: how the plugins are doing; null for others. */
    readonly plugins: string | null
    /** For superusers: looking at the wiki as somebody else; null for others. */
    readonly switchUser: string | null
  }
  /** Tabs of the page: Page, Edit, History … */
  readonly tabs: readonly Link[]
  /** The further actions. */
  readonly menu: readonly Link[]
  readonly messages: readonly Message[]
  /** "Last edited by X on D"; null when there is nothing to say. */
  readonly lastEdit: { readonly author: string; readonly authorHref: string; readonly time: string; readonly iso: string } | null
  readonly pageHeader: string
  readonly pageFooter: string
  readonly content: string
}

/** A link of the frame; `current` is the one where the visitor is. */
export interface Link {
  readonly text: string
  readonly href: string
  readonly current?: boolean
  /** CSS class, `nonexistent` for a page that is not there. */
  readonly kind?: string
  readonly rel?: string
}
