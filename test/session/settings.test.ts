import { describe, expect, test } from 'vitest'
import {
  FileSessionService,
  MemorySessionService,
  StoreSessionService,
  MemoryStore,
  lifetimesOf,
  sessionToken,
} from '../../core/session/index.ts'
import type { SessionConfig } from '../../core/session/index.ts'
import { Visitor, config, nobody, secret, somebody } from './visitor.ts'
import { sure } from './sure.ts'

const write = (session: { [key: string]: unknown }): void => {
  session['a'] = 1
}

describe('lifetimes, as MoinMoin counts them', () => {
  test.each([
    [[0, 12], { anonymous: 0, user: 43_200, remembered: 34_560_000 }],
    [[1, 12], { anonymous: 3600, user: 43_200, remembered: 34_560_000 }],
    [[0.5, 0.5], { anonymous: 1800, user: 1800, remembered: 34_560_000 }],
    [[0.0001, 0.0001], { anonymous: 0, user: 0, remembered: 0 }],
    [[-1, -12], { anonymous: 3600, user: 43_200, remembered: 43_200 }],
    [[0, -0.5], { anonymous: 0, user: 1800, remembered: 1800 }],
    [[0, 0], { anonymous: 0, user: 0, remembered: 0 }],
    [['30m', '14d'], { anonymous: 1800, user: 1_209_600, remembered: 34_560_000 }],
    [[0, '-12h'], { anonymous: 0, user: 43_200, remembered: 43_200 }],
    [[100_000, 100_000], { anonymous: 34_560_000, user: 34_560_000, remembered: 34_560_000 }],
  ] as const)('%j', (cookieLifetime, wanted) => {
    expect(lifetimesOf(config({ cookieLifetime }))).toEqual(wanted)
  })

  test.each([
    ['cookieLifetime', { cookieLifetime: 12 as never }, /cookieLifetime: needs two members/],
    ['cookieLifetime', { cookieLifetime: [1] as never }, /cookieLifetime: needs two members/],
    ['cookieLifetime[1]', { cookieLifetime: [1, '12'] as const }, /cookieLifetime\[1\]: "12" is no span of time: write hours/],
    ['expire', { expire: 0 }, /expire: 0 must be longer than 0/],
    ['secrets', { secrets: [] }, /secrets: needs at least one/],
    ['secrets', { secrets: ['short'] }, /at least 32 characters/],
    ['cookieName', { cookieName: 'a b' }, /cookieName.*no plain word/],
    ['cookieName', { cookieName: '__Host-x', cookieDomain: 'example.org' }, /__Host- needs/],
    ['cookieSameSite', { cookieSameSite: 'none' as const, cookieSecure: false }, /SameSite=None needs Secure/],
  ])('a bad %s stops the start with its name and a hint', (key, options, message) => {
    const service = new MemorySessionService()
    expect(() => service.prepare(config(options))).toThrow(message)
    try {
      service.prepare(config(options))
    } catch (error) {
      expect((error as { key: string }).key).toContain(key)
    }
  })

  test('a session folder that cannot be used stops the start with its name', () => {
    expect(() => new FileSessionService().prepare(config({ sessionDir: '/dev/null/sessions' }))).toThrow(
      /sessionDir: the folder \/dev\/null\/sessions cannot be used/,
    )
  })
})

describe('the cookie’s name and attributes', () => {
  const cookieOf = async (options: Partial<SessionConfig>, base = 'http://wiki.example.org/'): Promise<string> => {
    const visitor = new Visitor(new MemorySessionService(), config({ anonymousStart: 'at-once', ...options }), base)
    return sure((await visitor.visit(write)).setCookies[0])
  }

  test('the default name stays when port or mount path change, and differs between wikis and installations', async () => {
    const name = async (options: Partial<SessionConfig>, base?: string): Promise<string> =>
      sure((await cookieOf(options, base)).split('=')[0])
    const one = await name({})
    expect(one).toMatch(/^servus_wiki_[0-9a-f]{6}$/)
    expect(await name({ scriptRoot: '/wiki' }, 'http://wiki.example.org:8080/wiki/')).toBe(one)
    expect(await name({ siteId: 'other' })).not.toBe(one)
    expect(await name({ secrets: ['another installation has another secret'] })).not.toBe(one)
    expect(await name({ installation: 'x', secrets: ['a rotated secret of thirty-two characters', secret] })).toBe(
      await name({ installation: 'x' }),
    )
    expect(await name({ secrets: ['a rotated secret of thirty-two characters', secret] })).toBe(one)
    expect(await name({ siteId: 'Küche; x' })).toMatch(/^servus_K_che__x_/)
  })

  test('scenarios 56 and 57: Secure by request, and a prefix where the rules allow one', async () => {
    expect(await cookieOf({})).not.toContain('Secure')
    expect(await cookieOf({}, 'https://wiki.example.org/')).toMatch(
      /^__Host-servus_wiki_.*; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
    expect(await cookieOf({ cookieDomain: '.example.org' }, 'https://wiki.example.org/')).toMatch(
      /^__Secure-servus_wiki_.*; Path=\/; Domain=example\.org; Secure;/,
    )
    expect(await cookieOf({ cookiePath: '/wiki' }, 'https://wiki.example.org/')).toMatch(/^__Secure-servus_wiki_.*; Path=\/wiki;/)
    expect(await cookieOf({ cookieSecure: true })).toMatch(/^__Host-.*; Secure;/)
    expect(await cookieOf({ cookieSecure: false }, 'https://wiki.example.org/')).not.toMatch(/__Host-|Secure/)
    expect(await cookieOf({ cookieName: 'FARM', cookieDomain: 'example.org' }, 'https://wiki.example.org/')).toMatch(
      /^__Secure-FARM=/,
    )
    expect(await cookieOf({ cookieName: 'FARM', cookieHttpOnly: false, cookieSameSite: 'strict' })).toMatch(
      /^FARM=[^;]*; Max-Age=3600; Path=\/; SameSite=Strict$/,
    )
  })
})

describe('a cookie for https alone', () => {
  test('bug 18: is told of once, with the cure, where requests come by http and no browser would keep it', async () => {
    const service = new MemorySessionService()
    const reasons: string[] = []
    service.on('error', (event) => reasons.push(event.reason))
    const settings = config({ anonymousStart: 'at-once', cookieSecure: true })
    for (const base of ['http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]/', 'https://wiki.example.org/'])
      await new Visitor(service, settings, base).visit(write)
    expect(reasons).toEqual([])
    for (let n = 0; n < 3; n++) await new Visitor(service, settings).visit(write)
    await new Visitor(service, config({ cookieSecure: null })).visit(write, { method: 'POST' })
    expect(reasons).toEqual([
      expect.stringMatching(/cookieSecure is true, but .* wiki\.example\.org came by http: .*trustedProxies/),
    ])
  })
})

describe('wikis of a farm', () => {
  test('scenario 58: same cookie name, domain and store: signed in on one is signed in on the other, and out everywhere', async () => {
    const service = new MemorySessionService()
    const shared = { cookieName: 'FARM', cookieDomain: '.example.org' }
    const docs = new Visitor(service, config({ ...shared, siteId: 'docs' }), 'http://docs.example.org/')
    const team = new Visitor(service, config({ ...shared, siteId: 'team' }), 'http://team.example.org/')
    team.jar = docs.jar
    await docs.visit(write, { method: 'POST', user: somebody() })
    expect((await team.visit((session) => [session['a'], session['user.id']], { user: somebody() })).value).toEqual([1, '1234.5'])
    await team.visit((session) => session['user.id'], { method: 'POST', user: nobody })
    expect((await docs.visit((session) => session['user.id'])).value).toBeUndefined()
  })

  test('scenarios 59 and 60: without sharing, wikis on one host and in one store never meet', async () => {
    const service = new StoreSessionService(new MemoryStore())
    const docs = new Visitor(service, config({ siteId: 'docs', scriptRoot: '/docs' }), 'http://example.org/docs/')
    const team = new Visitor(service, config({ siteId: 'team', scriptRoot: '/team' }), 'http://example.org/team/')
    team.jar = docs.jar
    await docs.visit(write, { method: 'POST', user: somebody() })
    const there = await team.visit((session) => [session.isNew, session['a']])
    expect(there.value).toEqual([true, undefined])
    expect((await docs.visit((session) => session['a'], { user: somebody() })).value).toBe(1)
    await team.visit(() => undefined, { method: 'POST', user: somebody() })
    expect(docs.jar.size).toBe(2)
    const idsOf = async (settings?: SessionConfig): Promise<number> => {
      let found = 0
      for await (const _ of service.allSessionIds(settings)) found++
      return found
    }
    expect([await idsOf(docs.config), await idsOf(team.config), await idsOf()]).toEqual([1, 1, 2])
    let mine = 0
    for await (const info of service.sessionsOf('1234.5', docs.config)) mine += info.realm.includes('docs') ? 1 : 100
    expect(mine).toBe(1)
    // A cookie of one, renamed by hand, is no cookie of the other.
    const [docsName, teamName] = [...docs.jar.keys()]
    const thief = new Visitor(service, team.config)
    thief.jar.set(sure(teamName), sure(docs.jar.get(sure(docsName))))
    expect((await thief.visit((session) => session['a'])).value).toBeUndefined()
  })
})

describe('a page’s or plugin’s own session (Spyce)', () => {
  test('a path makes it another session, with a life of its own', async () => {
    const visitor = new Visitor(new MemorySessionService(), config({ anonymousStart: 'at-once' }))
    await visitor.visit(write)
    const wishes = { path: '/Shop', expire: '10h' }
    const { setCookies } = await visitor.visit((session) => session.set('cart', 1), { wishes })
    expect(setCookies[0]).toMatch(/Max-Age=36000; Path=\/Shop;/)
    expect((await visitor.visit((session) => ({ ...session }), { wishes })).value).toEqual({ cart: 1 })
    expect((await visitor.visit((session) => ({ ...session }))).value).toEqual({ a: 1 })
  })

  test('expire alone shortens the life of the wiki’s session', async () => {
    const visitor = new Visitor(new MemorySessionService(), config({ anonymousStart: 'at-once' }))
    expect((await visitor.visit(write, { wishes: { expire: '5m' } })).setCookies[0]).toContain('Max-Age=300;')
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
    expect(lifetimesOf(config(), { expire: '10h' }).anonymous).toBe(3600)
  })
})

describe('ids by query and form (Spyce, scenario 61)', () => {
  const options = { anonymousStart: 'at-once', sessionTransports: ['cookie', 'query', 'form'] } as const

  test('work for visitors without cookies, where the wiki allows them', async () => {
    const visitor = new Visitor(new MemorySessionService(), config(options))
    const first = await visitor.visit((session) => {
      write(session)
      return sessionToken(session)
    })
    expect(first.reply.headers.get('referrer-policy')).toBe('no-referrer')
    visitor.jar.clear()
    const byLink = await visitor.visit((session) => [session.isNew, session['a']], { url: `Page?session=${first.value}` })
    expect(byLink.value).toEqual([false, 1])
    expect(byLink.reply.headers.get('referrer-policy')).toBe('no-referrer')
    visitor.jar.clear()
    const byForm = await visitor.visit((session) => session['a'], {
      method: 'POST',
      form: new URLSearchParams({ session: first.value }),
    })
    expect(byForm.value).toBe(1)
  })

  test('are ignored where it does not', async () => {
    const service = new MemorySessionService()
    const open = new Visitor(service, config(options))
    const { value: token } = await open.visit((session) => {
      write(session)
      return sessionToken(session)
    })
    const closed = new Visitor(service, config({ anonymousStart: 'at-once' }))
    expect(
      (await closed.visit((session) => [session.isNew, sessionToken(session)], { url: `Page?session=${token}` })).value,
    ).toEqual([true, ''])
  })

  test('are refused when a cookie says otherwise, and when they are forged', async () => {
    const service = new MemorySessionService()
    const [one, two] = [new Visitor(service, config(options)), new Visitor(service, config(options))]
    const { value: token } = await one.visit((session) => {
      session['who'] = 'one'
      return sessionToken(session)
    })
    await two.visit((session) => session.set('who', 'two'))
    expect((await two.visit((session) => session['who'], { url: `Page?session=${token}` })).value).toBe('two')
    expect(service.counters.rejects).toBe(1)
    two.jar.clear()
    expect((await two.visit((session) => session.isNew, { url: `Page?session=${token}x` })).value).toBe(true)
  })
})
