import { leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'
import { menus } from './menus.ts'
import { tabPage, tabRow } from './tabs.ts'
import { changeOf, current, sent, type Typed } from './typed.ts'

export const right = null

/** The visitor's own account. One form, beside the tabs of plugins; the password is looked at only when a new one is typed. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const tab = request.values.get('tab') ?? ''
  const then = new URLSearchParams({ action: 'userprefs', ...(tab === '' ? {} : { tab }) })
  if (!request.user.valid) return redirect(page.url({ action: 'login', then: then.toString() }))
  if (tab !== '') return tabPage(call, await wiki.preferenceTabs(call), tab)
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

async function preferencesPage(call: ActionCall, typed: Typed, problems: Readonly<Record<string, string>>): Promise<ActionPage> {
  const { request, page, wiki } = call
  const firstPassword = !(await wiki.people.hasPassword())
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
      firstPassword,
      withoutPasswords: firstPassword && !wiki.people.loginWays.takesPasswords,
      tabs: tabRow(call, await wiki.preferenceTabs(call), ''),
    },
    headers: { 'cache-control': 'no-store' },
  }
}
