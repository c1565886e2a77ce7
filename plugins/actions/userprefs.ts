import { leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, PreferenceChange, Reply } from 'servus'

export const right = null

/** The visitor's own account. One form; the password is looked at only when a new one is typed. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  if (!request.user.valid) return redirect(page.url({ action: 'login' }))
  if (request.method !== 'POST') return preferencesPage(call, current(call), {})

  const typed = sent(request.form)
  const problems = await problemsOf(call, typed)
  if (Object.keys(problems).length === 0) {
    const refused = (await wiki.people.change(changeOf(typed))).problems
    if (refused === null) {
      leaveMessage(request.session, { kind: 'success', text: request.t('Your preferences are saved.') })
      return redirect(page.url({ action: 'userprefs' }))
    }
    for (const [field, problem] of Object.entries(refused)) problems[fields.get(field) ?? 'form'] = problem
  }
  return preferencesPage(call, typed, problems)
}

/** Where the form shows what `people.change` complains of. */
const fields = new Map([
  ['email', 'email'],
  ['password_current', 'current'],
  ['password_next', 'password'],
])

/** The form's fields, as they stand in the account or as they were typed. */
interface Typed {
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

function current({ request: { user } }: ActionCall): Typed {
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

function sent(form: URLSearchParams): Typed {
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

function changeOf({
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

/** By the form's field. Menus are checked too: a form can be sent by anybody. */
async function problemsOf(call: ActionCall, typed: Typed): Promise<Record<string, string>> {
  const { request } = call
  const problems: Record<string, string> = {}
  const { languages, themes, colorSchemes, timeZones } = await menus(call, typed)
  if (typed.password !== null && typed.password.next !== typed.password.again) {
    problems['password'] = request.t('The two passwords are not the same. Please type them again.')
  }
  if (typed.aliasName.length > 100) problems['form'] = request.t('The name to be shown is longer than 100 letters.')
  if (typed.quickLinks.length > 10_000) problems['form'] = request.t('These are too many quick links.')
  if (![languages, themes, colorSchemes, timeZones].every((menu) => menu.some(({ selected }) => selected))) {
    problems['form'] = request.t('One of the choices is not possible here. Please choose again.')
  }
  return problems
}

interface Choice {
  readonly value: string
  readonly label: string
  readonly selected: boolean
}

async function menus(
  { request, wiki }: ActionCall,
  typed: Typed,
): Promise<Record<'languages' | 'themes' | 'colorSchemes' | 'timeZones', Choice[]>> {
  const { config } = wiki
  const { t } = { t: request.t.bind(request) }
  const menu = (chosen: string, first: string, values: readonly string[], name = (value: string): string => value): Choice[] =>
    ['', ...values].map((value) => ({ value, label: value === '' ? first : name(value), selected: value === chosen }))
  const zones = Intl.supportedValuesOf('timeZone')
  // An account that came from MoinMoin may say '+02:00'.
  const ownZone = request.user.timeZone
  return {
    languages: menu(typed.language, t('As the browser says'), wiki.languages, nameOfLanguage),
    themes: config.themeForce
      ? menu('', t('The wiki’s own'), [])
      : menu(typed.themeName, t('The wiki’s own'), await wiki.pluginNames('themes')),
    colorSchemes: menu(typed.colorScheme, t('As the browser says'), ['light', 'dark'], (value) =>
      t(value === 'light' ? 'Light' : 'Dark'),
    ),
    timeZones: menu(
      typed.timeZone,
      t('The wiki’s own ({zone})', { zone: config.timeZone }),
      ownZone === '' || zones.includes(ownZone) ? zones : [ownZone, ...zones],
    ),
  }
}

function nameOfLanguage(code: string): string {
  return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
}

async function preferencesPage(call: ActionCall, typed: Typed, problems: Readonly<Record<string, string>>): Promise<ActionPage> {
  const { request, page, wiki } = call
  return {
    title: request.t('Preferences'),
    status: Object.keys(problems).length === 0 ? 200 : 400,
    template: 'userprefs',
    model: {
      formAction: page.url({ action: 'userprefs' }),
      name: request.user.name,
      aliasName: typed.aliasName,
      email: typed.email,
      ...(await menus(call, typed)),
      rememberDefault: typed.rememberMe,
      showTrail: typed.showPageTrail,
      minorDefault: typed.editMinor,
      quickLinks: typed.quickLinks,
      problems,
      minimumPassword: wiki.config.passwordChecker ? 8 : 1,
      sections: [],
    },
    headers: { 'cache-control': 'no-store' },
  }
}
