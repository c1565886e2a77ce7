import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OpenIdAuth, PasswordAuth, type OpenIdOptions, type WikiSettings } from 'servus'
import { type Answer, createTestHost, type TestBrowser, type TestHost } from 'servus/testing'
import { hidden, plainText } from '../../actions/read-page.ts'
import { OpenIdServer } from './open-id-server.ts'

let provider: OpenIdServer
let host: TestHost

const ada = { sub: '1815', preferred_username: 'Ada', name: 'Ada Lovelace', email: 'ada@example.org', email_verified: true }
const users = { Grace: 'compiler A-0' }

beforeAll(async () => {
  provider = await OpenIdServer.open()
})
afterAll(() => provider.close())
beforeEach(() => {
  Object.assign(provider.mood, {
    person: ada,
    claims: (claims: Record<string, unknown>) => claims,
    wrongKey: false,
    cancels: false,
    status: null,
  })
  provider.asked.length = 0
})
afterEach(() => host.close())

async function open(options: Partial<OpenIdOptions> = {}, wiki: WikiSettings = {}): Promise<void> {
  const { issuer, clientId, clientSecret } = provider
  const openId = new OpenIdAuth({ issuer, clientId, clientSecret, label: 'Example', autocreate: true, timeout: 2, ...options })
  host = await createTestHost({
    wiki: { auth: [new PasswordAuth(), openId], ...wiki },
    pages: { Garden: 'A garden.\n' },
    users,
  })
}

/** Presses the button on the log-in page; where the browser is sent. */
async function press(browser: TestBrowser, page = '/Garden?action=login'): Promise<string> {
  const answer = await browser.submit(page, { method: 'openid' })
  return /url=(.*)/.exec(String(answer.headers.refresh))?.[1] ?? `nowhere: ${plainText(answer.text)}`
}

/** What the provider's page does: where the browser is sent back to. */
async function atProvider(address: string): Promise<string> {
  return (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? ''
}

async function logIn(browser: TestBrowser, page?: string): Promise<Answer> {
  return browser.get(await atProvider(await press(browser, page)))
}

const words = ({ text }: Answer): string => plainText(text.slice(text.indexOf('<main')))
const who = async (browser: TestBrowser): Promise<string> =>
  /class="user-name">([^<]*)</.exec((await browser.get('/Garden')).text)?.[1] ?? ''

describe('logging in by OpenID Connect', () => {
  it('asks the provider with code, PKCE, state and nonce, and lets in whom it names, back on the page', async () => {
    await open()
    const browser = host.browser()
    expect(words(await browser.get('/Garden?action=login'))).toContain('Log in with Example')
    expect(provider.asked).toEqual([])
    const address = new URL(await press(browser, '/Garden?action=login&then=action%3Dinfo'))
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'the wiki',
      redirect_uri: `http://127.0.0.1:${host.port}/+login/openid`,
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{24}$/),
      nonce: expect.stringMatching(/./),
    })
    const answer = await browser.get(await atProvider(address.href), { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden?action=info'])
    expect(await who(browser)).toBe('Ada Lovelace')
    expect(await host.wiki.parts.users.byIdentity({ issuer: provider.issuer, subject: '1815' })).toMatchObject({
      name: 'Ada',
      email: 'ada@example.org',
      aliasName: 'Ada Lovelace',
      password: '',
      identities: [{ issuer: provider.issuer, subject: '1815' }],
    })
  })

  it('finds the same account again, whatever name and address the provider tells by then', async () => {
    await open()
    await logIn(host.browser())
    provider.mood.person = { sub: '1815', preferred_username: 'countess', email: 'new@example.org' }
    const browser = host.browser()
    await logIn(browser)
    expect(await who(browser)).toBe('Ada Lovelace')
  })

  it('gives the session a new id: whoever planted one, or has seen the way, stays outside', async () => {
    await open({}, { cookieLifetime: [1, 12] })
    const victim = host.browser()
    await victim.get('/Garden?action=login')
    await victim.post('/Garden?action=login', {})
    const address = await atProvider(await press(victim))
    const stranger = host.browser()
    const tried = await stranger.get(address)
    expect([tried.status, words(tried)]).toEqual([400, expect.stringContaining('begun in another browser')])
    const cookies = new Map(victim.jar.for(new URL(`http://127.0.0.1:${host.port}/`)).map(({ name, value }) => [name, value]))
    await victim.get(address)
    expect(await who(victim)).toBe('Ada Lovelace')
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    expect((await host.browser().get('/Garden', { headers: { cookie } })).text).not.toContain('Ada Lovelace')
  })

  it('takes no answer twice', async () => {
    await open()
    const browser = host.browser()
    const address = await atProvider(await press(browser))
    const [one, other] = await Promise.all([browser.get(address, { follow: false }), browser.get(address, { follow: false })])
    expect([one.status, other.status].sort()).toEqual([303, 400])
    const late = await browser.get(address, { follow: false })
    expect([late.status, words(late)]).toEqual([400, expect.stringContaining('or is over already')])
    expect(late.text).not.toContain('type="password"')
  })

  it('is not disturbed by a program that looks at the address first', async () => {
    await open()
    const browser = host.browser()
    const address = await atProvider(await press(browser))
    expect((await browser.send(address, { method: 'HEAD', follow: false })).status).toBe(200)
    expect((await browser.get(address, { follow: false })).status).toBe(303)
  })

  it.each(['/+login/', '/+login/nobody', '/+login/openid', '/+login/%zz', '/+login/openid?state=%00', '/+login/a/b?state=x'])(
    'answers %s, which nobody was sent to, with a page',
    async (address) => {
      await open()
      const answer = await host.browser().get(address)
      expect([400, 404]).toContain(answer.status)
      expect(answer.headers['set-cookie']).toBeUndefined()
    },
  )

  it('does not take the code of another log-in', async () => {
    await open()
    const [mine, theirs] = [host.browser(), host.browser()]
    const stolen = new URL(await atProvider(await press(theirs)))
    const address = new URL(await atProvider(await press(mine)))
    address.searchParams.set('code', stolen.searchParams.get('code') ?? '')
    const answer = await mine.get(address.href)
    expect([answer.status, words(answer)]).toEqual([400, expect.stringContaining('is over already or took too long')])
    expect(await who(mine)).toBe('')
  })

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'x'.repeat(24))],
    ['no state', (url: URL) => url.searchParams.delete('state')],
  ])('refuses an answer with %s', async (_, change) => {
    await open()
    const browser = host.browser()
    const address = new URL(await atProvider(await press(browser)))
    change(address)
    expect((await browser.get(address.href)).status).toBe(400)
    expect(await who(browser)).toBe('')
  })

  it.each([
    ['another nonce', () => ({ nonce: 'another' })],
    ['a time that is over', () => ({ iat: 1, exp: Math.floor(Date.now() / 1000) - 60 })],
    ['another audience', () => ({ aud: 'another wiki' })],
    ['another issuer', () => ({ iss: 'https://evil.example' })],
  ])('refuses an id token with %s', async (_, wrong) => {
    await open()
    provider.mood.claims = (claims) => ({ ...claims, ...wrong() })
    const browser = host.browser()
    const answer = await logIn(browser)
    expect([answer.status, words(answer)]).toEqual([502, expect.stringContaining('could not be verified')])
    expect(await who(browser)).toBe('')
  })

  it('refuses an id token that somebody else signed', async () => {
    await open()
    provider.mood.wrongKey = true
    expect((await logIn(host.browser())).status).toBe(502)
  })

  it('forgives a clock that is a little wrong', async () => {
    await open()
    provider.mood.claims = (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 10 })
    const browser = host.browser()
    await logIn(browser)
    expect(await who(browser)).toBe('Ada Lovelace')
  })

  it('lets two tabs log in at once', async () => {
    await open()
    const browser = host.browser()
    const first = await press(browser)
    const second = await press(browser, '/Garden?action=login&then=action%3Dinfo')
    expect((await browser.get(await atProvider(second), { follow: false })).headers.location).toBe('/Garden?action=info')
    expect((await browser.get(await atProvider(first), { follow: false })).headers.location).toBe('/Garden')
    expect(await who(browser)).toBe('Ada Lovelace')
  })

  it('waits ten minutes for the visitor, and not longer', async () => {
    await open()
    const browser = host.browser()
    const [soon, late] = [await atProvider(await press(browser)), await atProvider(await press(browser))]
    host.advance(590)
    expect((await browser.get(soon, { follow: false })).status).toBe(303)
    host.advance(20)
    expect((await browser.get(late, { follow: false })).status).toBe(400)
  })

  it('says so when the visitor presses "Cancel" there, and offers to try again', async () => {
    await open()
    provider.mood.cancels = true
    const answer = await logIn(host.browser())
    expect([answer.status, words(answer)]).toEqual([403, expect.stringContaining('You did not log in with Example')])
    expect(words(answer)).toContain('Log in with Example')
    expect(answer.text).toContain('action="/Garden?action=login"')
  })

  it('says when the provider is down, before and after; passwords go on working, and nothing secret is logged', async () => {
    await open()
    const browser = host.browser()
    provider.mood.status = 500
    expect(await press(browser)).toContain('Example does not answer at the moment')
    provider.mood.status = null
    const address = await atProvider(await press(browser))
    provider.mood.status = 503
    const answer = await browser.get(address)
    expect([answer.status, words(answer)]).toEqual([502, expect.stringContaining('does not answer at the moment')])
    await browser.submit('/Garden?action=login', { name: 'Grace', password: users.Grace })
    expect(await who(browser)).toBe('Grace')
    const log = JSON.stringify(host.log())
    expect(log).toContain('failed: down')
    for (const secret of [provider.clientSecret, new URL(address).searchParams.get('code') ?? '?'])
      expect(log).not.toContain(secret)
  })

  it('tells whoever looks after the wiki when the provider does not know the wiki', async () => {
    await open({ clientSecret: 'mistyped' })
    const answer = await logIn(host.browser())
    expect([answer.status, words(answer)]).toEqual([502, expect.stringContaining('does not accept this wiki')])
    expect(JSON.stringify(host.log())).not.toContain('mistyped')
  })

  it('comes back in spite of a cookie that no other site may send along', async () => {
    await open({}, { cookieSameSite: 'strict' })
    const browser = host.browser()
    const address = await atProvider(await press(browser))
    const kept = browser.jar.for(new URL(`http://127.0.0.1:${host.port}/`))
    expect(kept).toHaveLength(1)
    const answer = await browser.get(address)
    expect([answer.status, answer.headers.refresh]).toEqual([200, '0; url=/Garden'])
    expect(await who(browser)).toBe('Ada Lovelace')
  })

  it('works where sessions lie in the cookie itself', async () => {
    await open({}, { sessionStore: 'cookie' })
    const browser = host.browser()
    const address = await atProvider(await press(browser))
    const before = browser.jar.header(new URL(`http://127.0.0.1:${host.port}/`))
    await browser.get(address)
    expect(await who(browser)).toBe('Ada Lovelace')
    expect((await host.browser().get(address, { headers: { cookie: before } })).status).toBe(400)
  })

  it('logs out at the provider too, and comes back', async () => {
    await open()
    const browser = host.browser()
    await logIn(browser)
    const answer = await browser.submit('/Garden?action=logout', { doit: '1' })
    const there = new URL(/url=(.*)/.exec(String(answer.headers.refresh))?.[1] ?? '')
    expect(there.origin + there.pathname).toBe(`${provider.issuer}/logout`)
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`http://127.0.0.1:${host.port}/`)
    expect(there.searchParams.get('id_token_hint')).toMatch(/^ey/)
    expect(await who(browser)).toBe('')
  })

  it('logs out here in spite of a provider that is down', async () => {
    await open()
    const before = host.browser()
    await logIn(before)
    const cookie = before.jar.header(new URL(`http://127.0.0.1:${host.port}/`))
    // A wiki that starts anew has to ask the provider where its pages are.
    const { issuer, clientId } = provider
    const again = await createTestHost({ dataDir: host.dataDir, wiki: { auth: [new OpenIdAuth({ issuer, clientId })] } })
    try {
      provider.mood.status = 500
      const browser = again.browser()
      const headers = { cookie }
      const ticket = hidden((await browser.get('/Garden?action=logout', { headers })).text, 'ticket')
      const answer = await browser.post('/Garden?action=logout', { doit: '1', ticket }, { headers, follow: false })
      expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
      expect((await browser.get('/Garden', { headers })).text).not.toContain('user-name')
    } finally {
      await again.close()
    }
  })
})

describe('accounts of those who log in by OpenID Connect', () => {
  it('are not made unless the configuration says so', async () => {
    await open({ autocreate: false })
    const browser = host.browser()
    const answer = await logIn(browser)
    expect([answer.status, words(answer)]).toEqual([403, expect.stringContaining('no account of this wiki is connected')])
    expect(await host.wiki.parts.users.byName('Ada')).toBeNull()
  })

  it('never get somebody else’s name: another one is asked for', async () => {
    await open({}, { superuser: ['Boss'] })
    for (const [sub, name] of [
      ['1', 'Grace'],
      ['2', 'Boss'],
      ['3', 'AdminGroup'],
    ]) {
      provider.mood.person = { sub, preferred_username: name }
      const browser = host.browser()
      const address = await atProvider(await press(browser))
      const form = await browser.get(address)
      expect(words(form)).toContain('Under which name shall this wiki know you?')
      const stage = /name="stage" value="([^"]*)"/.exec(form.text)?.[1] ?? ''
      const ticket = /name="ticket" value="([^"]*)"/.exec(form.text)?.[1] ?? ''
      await browser.post('/FrontPage?action=login', { stage, ticket, step_name: `Visitor ${sub}` })
      expect(await who(browser)).toBe(`Visitor ${sub}`)
    }
    expect((await host.wiki.parts.users.byName('Grace'))?.identities).toEqual([])
  })

  it('are not found by the address alone', async () => {
    await open()
    const grace = await host.wiki.parts.users.byName('Grace')
    await host.wiki.parts.users.save({ ...(grace as NonNullable<typeof grace>), email: 'ada@example.org' })
    const browser = host.browser()
    await logIn(browser)
    expect(await who(browser)).toBe('Ada Lovelace')
    expect(await host.wiki.parts.users.byName('Ada')).toMatchObject({ email: '' })
  })

  it('are found by an address that the provider verified, where the configuration says so', async () => {
    await open({ linkByEmail: true, autocreate: false })
    const grace = await host.wiki.parts.users.byName('Grace')
    await host.wiki.parts.users.save({ ...(grace as NonNullable<typeof grace>), email: 'ada@example.org' })
    provider.mood.person = { ...ada, email_verified: false }
    expect((await logIn(host.browser())).status).toBe(403)
    provider.mood.person = ada
    const browser = host.browser()
    await logIn(browser)
    expect(await who(browser)).toBe('Grace')
  })

  it('are connected by whoever is logged in to them, and to one account only', async () => {
    await open({ autocreate: false })
    const grace = await host.signedIn('Grace', users.Grace)
    const done = await logIn(grace, '/Garden?action=login&link=1')
    expect(plainText(done.text)).toContain('You can log in to your account this way from now on')
    const elsewhere = host.browser()
    await logIn(elsewhere)
    expect(await who(elsewhere)).toBe('Grace')
    await host.wiki.parts.users.create({ name: 'Emmy', password: (await host.wiki.parts.users.byName('Grace'))?.password ?? '' })
    const emmy = await host.signedIn('Emmy', users.Grace)
    const answer = await logIn(emmy, '/Garden?action=login&link=1')
    expect([answer.status, words(answer)]).toEqual([
      409,
      expect.stringContaining('Another account logs in there with this already'),
    ])
  })

  it('are shown with their connections, which can be taken away, but not the last way in', async () => {
    await open()
    const grace = await host.signedIn('Grace', users.Grace)
    expect(words(await grace.get('/Garden?action=identities'))).toContain('Connect another way to log in')
    await logIn(grace, '/Garden?action=login&link=1&then=action%3Didentities')
    const list = await grace.get('/Garden?action=identities')
    expect(words(list)).toContain('1815')
    const cameByIt = host.browser()
    await logIn(cameByIt)
    expect(await who(cameByIt)).toBe('Grace')
    await grace.submit('/Garden?action=identities', { subject: '1815' })
    expect([await who(cameByIt), await who(grace)]).toEqual(['', 'Grace'])
    expect((await host.wiki.parts.users.byName('Grace'))?.identities).toEqual([])
    const browser = host.browser()
    await logIn(browser)
    const refused = await browser.submit('/Garden?action=identities', { subject: '1815' })
    expect(words(refused)).toContain('This is the only way into your account')
    expect(await who(browser)).toBe('Ada Lovelace')
  })

  it('are not connected by a superuser who looks at the wiki as them', async () => {
    await open({}, { superuser: ['Grace'] })
    await host.wiki.parts.users.create({ name: 'Emmy' })
    const grace = await host.signedIn('Grace', users.Grace)
    await grace.submit('/Garden?action=switchuser', { name: 'Emmy' })
    expect(words(await grace.get('/Garden?action=identities'))).not.toContain('Connect another')
    expect(await press(grace, '/Garden?action=login&link=1')).toContain('Log in first')
  })

  it('keep one way in when two are taken away at the same moment', async () => {
    await open()
    const ada = host.browser()
    await logIn(ada)
    const { users: accounts } = host.wiki.parts
    const record = await accounts.byName('Ada')
    if (record === null) throw new Error('there is no Ada')
    const second = { issuer: provider.issuer, subject: '1843' }
    await accounts.save({ ...record, identities: [...record.identities, second] }, record.version)
    const take = (subject: string) => ada.submit('/Garden?action=identities', { subject })
    await Promise.all([take('1815'), take('1843')])
    expect((await accounts.byName('Ada'))?.identities).toHaveLength(1)
  })

  it('get a first password from their owner, who then logs in by either', async () => {
    await open()
    const [ada, elsewhere] = [host.browser(), host.browser()]
    await logIn(ada)
    await logIn(elsewhere)
    const form = await ada.get('/Garden?action=userprefs')
    expect(form.text).not.toContain('name="current_password"')
    const first = { aliasname: '', email: '', password1: 'analytical engine', password2: 'analytical engine' }
    expect((await ada.post('/Garden?action=userprefs', first)).status).toBe(403)
    expect(words(await ada.submit('/Garden?action=userprefs', { ...first, password1: 'Ada', password2: 'Ada' }))).toContain(
      'Please choose another password',
    )
    expect((await host.wiki.parts.users.byName('Ada'))?.password).toBe('')
    // A form that was made before somebody else's first password must not overwrite it.
    const ticket =
      /name="ticket" value="([^"]+)"[\s\S]*?name="password1"/.exec((await elsewhere.get('/Garden?action=userprefs')).text)?.[1] ??
      ''
    expect(words(await ada.submit('/Garden?action=userprefs', first))).toContain('Your preferences are saved')
    expect(await who(ada)).not.toBe('')
    expect(await who(elsewhere)).toBe('')
    expect(
      (
        await elsewhere.post('/Garden?action=userprefs', {
          ...first,
          ticket,
          password1: 'another engine',
          password2: 'another engine',
        })
      ).status,
    ).toBe(403)
    await host.signedIn('Ada', 'analytical engine')
    await logIn(host.browser())
    const again = await ada.submit('/Garden?action=userprefs', { ...first, current_password: '' })
    expect([again.status, words(again)]).toEqual([400, expect.stringContaining('This is not your password')])
  })

  it('get no first password from a superuser who looks at the wiki as them', async () => {
    await open({}, { superuser: ['Grace'] })
    await host.wiki.parts.users.create({ name: 'Emmy' })
    const grace = await host.signedIn('Grace', users.Grace)
    await grace.submit('/Garden?action=switchuser', { name: 'Emmy' })
    const tried = { password1: 'analytical engine', password2: 'analytical engine', current_password: '' }
    const refused = await grace.submit('/Garden?action=userprefs', tried)
    expect([refused.status, words(refused)]).toEqual([400, expect.stringContaining('This is not your password')])
    expect((await host.wiki.parts.users.byName('Emmy'))?.password).toBe('')
  })

  it('get no password where nobody logs in by one', async () => {
    const { issuer, clientId, clientSecret } = provider
    await open({}, { auth: [new OpenIdAuth({ issuer, clientId, clientSecret, label: 'Example', autocreate: true })] })
    const ada = host.browser()
    await logIn(ada)
    expect((await ada.get('/Garden?action=userprefs')).text).not.toContain('name="password1"')
    const tried = await ada.submit('/Garden?action=userprefs', {
      email: '',
      password1: 'analytical engine',
      password2: 'analytical engine',
    })
    expect([tried.status, words(tried)]).toEqual([
      400,
      expect.stringContaining('Nobody logs in to this wiki with a password of its own.'),
    ])
    expect((await host.wiki.parts.users.byName('Ada'))?.password).toBe('')
  })

  it('are not connected by an answer that comes when somebody else is logged in', async () => {
    await open({ autocreate: false })
    const browser = await host.signedIn('Grace', users.Grace)
    const address = await atProvider(await press(browser, '/Garden?action=login&link=1'))
    await browser.submit('/Garden?action=logout', { doit: '1' })
    expect((await browser.get(address)).status).toBe(400)
    expect((await host.wiki.parts.users.byName('Grace'))?.identities).toEqual([])
  })

  it('can be kept to some by their claims', async () => {
    await open({ accept: ({ email }) => String(email).endsWith('@example.com') })
    expect((await logIn(host.browser())).status).toBe(403)
  })
})

it('refuses an issuer whose word anybody on the way could change', () => {
  expect(() => new OpenIdAuth({ issuer: 'http://id.example.org', clientId: 'x' })).toThrow('auth: OpenIdAuth: the issuer must be')
  expect(() => new OpenIdAuth({ issuer: 'somewhere', clientId: 'x' })).toThrow('auth: OpenIdAuth: the issuer must be')
})

it('refuses an empty secret, which would be none', () => {
  const issuer = 'https://id.example.org'
  expect(() => new OpenIdAuth({ issuer, clientId: 'x', clientSecret: '' })).toThrow('auth: OpenIdAuth: the clientSecret is empty')
})
