import { leaveMessage, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const right = null

/** Registers an account and signs in with it. `?action=newaccount&superuser=TICKET` makes the first superuser. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { form } = request
  const ticket = request.values.get('superuser') ?? ''
  if (ticket !== '' && !(await wiki.people.superuserTicketIsGood(ticket))) {
    return ask(call, 403, {
      form: request.t(
        'This link has been used, or is too old. Whoever runs the server can make a superuser: npx servus user add NAME --superuser',
      ),
    })
  }
  if (request.method !== 'POST') return ask(call)

  const name = form.get('name') ?? ''
  const password = form.get('password1') ?? ''
  if (password !== (form.get('password2') ?? '')) {
    return ask(call, 400, { password: request.t('The two passwords are not the same. Please type them again.') })
  }
  const made = await wiki.people.register({
    name,
    password,
    email: (form.get('email') ?? '').trim(),
    ...(ticket === '' ? {} : { superuserTicket: ticket }),
  })
  if ('problems' in made) return ask(call, 400, made.problems)
  const { ok } = await wiki.people.signIn({ name, password, remember: false })
  if (!ok) return redirect(page.url({ action: 'login' }))
  leaveMessage(request.session, {
    kind: 'success',
    text: request.t('Welcome, {name}. You are logged in.', { name: request.user.name }),
  })
  return redirect(page.url())
}

function ask({ request, page, wiki }: ActionCall, status = 200, problems: Readonly<Record<string, string>> = {}): ActionPage {
  const ticket = request.values.get('superuser') ?? ''
  const known = new Set(['name', 'password', 'email', 'answer', 'form'])
  const others = Object.entries(problems).flatMap(([field, problem]) => (known.has(field) ? [] : [problem]))
  return {
    title: request.t('Create an account'),
    status,
    template: 'newaccount',
    model: {
      formAction: page.url({ action: 'newaccount' }),
      name: request.form.get('name') ?? '',
      email: request.form.get('email') ?? '',
      // Not beside the words that the ticket is good for nothing.
      superuser: ticket !== '' && status !== 403,
      minimumPassword: wiki.config.passwordChecker ? 8 : 1,
      problems: others.length === 0 ? problems : { ...problems, form: others.join(' ') },
      question: null,
      loginHref: page.url({ action: 'login' }),
      hidden: ticket === '' ? [] : [{ name: 'superuser', value: ticket }],
    },
    headers: { 'cache-control': 'no-store' },
  }
}
