import { afterEach, describe, expect, it } from 'vitest'
import type { AuthMethod } from '../../core/api/auth.ts'
import { createTestHost, type TestBrowser, type TestHost, type TestHostOptions } from '../../core/testing/index.ts'
import { basic, bearer, errorOf, resultOf, send, sendXml, users, xmlRpc } from './programs.ts'

const hosts: TestHost[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
})

async function open(wiki: TestHostOptions['wiki'] = {}): Promise<TestHost> {
  const host = await createTestHost({ users, pages: { Garden: 'A garden.\n' }, wiki })
  hosts.push(host)
  return host
}

const page = { pagename: 'Garden', pagetext: 'Changed.\n' }
const whoIs = async (program: TestBrowser, headers = {}): Promise<string> =>
  resultOf<{ name: string }>(await program.get('/+api/WhoAmI', { headers })).name
const tokenFor = async (program: TestBrowser, name: keyof typeof users): Promise<string> =>
  resultOf<string>(await send(program, 'getAuthToken', { username: name, password: users[name] }))

describe('who changes something by the API', () => {
  it('must say who they are, even where everybody may write', async () => {
    const host = await open()
    const answer = await send(host.browser(), 'putPage', page)
    expect(errorOf(answer)).toMatchObject({ status: 401, code: 'caller-unknown' })
    // A browser must not ask its user for a password because of this.
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="wiki"')
    expect((await xmlRpc(host.browser(), 'putPage', ['Garden', 'x'])).text).toContain(
      'putPage is for callers who say who they are',
    )
    expect(resultOf(await host.browser().get('/+api/getPage?pagename=Garden'))).toBe('A garden.\n')
  })

  it('may send name and password with each request, and gets no session by it', async () => {
    const host = await open()
    const program = host.browser()
    const answer = await send(program, 'putPage', page, basic('Ada'))
    expect([resultOf(answer), answer.setCookies]).toEqual([true, []])
    expect(resultOf(await program.get('/+api/getPageInfo?pagename=Garden'))).toMatchObject({ author: 'Ada', version: 2 })
    const ids: string[] = []
    for await (const id of host.wiki.parts.sessions.allSessionIds()) ids.push(id)
    expect(ids).toEqual([])
  })

  it('is refused when the password is wrong, and must wait after many tries, at the log-in page as well', async () => {
    const host = await open()
    const program = host.browser()
    expect(errorOf(await program.get('/+api/WhoAmI', { headers: basic('Ada', 'wrong') }))).toMatchObject({ status: 401 })
    expect((await program.get('/+api/WhoAmI', { headers: { authorization: 'Basic !!!' } })).status).toBe(200)
    let answer = await xmlRpc(program, 'getAuthToken', ['Ada', 'wrong'])
    expect(answer.text).toContain('<string></string>')
    for (let tries = 0; tries < 40 && !answer.text.includes('Too many'); tries++)
      answer = await xmlRpc(program, 'getAuthToken', ['Ada', 'wrong'])
    expect(answer.text).toContain('Too many tries')
    const throttled = await program.get('/+api/WhoAmI', { headers: basic('Ada') })
    expect([throttled.status, Number(throttled.headers['retry-after']) > 0]).toEqual([429, true])
    expect((await program.submit('/?action=login', { name: 'Ada', password: users.Ada })).status).toBe(429)
  })

  it('may be a page in a browser where somebody is logged in, with a ticket', async () => {
    const host = await open()
    const ada = await host.signedIn('Ada', users.Ada)
    expect(await whoIs(ada)).toBe('Ada')
    expect(errorOf(await send(ada, 'putPage', page))).toMatchObject({ status: 403, code: 'bad-ticket' })
    const listed = await ada.get('/+api/')
    const { ticket } = JSON.parse(listed.text) as { ticket: string }
    expect(listed.headers['cache-control']).toContain('private')
    expect(JSON.parse((await host.browser().get('/+api/')).text)).not.toHaveProperty('ticket')
    const bob = await host.signedIn('Bob', users.Bob)
    expect((await send(bob, 'putPage', page, { 'servus-ticket': ticket })).status).toBe(403)
    expect(resultOf(await send(ada, 'putPage', page, { 'servus-ticket': ticket }))).toBe(true)
  })

  it('is refused when another site sends it, whatever comes along', async () => {
    const host = await open()
    const ada = await host.signedIn('Ada', users.Ada)
    const { ticket } = JSON.parse((await ada.get('/+api/')).text) as { ticket: string }
    const foreign: readonly Record<string, string>[] = [{ origin: 'https://other.example' }, { 'sec-fetch-site': 'cross-site' }]
    for (const from of foreign) {
      expect(errorOf(await send(ada, 'putPage', page, { 'servus-ticket': ticket, ...from })).code).toBe('cross-site')
      expect(errorOf(await send(ada, 'putPage', page, { ...basic('Ada'), ...from })).code).toBe('cross-site')
      expect((await xmlRpc(ada, 'putPage', ['Garden', 'x'], { headers: { ...basic('Ada'), ...from } })).status).toBe(403)
    }
    expect(resultOf(await ada.get('/+api/getPage?pagename=Garden'))).toBe('A garden.\n')
  })

  it('stays logged in in a browser, whatever is refused there and whoever a token stands for', async () => {
    const host = await open()
    const ada = await host.signedIn('Ada', users.Ada)
    expect((await send(ada, 'putPage', page, { origin: 'https://evil.example' })).status).toBe(403)
    expect(await whoIs(ada)).toBe('Ada')
    expect((await ada.send('/+api/WhoAmI', { method: 'PUT' })).status).toBe(405)
    expect(await whoIs(ada)).toBe('Ada')
    const { ticket } = JSON.parse((await ada.get('/+api/')).text) as { ticket: string }
    const token = await tokenFor(host.browser(), 'Bob')
    expect(resultOf(await send(ada, 'applyAuthToken', { token }, { 'servus-ticket': ticket }))).toBe('SUCCESS')
    expect(await whoIs(ada)).toBe('Ada')
    const stranger = host.browser()
    expect((await send(stranger, 'applyAuthToken', { token })).setCookies).toEqual([])
  })

  it('stays logged in where the API is switched off', async () => {
    const host = await open({ actionsExcluded: ['api'] })
    const ada = await host.signedIn('Ada', users.Ada)
    expect((await ada.get('/+api/WhoAmI')).status).toBeGreaterThanOrEqual(400)
    expect((await ada.get('/Garden')).text).toContain('class="user-name">Ada<')
  })

  it('is nobody by XML-RPC whatever cookie comes, and stays logged in', async () => {
    const host = await open()
    const ada = await host.signedIn('Ada', users.Ada)
    const answer = await xmlRpc(ada, 'WhoAmI')
    expect([answer.text.includes('Ada'), answer.setCookies]).toEqual([false, []])
    expect((await xmlRpc(ada, 'putPage', ['Garden', 'x'])).text).toContain('<fault>')
    expect(await whoIs(ada)).toBe('Ada')
  })

  it('is kept out by passwords alone where a log-in takes more, and makes a token when logged in', async () => {
    const host = await open()
    // As if a second step were asked for: the account's own session still can.
    const ada = await host.signedIn('Ada', users.Ada)
    Object.defineProperty(host.wiki.parts.accounts, 'passwordsSuffice', { value: false })
    expect(errorOf(await ada.get('/+api/WhoAmI', { headers: basic('Ada') })).code).toBe('no-passwords-here')
    expect(errorOf(await send(host.browser(), 'getAuthToken', { username: 'Ada', password: users.Ada })).code).toBe(
      'no-passwords-here',
    )
    expect(errorOf(await send(host.browser(), 'getAuthToken', {})).status).toBe(401)
    expect(errorOf(await send(ada, 'getAuthToken', {})).code).toBe('bad-ticket')
    const { ticket } = JSON.parse((await ada.get('/+api/')).text) as { ticket: string }
    const token = resultOf<string>(await send(ada, 'getAuthToken', {}, { 'servus-ticket': ticket }))
    expect(await whoIs(host.browser(), bearer(token))).toBe('Ada')
  })

  it('is not let in by a password of the wiki where passwords are checked elsewhere', async () => {
    const directory: AuthMethod = {
      name: 'directory',
      loginInputs: ['username', 'password'],
      login: async () => ({ do: 'continue' }),
    }
    const program = (await open({ auth: [directory] })).browser()
    expect(errorOf(await program.get('/+api/WhoAmI', { headers: basic('Ada') })).code).toBe('no-passwords-here')
    expect(errorOf(await send(program, 'getAuthToken', { username: 'Ada', password: users.Ada })).code).toBe('no-passwords-here')
  })
})

describe('a stranger who calls too often', () => {
  it('is refused for a while, each call of a multicall counted, and known callers are not', async () => {
    const host = await open({ trustedProxies: ['127.0.0.1'], surgeActionLimits: { api: [3, 60], fullsearch: [1, 60] } })
    const program = host.browser()
    const from = { 'x-forwarded-for': '192.0.2.1' }
    const calls = Array.from({ length: 4 }, () => ({ methodName: 'WhoAmI', params: [] }))
    expect((await xmlRpc(program, 'system.multicall', [calls], { headers: from })).text.match(/too many requests/g)).toHaveLength(
      1,
    )
    const refused = await program.get('/+api/WhoAmI', { headers: from })
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60'])
    expect(await whoIs(program, { ...from, ...basic('Ada') })).toBe('Ada')
    expect((await program.get('/+api/WhoAmI', { headers: { 'x-forwarded-for': '192.0.2.2' } })).status).toBe(200)
    host.advance(61)
    const search = () => program.get('/+api/searchPages?query=title:Garden', { headers: from })
    expect([(await search()).status, (await search()).status]).toEqual([200, 429])
  })
})

describe('a token', () => {
  it('stands for an account until a day is over', async () => {
    const host = await open()
    const program = host.browser()
    const token = await tokenFor(program, 'Ada')
    expect(resultOf(await send(program, 'putPage', page, bearer(token)))).toBe(true)
    host.advance(23 * 3600)
    expect(await whoIs(program, bearer(token))).toBe('Ada')
    host.advance(3601)
    const late = await program.get('/+api/WhoAmI', { headers: bearer(token) })
    expect(errorOf(late)).toMatchObject({ status: 401, code: 'bad-token' })
    expect(late.headers['www-authenticate']).toContain('invalid_token')
  })

  it('ends when its owner says so, by deleteAuthToken or where sessions are listed', async () => {
    const host = await open()
    const program = host.browser()
    const [one, other] = [await tokenFor(program, 'Ada'), await tokenFor(program, 'Ada')]
    const ada = await host.signedIn('Ada', users.Ada)
    expect((await ada.get('/?action=sessions')).text.match(/name="end"/g)).toHaveLength(3)
    expect(resultOf(await send(program, 'deleteAuthToken', { token: one }))).toBe('SUCCESS')
    expect(errorOf(await send(program, 'deleteAuthToken', { token: one })).code).toBe('bad-token')
    expect(errorOf(await program.get('/+api/WhoAmI', { headers: bearer(one) })).code).toBe('bad-token')
    expect(await whoIs(program, bearer(other))).toBe('Ada')
    await ada.submit('/?action=sessions', { others: '1' })
    expect(errorOf(await program.get('/+api/WhoAmI', { headers: bearer(other) })).code).toBe('bad-token')
    expect(await whoIs(ada)).toBe('Ada')
  })

  it('is no log-in of a browser, and a browser’s cookie is no token', async () => {
    const host = await open()
    const thief = host.browser()
    const cookie = Buffer.from(await tokenFor(thief, 'Ada'), 'base64url').toString()
    expect(await whoIs(thief, { cookie })).toBe('')
    const ada = await host.signedIn('Ada', users.Ada)
    const own = ada.jar.header(new URL(`http://127.0.0.1:${host.port}/`))
    expect(own).toContain('=')
    expect((await thief.get('/+api/WhoAmI', { headers: bearer(Buffer.from(own).toString('base64url')) })).status).toBe(401)
  })

  it('stands nowhere in the log, nor does a password, and no invented one lets in', async () => {
    const host = await open()
    const program = host.browser()
    const token = await tokenFor(program, 'Ada')
    await program.get('/+api/WhoAmI', { headers: bearer(token) })
    await program.get('/+api/WhoAmI', { headers: basic('Bob') })
    const log = JSON.stringify(host.log())
    for (const secret of [token, users.Ada, users.Bob, basic('Bob').authorization ?? '']) expect(log.includes(secret)).toBe(false)
    for (const invented of ['', 'x', token.slice(0, -4), Buffer.from('a=b').toString('base64url'), 'x'.repeat(10_000)])
      expect((await program.get('/+api/WhoAmI', { headers: bearer(invented) })).status).not.toBe(500)
    expect((await program.get('/+api/WhoAmI', { headers: bearer(`${token.slice(0, -4)}AAAA`) })).status).toBe(401)
  })

  it('works, and ends, with sessions in cookies too', async () => {
    const host = await open({ sessionStore: 'cookie' })
    const program = host.browser()
    const token = await tokenFor(program, 'Ada')
    expect(await whoIs(program, bearer(token))).toBe('Ada')
    expect(resultOf(await send(program, 'deleteAuthToken', { token }))).toBe('SUCCESS')
    expect(errorOf(await program.get('/+api/WhoAmI', { headers: bearer(token) })).code).toBe('bad-token')
  })

  it('may not come with a call that is no XML', async () => {
    const host = await open()
    const token = await tokenFor(host.browser(), 'Ada')
    const answer = await sendXml(host.browser(), '{}', { headers: { ...bearer(token), 'content-type': 'text/plain' } })
    expect(answer.status).toBe(415)
  })
})
