import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

type Lifetimes = readonly [number | string, number | string]

let host: TestHost
afterEach(() => host.close())

const password = 'a long password'
const open = (cookieLifetime: Lifetimes) =>
  createTestHost({ wiki: { cookieLifetime }, pages: { S: '<<SessionTest>>\n' }, users: { Ada: password } })

function maxAge(setCookies: readonly string[]): number | null {
  const line = setCookies.find((cookie) => !/Max-Age=0\b/.test(cookie))
  return line === undefined ? null : Number(/Max-Age=(\d+)/.exec(line)?.[1])
}

describe('the anonymous half of cookieLifetime', () => {
  it.each([
    [0, null],
    [0.0001, null],
    [0.5, 1800],
    [1, 3600],
    [-1, 3600],
    ['30m', 1800],
  ])('%s gives a cookie of %s seconds', async (hours, seconds) => {
    host = await open([hours, 12])
    const answer = await host.browser().get('/S')
    expect(maxAge(answer.setCookies)).toBe(seconds)
  })

  it('ends on the server too: a cookie kept for longer is worth nothing', async () => {
    host = await open([1, 12])
    const visitor = host.browser()
    for (let i = 0; i < 2; i++) await visitor.get('/S')
    const cookie = visitor.jar.header(new URL('http://127.0.0.1/'))
    const value = /Loaded value (\d+)/.exec((await visitor.get('/S')).text)?.[1]
    host.advance(3601)
    const late = (await host.browser().get('/S', { headers: { cookie } })).text
    expect(late).not.toContain(String(value))
  })

  it('is counted from the last use', async () => {
    host = await open([1, 12])
    const visitor = host.browser()
    for (let i = 0; i < 2; i++) await visitor.get('/S')
    for (let i = 0; i < 5; i++) {
      host.advance(2400)
      expect((await visitor.get('/S')).text).toContain('Loaded value')
    }
  })
})

describe('the logged-in half of cookieLifetime', () => {
  it.each([
    [12, false, 43_200],
    [12, true, 34_560_000],
    [0.5, false, 1800],
    [0.5, true, 34_560_000],
    [-12, false, 43_200],
    [-12, true, 43_200],
    [-0.5, true, 1800],
    ['24h', false, 86_400],
    ['-12h', true, 43_200],
  ])('%s with remember-me %s gives a cookie of %s seconds', async (hours, remember, seconds) => {
    host = await open([0, hours])
    const answer = await host
      .browser()
      .submit('/?action=login', { name: 'Ada', password, ...(remember ? { remember: '1' } : {}) }, { follow: false })
    // The redirect after the login carries the cookie: MoinMoin lost logins there.
    expect(answer.status).toBe(303)
    expect(maxAge(answer.setCookies)).toBe(seconds)
  })

  it('0 switches logged-in sessions off', async () => {
    host = await open([0, 0])
    const visitor = host.browser()
    const answer = await visitor.submit('/?action=login', { name: 'Ada', password }, { follow: false })
    expect(maxAge(answer.setCookies)).toBe(null)
    expect((await visitor.get('/S')).text).not.toContain('Log out')
  })

  it('is renewed in use when it is for ever', async () => {
    host = await open([0, 12])
    const ada = host.browser()
    await ada.submit('/?action=login', { name: 'Ada', password, remember: '1' })
    for (let i = 0; i < 3; i++) {
      host.advance(300 * 86_400)
      const answer = await ada.get('/S')
      expect(answer.text).toContain('Log out')
      expect(maxAge(answer.setCookies)).toBe(34_560_000)
    }
  })

  it('ends on the server after so many hours without use', async () => {
    host = await open([0, 12])
    const ada = await host.signedIn('Ada', password)
    const cookie = ada.jar.header(new URL('http://127.0.0.1/'))
    host.advance(12 * 3600 + 1)
    expect((await host.browser().get('/S', { headers: { cookie } })).text).not.toContain('Log out')
  })
})

describe('login and log-out', () => {
  it('make a new id and keep the data, then destroy both', async () => {
    host = await open([1, 12])
    const ada = host.browser()
    for (let i = 0; i < 2; i++) await ada.get('/S')
    const value = /Loaded value (\d+)/.exec((await ada.get('/S')).text)?.[1] ?? 'none'
    const before = ada.jar.header(new URL('http://127.0.0.1/'))
    await ada.submit('/?action=login', { name: 'Ada', password })
    const after = ada.jar.header(new URL('http://127.0.0.1/'))
    expect(after).not.toBe(before)
    expect((await ada.get('/S')).text).toContain(`Loaded value ${value}`)
    // The old id is dead.
    expect((await host.browser().get('/S', { headers: { cookie: before } })).text).not.toContain(value)
    const out = await ada.submit('/?action=logout', {}, { follow: false })
    expect([out.status, out.setCookies.some((line) => /Max-Age=0\b/.test(line))]).toEqual([303, true])
    expect((await host.browser().get('/S', { headers: { cookie: after } })).text).not.toContain(value)
  })

  it('answer the same to an unknown name and a wrong password, and get slower when tried too often', async () => {
    host = await open([0, 12])
    const says = async (name: string) => {
      const answer = await host.browser().submit('/?action=login', { name, password: 'wrong' })
      return answer.text.replaceAll(name, '').replace(/value="[^"]*"/g, '')
    }
    expect(await says('Ada')).toBe(await says('Nobody'))
    const answers = []
    for (let i = 0; i < 12; i++) answers.push(await host.browser().submit('/?action=login', { name: 'Ada', password: 'wrong' }))
    expect(answers.at(-1)?.status).toBe(429)
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
  })
})
