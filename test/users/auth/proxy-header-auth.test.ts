import { afterEach, describe, expect, it } from 'vitest'
import { PasswordAuth, ProxyHeaderAuth, type ProxyHeaderOptions } from 'servus'
import { createTestHost, type TestBrowser, type TestHost } from 'servus/testing'
import { hidden, plainText } from '../../actions/read-page.ts'

let host: TestHost
afterEach(() => host?.close())

const users = { Ada: 'engine no. 1842', Grace: 'compiler A-0', 'Jörg Müller': 'a long password' }

async function open(options: ProxyHeaderOptions = {}, trustedProxies: readonly string[] = ['127.0.0.1']): Promise<void> {
  host = await createTestHost({
    wiki: {
      auth: [new ProxyHeaderAuth(options), new PasswordAuth()],
      trustedProxies,
      aclRightsDefault: 'Trusted:read,write Known:read All:read',
      superuser: ['Ada'],
    },
    pages: { Garden: 'A garden.\n' },
    users,
  })
}

const by = (name: string, more: Record<string, string> = {}) => ({
  headers: { 'x-remote-user': Buffer.from(name).toString('latin1'), ...more },
})
const who = async (browser: TestBrowser, options = {}): Promise<string> =>
  /class="user-name">([^<]*)</.exec((await browser.get('/Garden', options)).text)?.[1] ?? ''

describe('a server in front that says who somebody is', () => {
  it('is believed when it is one of trustedProxies; whom it names is in the group Trusted', async () => {
    await open()
    const browser = host.browser()
    expect(await who(browser, by('Ada'))).toBe('Ada')
    expect((await browser.get('/Garden?action=edit', by('Ada'))).status).toBe(200)
    expect(await who(host.browser(), by('Jörg Müller'))).toBe('Jörg Müller')
  })

  it('is not believed when it is anybody else', async () => {
    await open({}, ['10.0.0.1'])
    expect(await who(host.browser(), by('Ada'))).toBe('')
    expect((await host.browser().get('/Garden?action=edit', by('Ada'))).status).toBe(403)
  })

  it('is asked at every request: another name is another visitor at once, and none is nobody', async () => {
    await open()
    const browser = host.browser()
    expect(await who(browser, by('Ada'))).toBe('Ada')
    const first = browser.jar.header(new URL(`http://127.0.0.1:${host.port}/`))
    expect(await who(browser, by('Grace'))).toBe('Grace')
    const second = browser.jar.header(new URL(`http://127.0.0.1:${host.port}/`))
    expect(second).not.toBe(first)
    expect(await who(browser)).toBe('')
    for (const cookie of [first, second]) expect(await who(host.browser(), { headers: { cookie } })).toBe('')
  })

  it('does not turn out who logged in with a password', async () => {
    await open()
    const browser = await host.signedIn('Grace', users.Grace)
    expect(await who(browser, by('Ada'))).toBe('Grace')
  })

  it('lets a form through that was made before there was a session', async () => {
    await open()
    const browser = host.browser()
    const form = await browser.get('/Garden?action=edit', by('Ada'))
    const fields = { ticket: hidden(form.text, 'ticket'), rev: hidden(form.text, 'rev'), savetext: 'New.\n', button_save: '1' }
    const answer = await browser.post('/Garden?action=edit', fields, { ...by('Ada'), follow: false })
    expect([answer.status, await host.wiki.store.read('Garden')]).toEqual([303, 'New.\n'])
  })

  it('makes accounts only where the configuration says so', async () => {
    await open()
    expect(await who(host.browser(), by('Emmy'))).toBe('')
    await host.close()
    await open({ autocreate: true, emailHeader: 'X-Remote-Email', aliasHeader: 'X-Remote-Name' })
    const more = { 'x-remote-email': 'emmy@example.org', 'x-remote-name': 'Emmy Noether' }
    const names = await Promise.all([1, 2, 3].map(() => who(host.browser(), by('Emmy', more))))
    expect(names).toEqual(['Emmy Noether', 'Emmy Noether', 'Emmy Noether'])
    expect(await host.wiki.parts.users.byName('Emmy')).toMatchObject({ email: 'emmy@example.org', password: '' })
    expect(await who(host.browser(), by('AdminGroup'))).toBe('')
    expect(JSON.stringify(host.log())).toContain('no account could be made')
  })

  it('makes names of MoinMoin’s kinds out of what it is told', async () => {
    await open({ stripMailDomain: true, titlecase: true, removeBlanks: true, stripWindowsDomain: true })
    expect(await who(host.browser(), by('ada@example.org'))).toBe('Ada')
    expect(await who(host.browser(), by('EXAMPLE\\grace'))).toBe('Grace')
    await host.close()
    await open({ header: 'X-Forwarded-User' })
    expect(await who(host.browser(), by('Ada'))).toBe('')
    expect(await who(host.browser(), { headers: { 'x-forwarded-user': 'Ada' } })).toBe('Ada')
  })

  it('is not believed when the visitor sent a name as well', async () => {
    await open()
    expect(await who(host.browser(), by('Ada, Grace'))).toBe('')
  })

  it('keeps disabled accounts outside', async () => {
    await open({ autocreate: true })
    const grace = await host.wiki.parts.users.byName('Grace')
    await host.wiki.parts.users.save({ ...(grace as NonNullable<typeof grace>), disabled: true })
    expect(await who(host.browser(), by('Grace'))).toBe('')
  })

  it('lets a superuser look at the wiki as somebody else, until the log-out', async () => {
    await open()
    const browser = host.browser()
    const send = async (address: string, fields: Record<string, string>) => {
      const ticket = hidden((await browser.get(address, by('Ada'))).text, 'ticket')
      return browser.post(address, { ...fields, ticket }, { ...by('Ada'), follow: false })
    }
    await send('/Garden?action=switchuser', { name: 'Grace' })
    expect(await who(browser, by('Ada'))).toBe('Grace')
    await send('/Garden?action=logout', { doit: '1' })
    expect(await who(browser, by('Ada'))).toBe('Ada')
  })

  it('tells on the log-in page whom to ask', async () => {
    await open()
    expect(plainText((await host.browser().get('/Garden?action=login')).text)).toContain('The server in front of this wiki says')
  })

  it('is where one logs out', async () => {
    await open()
    const leave = async (): Promise<string> => {
      const browser = host.browser()
      const ticket = hidden((await browser.get('/Garden?action=logout', by('Ada'))).text, 'ticket')
      const answer = await browser.post('/Garden?action=logout', { doit: '1', ticket }, { ...by('Ada'), follow: false })
      return `${answer.status} ${answer.headers.refresh ?? ''} ${plainText(answer.text)}`
    }
    expect(await leave()).toMatch(/^409 .*Log out there/)
    await host.close()
    await open({ logoutUrl: 'https://proxy.example.org/bye' })
    expect(await leave()).toMatch(/^200 0; url=https:\/\/proxy.example.org\/bye /)
  })

  it('must be named, or the wiki does not start', async () => {
    await expect(open({}, [])).rejects.toThrow(/trustedProxies: the sign-in method "given" believes the proxy/)
    const auth = [new PasswordAuth(), new PasswordAuth()]
    await expect(createTestHost({ wiki: { auth } })).rejects.toThrow(/auth: has two methods named "moin"/)
  })
})
