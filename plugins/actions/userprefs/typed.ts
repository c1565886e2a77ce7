import type { ActionCall, PreferenceChange } from 'servus'

/** The form's fields, as they stand in the account or as they were typed. */
export interface Typed {
  readonly aliasName: string
  readonly email: string
  readonly language: string
  readonly themeName: string
  readonly colorScheme: string
  readonly timeZone: string
  readonly rememberMe: boolean
  readonly showPageTrail: boolean
  readonly editMinor: boolean
  readonly quickLinks: string
  /** Never shown again. */
  readonly password: { readonly current: string; readonly next: string; readonly again: string } | null
}

/** What the account says now. */
export function current({ request: { user } }: ActionCall): Typed {
  const { aliasName, email, language, themeName, timeZone, preferences } = user
  return {
    aliasName,
    email,
    language,
    themeName,
    timeZone,
    colorScheme: String(preferences['colorScheme'] ?? ''),
    rememberMe: preferences['rememberMe'] === true,
    showPageTrail: preferences['showPageTrail'] !== false,
    editMinor: preferences['editMinor'] === true,
    quickLinks: user.quickLinks.join('\n'),
    password: null,
  }
}

/** What the form says. */
export function sent(form: URLSearchParams): Typed {
  const text = (field: string): string => (form.get(field) ?? '').trim()
  const [next, again] = [form.get('password1') ?? '', form.get('password2') ?? '']
  return {
    aliasName: text('aliasname').replace(/\s+/g, ' '),
    email: text('email'),
    language: text('language'),
    themeName: text('theme_name'),
    timeZone: text('tz'),
    colorScheme: text('color_scheme'),
    rememberMe: form.has('remember_me'),
    showPageTrail: form.has('show_trail'),
    editMinor: form.has('edit_minor'),
    quickLinks: (form.get('quicklinks') ?? '').replaceAll('\r\n', '\n'),
    // Programs that keep passwords like to fill in the old one unasked.
    password: next === '' && again === '' ? null : { current: form.get('current_password') ?? '', next, again },
  }
}

/** The change of the account that the form asks for. */
export function changeOf({
  password,
  rememberMe,
  showPageTrail,
  editMinor,
  colorScheme,
  quickLinks,
  ...plain
}: Typed): PreferenceChange {
  const links = quickLinks.split('\n').map((line) => line.trim())
  return {
    ...plain,
    quickLinks: [...new Set(links.filter((line) => line !== ''))],
    preferences: { rememberMe, showPageTrail, editMinor, colorScheme },
    ...(password === null ? {} : { password: { current: password.current, next: password.next } }),
  }
}
