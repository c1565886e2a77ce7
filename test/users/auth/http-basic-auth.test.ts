import { afterEach, describe, expect, it } from 'vitest'
import { HttpBasicAuth, PasswordAuth, type HttpBasicOptions } from 'servus'
import { createTestHost, type TestBrowser, type TestHost } from 'servus/testing'
import { plainText } from '../../actions/read-page.ts'

let host: TestHost
afterEach(() => host.close())

const users = { Ada: 'engine no. 1842', Jörg: 'schlüssel:wörter' }

async function open(options: HttpBasicOptions = {}): Promise<void> {
  host = await createTestHost({
    wiki: { auth: [new PasswordAuth(), new HttpBasicAuth(options)], aclRightsDefault: 'Known:read,write All:read' },
    pages: { Garden: 'A garden.\n', Diary: '#acl Known:read\nfor members\n' },
    users,
  })
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const as = (name: string, password: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
})
const raw = (browser: TestBrowser, name: string, password: string) => browser.get('/Diary?action=raw', as(name, password))

describe('name and password with each request (RFC 7617)', () => {
  it('let in, in UTF-8, colons in the password included', async () => {
    await open()
    for (const [name, password] of Object.entries(users))
      expect((await raw(host.browser(), name, password)).text).toContain('for members')
    expect((await raw(host.browser(), 'Jo\u0308rg', users.Jörg)).status).toBe(200)
  })

  it('are refused by a 401 when they are wrong, by a 400-something and never a 500 when they are none', async () => {
    await open({ realm: 'Garden "1"' })
    const answer = await raw(host.browser(), 'Ada', 'wrong')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="Garden _1_", charset="UTF-8"'])
    expect(plainText(answer.text)).toContain('This name and password do not fit together')
    for (const authorization of ['Basic', 'Basic !!!', 'Basic QWRh', 'Bearer x', 'Digest username="Ada"'])
      expect((await host.browser().get('/Diary?action=raw', { headers: { authorization } })).status).toBeLessThan(404)
  })

  it('are limited in tries as the log-in form is, together with it', async () => {
    await open()
    const browser = host.browser()
    let answer = await raw(browser, 'Ada', 'wrong')
    for (let tries = 0; tries < 40 && answer.status !== 429; tries++) answer = await raw(browser, 'Ada', 'wrong')
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await host.browser().submit('/?action=login', { name: 'Ada', password: users.Ada })).status).toBe(429)
  })

  it('stop being good at once when the password changes', async () => {
    await open()
    expect((await raw(host.browser(), 'Ada', users.Ada)).status).toBe(200)
    const ada = await host.wiki.parts.users.byName('Ada')
    await host.wiki.parts.users.save({ ...(ada as NonNullable<typeof ada>), password: '' })
    expect((await raw(host.browser(), 'Ada', users.Ada)).status).toBe(401)
  })

  it('leave no session behind for programs, which would bring none back', async () => {
    await open()
    const sessions = async (): Promise<number> => (await all(host.wiki.parts.sessions.allSessionIds())).length
    const { authorization } = as('Ada', users.Ada).headers
    for (const address of ['/Diary', '/Diary?action=raw', '/Garden'])
      expect((await host.browser().get(address, { headers: { authorization, accept: '*/*' } })).setCookies).toEqual([])
    expect(await sessions()).toBe(0)
    const browser = host.browser()
    for (const address of ['/Diary', '/Garden'])
      await browser.get(address, { headers: { authorization, accept: 'text/html,*/*;q=0.8' } })
    expect(await sessions()).toBe(1)
  })

  it('are asked for nowhere unless the configuration says where', async () => {
    await open()
    const closed = await host.browser().get('/Diary')
    expect([closed.status, closed.headers['www-authenticate']]).toEqual([403, undefined])
  })

  it('are asked for where a visitor may not do something', async () => {
    await open({ ask: 'forbidden' })
    const closed = await host.browser().get('/Diary')
    expect([closed.status, closed.headers['www-authenticate']]).toEqual([401, 'Basic realm="wiki", charset="UTF-8"'])
    expect(closed.text).toContain('/Diary?action=login')
    expect((await host.browser().get('/Garden')).status).toBe(200)
  })

  it('are asked for everywhere, as MoinMoin did; the log-in page stays open for those who have another way', async () => {
    await open({ ask: 'always' })
    for (const address of ['/Garden', '/Garden', '/Garden?action=raw', '/nowhere'])
      expect((await host.browser().get(address)).status).toBe(401)
    expect((await host.browser().get('/Garden?action=login')).status).toBe(200)
    expect((await host.browser().get('/Garden', as('Ada', users.Ada))).status).toBe(200)
    const browser = await host.signedIn('Ada', users.Ada)
    expect((await browser.get('/Garden')).status).toBe(200)
  })
})
