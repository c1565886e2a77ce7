import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpBasicAuth, PasswordAuth, type AuthMethod, type LoginResult, type Session, type SessionService } from 'servus'
import { type Answer, createTestHost, type TestBrowser, type TestHost } from 'servus/testing'
import { hidden, plainText } from '../../actions/read-page.ts'

let host: TestHost
afterEach(() => host.close())

const users = { Ada: 'engine no. 1842', Grace: 'compiler A-0' }
const words = ({ text }: Answer): string => plainText(text.slice(text.indexOf('<main')))
const who = async (browser: TestBrowser): Promise<string> =>
  /class="user-name">([^<]*)</.exec((await browser.get('/Garden')).text)?.[1] ?? ''

/** A second factor, as a plugin would have it: asks Ada for a code behind whatever recognised her. */
const secondFactor: AuthMethod = {
  name: 'code',
  loginInputs: [],
  confirmLogin: async (_, { name }) => (name === 'Ada' ? askForCode() : { do: 'continue' }),
  continueLogin: async (_, { values, user }) => {
    if (values.get('code') === `code of ${user?.name}`) return { do: 'continue' }
    return values.get('code') === 'stop' ? { do: 'cancel', message: 'Then not.' } : askForCode('This code is wrong.')
  },
}

function askForCode(message?: string): LoginResult {
  const inputs = [{ name: 'code', label: 'Code <from> your telephone', autocomplete: 'one-time-code' }]
  return { do: 'form', title: 'One more step', inputs, ...(message === undefined ? {} : { message }) }
}

const open = async (auth: readonly AuthMethod[], more = {}): Promise<void> => {
  host = await createTestHost({ wiki: { auth, ...more }, pages: { Garden: 'A garden.\n' }, users })
}

/** Sends the further form that an answer shows. */
function sendStep(browser: TestBrowser, form: Answer, fields: Record<string, string>, options = {}): Promise<Answer> {
  const [ticket, stage] = [hidden(form.text, 'ticket'), hidden(form.text, 'stage')]
  return browser.post('/Garden?action=login', { ticket, stage, ...fields }, options)
}

const password = (name: keyof typeof users) => ({ name, password: users[name] })

describe('a method of one’s own', () => {
  it('is ten lines in a configuration', async () => {
    const doorman: AuthMethod = {
      name: 'doorman',
      loginInputs: ['username', 'password'],
      async login({ accounts }, form) {
        const known = form.password === 'open sesame' ? await accounts.byName(form.name) : null
        return known === null ? { do: 'continue' } : { do: 'login', user: known.id }
      },
    }
    await open([doorman, new PasswordAuth()])
    const [ada, grace] = [host.browser(), await host.signedIn('Grace', users.Grace)]
    await ada.submit('/Garden?action=login', { name: 'Ada', password: 'open sesame' })
    expect([await who(ada), await who(grace)]).toEqual(['Ada', 'Grace'])
    expect((await host.browser().submit('/Garden?action=login', { name: 'Nobody', password: 'open sesame' })).status).toBe(403)
  })

  it('may ask for more where a session may come by a form', async () => {
    await open([new PasswordAuth(), secondFactor], { sessionTransports: ['cookie', 'form'], cookieLifetime: [1, 12] })
    const ada = host.browser()
    const form = await ada.submit('/Garden?action=login', password('Ada'))
    expect(words(form)).toContain('One more step')
    await sendStep(ada, form, { step_code: 'code of Ada' })
    expect(await who(ada)).toBe('Ada')
  })

  it('may refuse, and then the next one is not asked', async () => {
    const closed: AuthMethod = {
      name: 'closed',
      loginInputs: ['username', 'password'],
      login: async () => ({ do: 'cancel', message: 'The wiki is closed on Sundays.', status: 503 }),
      loginHint: () => 'Not on <Sundays>.',
    }
    await open([closed, new PasswordAuth()])
    const answer = await host.browser().submit('/Garden?action=login', password('Ada'))
    expect([answer.status, words(answer)]).toEqual([503, expect.stringContaining('closed on Sundays')])
    expect(answer.text).toContain('Not on &lt;Sundays&gt;.')
  })

  it('may send the browser elsewhere, and have it back', async () => {
    const elsewhere: AuthMethod = {
      name: 'else where',
      loginInputs: [],
      loginButton: 'Elsewhere',
      login: async ({ callbackUrl, stepId }) => ({
        do: 'redirect',
        state: { wanted: 'Ada' },
        url: `https://else.example/?back=${encodeURIComponent(`${callbackUrl}?state=${stepId}`)}`,
      }),
      async continueLogin({ accounts }, { state, values }) {
        const known = values.get('ok') === '1' ? await accounts.byName((state as { wanted: string }).wanted) : null
        return known === null ? { do: 'continue' } : { do: 'login', user: known.id }
      },
    }
    await open([elsewhere])
    const browser = host.browser()
    const page = await browser.get('/Garden?action=login&then=action%3Dinfo')
    expect(page.text).not.toContain('type="password"')
    const begin = async (): Promise<string> => {
      const answer = await browser.submit('/Garden?action=login&then=action%3Dinfo', { method: 'else where' })
      return new URL(/url=(.*)/.exec(String(answer.headers.refresh))?.[1] ?? '').searchParams.get('back') ?? ''
    }
    const address = await begin()
    expect(address).toContain('/+login/else%20where?state=')
    expect((await browser.get(`${address.replace('else%20where', 'other')}&ok=1`)).status).toBe(400)
    expect((await browser.get(`${await begin()}&ok=0`)).status).toBe(403)
    const answer = await browser.get(`${await begin()}&ok=1`, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden?action=info'])
    expect(await who(browser)).toBe('Ada')
  })

  it('leads to no script', async () => {
    const wrong: AuthMethod = {
      name: 'wrong',
      loginInputs: [],
      loginButton: 'Wrong',
      login: async () => ({ do: 'redirect', url: 'javascript:alert(1)' }),
    }
    await open([wrong])
    expect((await host.browser().submit('/Garden?action=login', { method: 'wrong' })).status).toBe(500)
    expect((await host.browser().submit('/Garden?action=login', { method: 'wrong' })).headers.refresh).toBeUndefined()
  })
})

describe('a second factor', () => {
  it('is asked for behind the password, and lets in who knows it, back on the page', async () => {
    await open([new PasswordAuth(), secondFactor])
    const browser = host.browser()
    const form = await browser.submit('/Garden?action=login&then=action%3Dinfo', password('Ada'))
    expect([form.status, words(form)]).toEqual([200, expect.stringContaining('One more step')])
    expect(form.text).toContain('Code &lt;from&gt; your telephone')
    expect(await who(browser)).toBe('')
    const answer = await sendStep(browser, form, { step_code: 'code of Ada' }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden?action=info'])
    expect(await who(browser)).toBe('Ada')
  })

  it('is not asked of those who need none', async () => {
    await open([new PasswordAuth(), secondFactor])
    expect(await who(await host.signedIn('Grace', users.Grace))).toBe('Grace')
  })

  it('remembers the box that was ticked with the password', async () => {
    await open([new PasswordAuth(), secondFactor])
    const browser = host.browser()
    const form = await browser.submit('/Garden?action=login', { ...password('Ada'), remember: '1' })
    const answer = await sendStep(browser, form, { step_code: 'code of Ada' }, { follow: false })
    expect(answer.setCookies.join()).toMatch(/max-age=34560000/i)
  })

  it('may be tried again after a mistake, each form once, and not without end', async () => {
    await open([new PasswordAuth(), secondFactor])
    const browser = host.browser()
    const first = await browser.submit('/Garden?action=login', password('Ada'))
    let answer = await sendStep(browser, first, { step_code: 'wrong' })
    expect([answer.status, words(answer)]).toEqual([403, expect.stringContaining('This code is wrong')])
    expect((await sendStep(browser, first, { step_code: 'code of Ada' })).status).toBe(400)
    for (let tries = 0; tries < 15 && answer.status === 403; tries++)
      answer = await sendStep(browser, answer, { step_code: 'wrong' })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(await who(browser)).toBe('')
  })

  it('can call it off', async () => {
    await open([new PasswordAuth(), secondFactor])
    const browser = host.browser()
    const answer = await sendStep(browser, await browser.submit('/Garden?action=login', password('Ada')), { step_code: 'stop' })
    expect([answer.status, words(answer)]).toEqual([403, expect.stringContaining('Then not.')])
  })

  it('is this browser’s alone, for ten minutes', async () => {
    await open([new PasswordAuth(), secondFactor], { cookieLifetime: [1, 12] })
    const browser = host.browser()
    const [one, other] = [
      await browser.submit('/Garden?action=login', password('Ada')),
      await browser.submit('/Garden?action=login', password('Ada')),
    ]
    const stranger = host.browser()
    await stranger.get('/Garden?action=login')
    expect((await sendStep(stranger, one, { step_code: 'code of Ada' })).status).toBe(400)
    host.advance(601)
    expect((await sendStep(browser, other, { step_code: 'code of Ada' })).status).toBe(400)
    expect(await who(browser)).toBe('')
  })

  it('is worth nothing when the password changed meanwhile, or the account was disabled', async () => {
    await open([new PasswordAuth(), secondFactor])
    const store = host.wiki.parts.users
    for (const change of [{ epoch: 1 }, { disabled: true }]) {
      const browser = host.browser()
      const form = await browser.submit('/Garden?action=login', password('Ada'))
      const ada = await store.byName('Ada')
      await store.save({ ...(ada as NonNullable<typeof ada>), ...change })
      expect((await sendStep(browser, form, { step_code: 'code of Ada' })).status).toBe(400)
    }
  })

  it('cannot be taken for somebody else’s: what lies in a cookie counts once', async () => {
    await open([new PasswordAuth(), secondFactor], { sessionStore: 'cookie' })
    const browser = host.browser()
    const form = await browser.submit('/Garden?action=login', password('Ada'))
    const cookie = browser.jar.header(new URL(`http://127.0.0.1:${host.port}/`))
    expect((await sendStep(browser, form, { step_code: 'wrong' })).status).toBe(403)
    const again = await sendStep(host.browser(), form, { step_code: 'code of Ada' }, { headers: { cookie } })
    expect(again.status).toBe(400)
  })

  it('may be finished by another process of the wiki', async () => {
    await open([new PasswordAuth(), secondFactor])
    const form = await host.browser().submit('/Garden?action=login', password('Ada'))
    const other = await createTestHost({ dataDir: host.dataDir, wiki: { auth: [new PasswordAuth(), secondFactor] } })
    try {
      const cookie = form.setCookies.map((line) => line.split(';')[0]).join('; ')
      const fields = { ticket: hidden(form.text, 'ticket'), stage: hidden(form.text, 'stage'), step_code: 'code of Ada' }
      const answer = await other.browser().post('/Garden?action=login', fields, { headers: { cookie }, follow: false })
      expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
    } finally {
      await other.close()
    }
  })

  it('works with a session service of somebody else’s, whose sessions are plain dicts', async () => {
    const kept = new Map<string, Record<string, unknown>>()
    const sessionService: SessionService = {
      getSession: ({ cookies }) => ({ ...kept.get(cookies.get('plain') ?? '') }) as unknown as Session,
      finalize: ({ cookies, user }, session, reply) => {
        const id = cookies.get('plain') ?? randomUUID()
        const signedIn = user?.valid === true ? { 'user.id': user.id, 'user.auth_method': user.authMethod } : {}
        kept.set(id, { ...(session as Record<string, unknown>), ...signedIn })
        reply.cookies.push(`plain=${id}; Path=/`)
      },
      destroySession: async () => undefined,
      async *allSessionIds() {},
    }
    await open([new PasswordAuth(), secondFactor], { sessionService })
    const browser = host.browser()
    const form = await browser.submit('/Garden?action=login', password('Ada'))
    expect([...kept.values()].flatMap(Object.keys).join()).toMatch(/login [\w-]{24}/)
    expect((await sendStep(browser, form, { step_code: 'code of Ada' }, { follow: false })).status).toBe(303)
    expect([...kept.values()].flatMap(Object.keys).join()).not.toContain('login ')
    expect(await who(browser)).toBe('Ada')
  })

  it('keeps a form from logging in on its way, which then says what to do', async () => {
    await open([new PasswordAuth(), secondFactor], { aclRightsDefault: 'Known:read,write All:read' })
    const browser = await host.signedIn('Grace', users.Grace)
    const stale = await browser.post('/Garden?action=edit', { savetext: 'mine', ticket: 'old' })
    expect(stale.status).toBe(403)
    const visitor = host.browser()
    const lost = await visitor.post('/Garden?action=edit', { savetext: 'mine', ticket: 'old' })
    const fields = { ticket: hidden(lost.text, 'ticket'), savetext: 'mine', login_name: 'Ada', login_password: users.Ada }
    const answer = await visitor.post('/Garden?action=edit', fields)
    expect(words(answer)).toContain('Logging in takes a further step here')
    expect(answer.text).toContain('mine')
  })

  it('is not asked of programs that send name and password each time', async () => {
    await open([new HttpBasicAuth(), secondFactor])
    const authorization = `Basic ${Buffer.from(`Ada:${users.Ada}`).toString('base64')}`
    expect((await host.browser().get('/Garden', { headers: { authorization } })).text).toContain('class="user-name">Ada<')
  })
})

describe('a wiki in which nobody has a password of its own', () => {
  it('asks for none, and makes no accounts with one', async () => {
    await open([{ name: 'x', loginInputs: [], loginButton: 'the University', login: async () => ({ do: 'continue' }) }])
    const page = await host.browser().get('/Garden?action=login')
    expect(page.text).not.toContain('type="password"')
    expect(words(page)).toContain('Log in with the University')
    expect(page.text).not.toContain('action=newaccount')
    const made = await host.browser().submit('/Garden?action=newaccount', {
      name: 'Emmy',
      password1: 'rings and ideals',
      password2: 'rings and ideals',
      email: '',
    })
    expect([made.status, await host.wiki.parts.users.byName('Emmy')]).toEqual([400, null])
  })
})
