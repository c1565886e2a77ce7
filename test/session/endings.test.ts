import { describe, expect, test } from 'vitest'
import { MemorySessionService, MemoryStore, StoreSessionService, sessionFacts, signedIn } from '../../core/session/index.ts'
import type { SessionConfig, SessionServiceOptions, SessionStore } from '../../core/session/index.ts'
import { HeldClock, Visitor, config, nobody, secret, somebody } from './visitor.ts'
import { sure } from './sure.ts'

/** A service over a memory store that is counted, held and made ill at will. */
function setup(options: Partial<SessionConfig> = {}, service: SessionServiceOptions = {}) {
  const clock = new HeldClock()
  const memory = new MemoryStore({ clock })
  const calls: string[] = []
  let ill: (operation: string) => boolean = () => false
  const store = new Proxy(memory, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        calls.push(String(name))
        if (ill(String(name))) throw new Error('the store is ill')
        return Reflect.apply(member, target, args)
      }
    },
  })
  const sessions = new StoreSessionService(store as SessionStore, { clock, ...service })
  const events: string[] = []
  sessions.on('*', (event) => events.push(event.event))
  const visitor = new Visitor(sessions, config(options))
  const operations = (): string[] => calls.splice(0)
  return {
    clock,
    memory,
    sessions,
    visitor,
    operations,
    events,
    makeIll: (when: (operation: string) => boolean) => (ill = when),
    config: config(options),
  }
}

const write = (session: { [key: string]: unknown }): void => {
  session['a'] = 1
}
const header = (visit: { reply: { headers: Map<string, string> } }, name: string): string | undefined =>
  visit.reply.headers.get(name)

describe('what a visitor who does nothing costs', () => {
  test('scenario 1, bugs 11, 13, 19: nothing: no store, no cookie, no Vary', async () => {
    const { visitor, operations, memory } = setup({ anonymousStart: 'at-once' })
    for (let n = 0; n < 1000; n++) {
      const visit = await visitor.visit(() => undefined)
      expect(visit.setCookies).toEqual([])
      expect(visit.reply.headers.size).toBe(0)
    }
    expect(operations()).toEqual([])
    expect(memory.size).toBe(0)
  })

  test('scenario 2: a look makes the reply private, and asks no store', async () => {
    const { visitor, operations } = setup()
    const visit = await visitor.visit((session) => session['k'])
    expect(visit.value).toBeUndefined()
    expect(header(visit, 'vary')).toBe('Cookie')
    expect(operations()).toEqual([])
  })

  test('scenario 54, bugs 14, 16: an untouched page with a cookie asks no store and stays cacheable', async () => {
    const { visitor, operations } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    operations()
    const visit = await visitor.visit(() => undefined, { reply: { 'cache-control': 'public, max-age=60' } })
    expect([visit.setCookies, operations(), header(visit, 'cache-control'), header(visit, 'vary')]).toEqual([
      [],
      [],
      'public, max-age=60',
      undefined,
    ])
  })

  test('bug 16: a page that only reads the session says Vary and private', async () => {
    const { visitor } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    const visit = await visitor.visit((session) => session['a'], {
      reply: { vary: 'Accept-Language', 'cache-control': 'public, max-age=60' },
    })
    expect(header(visit, 'vary')).toBe('Accept-Language, Cookie')
    expect(header(visit, 'cache-control')).toBe('private, must-revalidate, max-age=0')
    expect(visit.setCookies).toEqual([])
  })
})

describe('the first visits', () => {
  test('scenarios 9 and 10: MoinMoin’s way: a cookie first, data once it came back', async () => {
    const { visitor, operations, memory } = setup()
    const first = await visitor.visit((session) => {
      session['trail'] = ['P1']
      return session.isNew
    })
    expect([first.value, operations(), memory.size]).toEqual([true, [], 0])
    expect(first.setCookies).toHaveLength(1)
    const second = await visitor.visit((session) => {
      session['trail'] = [...((session['trail'] as string[]) ?? []), 'P2']
      return session.isNew
    })
    expect([second.value, memory.size]).toEqual([false, 1])
    expect((await visitor.visit((session) => session['trail'])).value).toEqual(['P2'])
  })

  test('scenario 3: at once where the wiki says so: one cookie with its attributes, one write', async () => {
    const { visitor, operations } = setup({ anonymousStart: 'at-once', cookiePath: '/wiki' })
    const visit = await visitor.visit(write)
    expect(visit.setCookies).toHaveLength(1)
    expect(visit.setCookies[0]).toMatch(
      /^servus_wiki_[0-9a-f]{6}=v1\.[\w-]{24}\.a\.[0-9a-z]+\.[\w-]{43}; Max-Age=3600; Path=\/wiki; HttpOnly; SameSite=Lax$/,
    )
    expect(operations()).toEqual(['create'])
    expect(header(visit, 'cache-control')).toBe('private, no-store')
  })

  test('a first write in a POST is stored at once', async () => {
    const { visitor, memory } = setup()
    await visitor.visit(write, { method: 'POST' })
    expect(memory.size).toBe(1)
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test('scenario 4: a read is one read, no write, no cookie; scenario 5: an equal value is no write', async () => {
    const { visitor, operations } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    operations()
    expect((await visitor.visit((session) => session['a'])).setCookies).toEqual([])
    expect(operations()).toEqual(['readSync'])
    expect((await visitor.visit(write)).setCookies).toEqual([])
    expect(operations()).toEqual(['readSync'])
  })

  test('scenario 8: a session whose last key is deleted stays, empty (its cookie costs no second sign-in)', async () => {
    const { visitor, memory } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    await visitor.visit((session) => delete session['a'])
    expect(memory.size).toBe(1)
    expect((await visitor.visit((session) => Object.keys(session))).value).toEqual([])
  })

  test('scenario 36, bug 12: parallel first visits leave no orphan records', async () => {
    const { sessions, memory } = setup()
    const visitors = Array.from({ length: 10 }, () => new Visitor(sessions))
    await Promise.all(visitors.map((each) => each.visit(write)))
    expect(memory.size).toBe(0)
    // The browser keeps the last cookie; parallel requests with it make one record between them.
    const last = sure(visitors[9])
    await Promise.all(Array.from({ length: 10 }, (_, n) => last.twin().visit((session) => session.set(`k${n}`, n))))
    expect(memory.size).toBe(1)
  })

  test('scenario 55: robots get nothing at all, a Cubot telephone does', async () => {
    const { visitor, memory } = setup({ anonymousStart: 'at-once' })
    const robot = await visitor.visit(write, {
      method: 'POST',
      headers: { 'user-agent': 'Mozilla/5.0 (compatible; SomeBot/2.1)' },
    })
    expect([robot.setCookies, memory.size]).toEqual([[], 0])
    await visitor.visit(write, { headers: { 'user-agent': 'Mozilla/5.0 (Linux; Android 9; CUBOT P30)' } })
    expect(memory.size).toBe(1)
  })
})

describe('cookies that are not as they should be', () => {
  test('scenario 13, bug 22: forged ids are refused without a look into the store, and never adopted', async () => {
    const { visitor, operations, sessions } = setup({ anonymousStart: 'at-once' })
    const name = sure(sure((await visitor.visit(write)).setCookies[0]).split('=')[0])
    const real = visitor.cookie
    operations()
    const forged = [
      'a'.repeat(40),
      `v1.${'A'.repeat(24)}.a.tl8k5s.${'B'.repeat(43)}`,
      real.replace(/^v1\.(.)/, (_, first: string) => `v1.${first === 'x' ? 'y' : 'x'}`),
      real.replace('.a.', '.u.'),
      `${real}x`,
      real.slice(0, -1),
      real.slice(0, -1) + (real.endsWith('A') ? 'B' : 'A'),
      '',
      '"',
      'x'.repeat(9000),
      '../../etc/passwd',
    ]
    for (const value of forged) {
      const other = new Visitor(sessions, visitor.config)
      other.jar.set(name, value)
      const visit = await other.visit((session) => {
        const { isNew } = session
        session['a'] = 2
        return isNew
      })
      expect(visit.value, value).toBe(true)
      expect(operations(), value).toEqual(['create'])
      expect(other.cookie.split('.')[1]).not.toBe(value.split('.')[1])
    }
    expect(sessions.counters.rejects).toBe(forged.length - 1)
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test('bug 22: a hundred well-formed ids never become sessions', async () => {
    const { visitor, memory } = setup()
    const name = sure(sure((await visitor.visit(write)).setCookies[0]).split('=')[0])
    for (let n = 0; n < 100; n++) {
      visitor.jar.set(name, `v1.${String(n).padStart(24, 'A')}.a.tl8k5s.${String(n).padStart(43, 'B')}`)
      expect((await visitor.visit((session) => session['a'])).value).toBeUndefined()
    }
    expect(memory.size).toBe(0)
  })

  test.each(['dead first', 'good first'])(
    'scenario 14, bug 17: of two cookies of one name the living one counts, and stale ones expire (%s)',
    async (order) => {
      const { visitor, sessions } = setup({ anonymousStart: 'at-once' })
      await visitor.visit(write)
      const [name, dead] = sure([...visitor.jar][0])
      const other = new Visitor(sessions, visitor.config)
      await other.visit((session) => session.set('a', 'good'))
      const good = other.cookie
      await visitor.visit((session) => session.destroy())
      const cookies = order === 'dead first' ? [dead, good] : [good, dead]
      const visit = await other.visit((session) => session['a'], {
        headers: { cookie: cookies.map((value) => `${name}=${value}`).join('; ') },
      })
      expect(visit.value).toBe('good')
      expect(
        visit.setCookies.filter((cookie) => cookie.includes('Max-Age=0')).map((cookie) => /Domain=[^;]*/.exec(cookie)?.[0]),
      ).toEqual(['Domain=wiki.example.org', 'Domain=example.org'])
      expect(visit.setCookies.at(-1)).toMatch(new RegExp(`^${name}=v1\\.${good.split('.')[1]}\\.`))
    },
  )

  test('a junk cookie beside a good one is expired as well', async () => {
    const { visitor } = setup({ anonymousStart: 'at-once', cookieDomain: 'example.org' })
    await visitor.visit(write)
    const [name, good] = sure([...visitor.jar][0])
    const visit = await visitor.visit((session) => session['a'], { headers: { cookie: `${name}=junk; ${name}=${good}` } })
    expect(visit.value).toBe(1)
    expect(visit.setCookies.some((cookie) => cookie.includes('Max-Age=0') && !cookie.includes('Domain='))).toBe(true)
  })

  test('scenario 15: an old secret is still good, and its cookies are signed anew; an unknown one is not', async () => {
    const { visitor, sessions } = setup({ anonymousStart: 'at-once', installation: 'here' })
    await visitor.visit(write)
    const before = visitor.cookie
    const rotated = new Visitor(
      sessions,
      config({ anonymousStart: 'at-once', installation: 'here', secrets: ['a newer secret of thirty-two characters', secret] }),
    )
    rotated.jar = visitor.jar
    const visit = await rotated.visit((session) => session['a'])
    expect(visit.value).toBe(1)
    expect(rotated.cookie).not.toBe(before)
    const later = new Visitor(
      sessions,
      config({ anonymousStart: 'at-once', installation: 'here', secrets: ['a newer secret of thirty-two characters'] }),
    )
    later.jar = rotated.jar
    expect((await later.visit((session) => session['a'])).value).toBe(1)
    const foreign = new Visitor(
      sessions,
      config({ anonymousStart: 'at-once', installation: 'here', secrets: ['some other secret of thirty-two characters'] }),
    )
    foreign.jar = rotated.jar
    expect((await foreign.visit((session) => session.isNew)).value).toBe(true)
  })

  test('a genuine id of which nothing is stored any more is not adopted', async () => {
    const { visitor, memory, sessions } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    const old = visitor.cookie
    for await (const id of sessions.allSessionIds()) await sessions.destroySession(id)
    const visit = await visitor.visit((session) => {
      expect(session['a']).toBeUndefined()
      session['b'] = 2
      return session.isNew
    })
    expect(visit.value).toBe(false)
    expect(visitor.cookie.split('.')[1]).not.toBe(old.split('.')[1])
    expect((await visitor.visit((session) => ({ ...session }))).value).toEqual({ b: 2 })
    expect(memory.size).toBe(1)
  })
})

describe('the end of a session', () => {
  test('scenario 16: use keeps it alive; scenario 17, bugs 7, 41: a pause beyond its time ends it, on the server too', async () => {
    const { visitor, clock, memory, operations } = setup({ anonymousStart: 'at-once', cookieLifetime: ['60s', 12] })
    await visitor.visit(write)
    for (let n = 0; n < 15; n++) {
      clock.pass(40)
      expect((await visitor.visit((session) => session['a'])).value).toBe(1)
    }
    const kept = new Map(visitor.jar)
    clock.pass(61)
    visitor.jar = kept
    expect((await visitor.visit((session) => [session.isNew, session['a']])).value).toEqual([true, undefined])
    operations()
    await visitor.service.purge?.(clock.now())
    expect(memory.size).toBe(0)
  })

  test('bug 7: a request every 5 seconds for 5 minutes keeps a session of 60 seconds; only some renew it', async () => {
    const { visitor, clock, sessions } = setup({ anonymousStart: 'at-once', cookieLifetime: ['60s', 12] })
    await visitor.visit(write)
    for (let n = 0; n < 60; n++) {
      clock.pass(5)
      expect((await visitor.visit((session) => session['a'])).value).toBe(1)
    }
    expect(sessions.counters.touches).toBe(20)
    clock.pass(61)
    expect((await visitor.visit((session) => session['a'])).value).toBeUndefined()
  })

  test('scenario 18, bug 9: an absolute lifetime ends it however busy it is', async () => {
    const { visitor, clock } = setup({ anonymousStart: 'at-once' }, { absoluteLifetime: '300s' })
    await visitor.visit(write)
    for (let n = 0; n < 29; n++) {
      clock.pass(10)
      expect((await visitor.visit((session) => session['a'])).value).toBe(1)
    }
    clock.pass(11)
    expect((await visitor.visit((session) => session['a'])).value).toBeUndefined()
  })

  test.each(['anonymous', 'signed in'])(
    'scenario 18, bug 9: neither do pages that look at nothing keep it beyond its absolute lifetime (%s)',
    async (who) => {
      const { visitor, clock, operations } = setup({ anonymousStart: 'at-once' }, { absoluteLifetime: '300s' })
      await visitor.visit(write, { method: 'POST', user: who === 'anonymous' ? nobody : somebody() })
      // As a static file or a page without anything that asks who the visitor is.
      for (let n = 0; n < 29; n++) {
        clock.pass(10)
        await visitor.visit(() => undefined, { user: null })
      }
      const kept = new Map(visitor.jar)
      clock.pass(11)
      expect((await visitor.visit((session) => session['a'])).value).toBeUndefined()
      // A page after the end asks once; then the cookie is gone.
      visitor.jar = kept
      clock.pass(3000)
      operations()
      await visitor.visit(() => undefined, { user: null })
      await visitor.visit(() => undefined, { user: null })
      expect([operations().length <= 1, visitor.jar.size]).toEqual([true, 0])
    },
  )

  test('scenario 23: a cookie may end with the browser; the server’s time holds all the same', async () => {
    const { visitor, clock } = setup({ anonymousStart: 'at-once', cookieLifetime: ['60s', 12] }, { browserSession: true })
    const { setCookies } = await visitor.visit(write)
    expect(setCookies[0]).not.toMatch(/Max-Age|Expires/)
    clock.pass(61)
    expect((await visitor.visit((session) => session['a'])).value).toBeUndefined()
  })

  test('scenario 24, bug 6: reading does not write, more than once a minute or a twentieth of the lifetime', async () => {
    const { visitor, clock, sessions, operations } = setup({ anonymousStart: 'at-once', cookieLifetime: ['20m', 12] })
    await visitor.visit(write)
    operations()
    for (let n = 0; n < 100; n++) {
      await visitor.visit((session) => session['a'])
      clock.pass(0.1)
    }
    expect(operations().filter((operation) => operation !== 'readSync')).toEqual([])
    clock.pass(51)
    await visitor.visit((session) => session['a'])
    await visitor.visit((session) => session['a'])
    expect(sessions.counters.touches).toBe(1)
  })

  test('scenario 25: the cookie is renewed with the record, by any request (Moya)', async () => {
    const { visitor, clock, operations } = setup({ anonymousStart: 'at-once', cookieLifetime: [1, 12] })
    await visitor.visit(write)
    clock.pass(179)
    expect((await visitor.visit(() => undefined)).setCookies).toEqual([])
    clock.pass(1)
    operations()
    const visit = await visitor.visit(() => undefined)
    expect(visit.setCookies[0]).toContain('Max-Age=3600')
    expect(operations()).toEqual(['merge'])
    clock.pass(3500)
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test('a promised cookie is promised again while it is used, without a store', async () => {
    const { visitor, clock, operations } = setup()
    await visitor.visit((session) => session.isNew)
    clock.pass(200)
    expect((await visitor.visit(() => undefined)).setCookies).toHaveLength(1)
    expect(operations()).toEqual([])
  })

  test('expire is a lid on every lifetime (Moya), and then the dict is empty', async () => {
    const { visitor, clock } = setup({ anonymousStart: 'at-once', cookieLifetime: [100, 100], expire: '24h' })
    const { setCookies } = await visitor.visit(write)
    expect(setCookies[0]).toContain('Max-Age=86400')
    for (let n = 0; n < 3; n++) {
      clock.pass(86_000)
      expect((await visitor.visit((session) => session['a'])).value).toBe(1)
    }
    clock.pass(86_401)
    expect((await visitor.visit((session) => Object.keys(session))).value).toEqual([])
  })

  test('bug 8: a record that vanished while somebody read it harms nobody', async () => {
    const { visitor, clock, sessions } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    clock.pass(300)
    const reading = await visitor.begin()
    expect(reading.session['a']).toBe(1)
    for await (const id of sessions.allSessionIds()) await sessions.destroySession(id)
    const { reply, setCookies } = await reading.finish()
    expect(reply.status).toBe(200)
    expect(setCookies[0]).toContain('Max-Age=0')
  })

  test('bug 4, scenario 35: a slow reader never undoes what was written meanwhile', async () => {
    const { visitor, clock } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    clock.pass(300)
    const slow = await visitor.twin().begin()
    expect(slow.session['a']).toBe(1)
    await visitor.visit((session) => session.set('a', 2))
    await slow.finish()
    expect((await visitor.visit((session) => session['a'])).value).toBe(2)
  })
})

describe('signing in and out', () => {
  const user = somebody('1234.5')

  test('scenarios 19 and 26, bugs 20, 22: a login gets a new id, keeps the data, and the old id is dead', async () => {
    const { visitor, clock, memory, sessions } = setup({ anonymousStart: 'at-once' })
    await visitor.visit((session) => session.set('trail', ['P1']))
    const planted = new Visitor(sessions, visitor.config)
    planted.jar = new Map(visitor.jar)
    clock.pass(30 * 60)
    const login = await visitor.visit(() => undefined, { method: 'POST', user, status: 303 })
    expect(login.setCookies).toHaveLength(1)
    expect(login.setCookies[0]).toContain('Max-Age=43200')
    expect(visitor.cookie.split('.')[1]).not.toBe(planted.cookie.split('.')[1])
    const mine = await visitor.visit((session) => ({ ...session }), { user })
    expect(mine.value).toEqual({ trail: ['P1'], 'user.id': '1234.5', 'user.auth_method': 'moin', 'user.remember': false })
    const theirs = await planted.visit(async (session) => [await signedIn(session), Object.keys(session)])
    expect(theirs.value).toEqual([null, []])
    clock.pass(11)
    expect((await planted.visit((session) => Object.keys(session))).value).toEqual([])
    await visitor.service.purge?.(clock.now())
    expect(memory.size).toBe(1)
  })

  test('a login of a new visitor is stored at once, its answer is a redirect or not', async () => {
    const { visitor } = setup({ cookieLifetime: [0, 12] })
    await visitor.visit(() => undefined, { method: 'POST', user, status: 302 })
    expect((await visitor.visit((session) => signedIn(session), { user })).value).toEqual({
      id: '1234.5',
      authMethod: 'moin',
      rememberMe: false,
      epoch: '',
      switchedTo: null,
    })
  })

  test('scenario 29, bug 42: a logout ends the record and the cookie, and later requests ask no store', async () => {
    const { visitor, memory, operations, sessions } = setup({ cookieLifetime: [0, 12] })
    await visitor.visit(() => undefined, { method: 'POST', user })
    const kept = new Map(visitor.jar)
    const logout = await visitor.visit(async (session) => signedIn(session), { method: 'POST', user: nobody })
    expect(logout.setCookies).toEqual([
      expect.stringMatching(/=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    expect(memory.size).toBe(0)
    operations()
    await visitor.visit((session) => session['a'])
    expect(operations()).toEqual([])
    // Bugs 5 and 25: a copy of the cookie is worth nothing, however often it polls.
    const copy = new Visitor(sessions, config())
    for (let n = 0; n < 10; n++) {
      copy.jar = new Map(kept)
      const visit = await copy.visit(async (session) => [await signedIn(session), session['user.id']])
      expect(visit.value).toEqual([null, undefined])
    }
    expect(memory.size).toBe(0)
  })

  test('scenario 30, bugs 3, 40: a write in flight never brings a logout back, and its own answer is unharmed', async () => {
    const { visitor, memory, events, sessions } = setup()
    await visitor.visit(() => undefined, { method: 'POST', user })
    const slow = await visitor.twin().begin({ user, method: 'POST' })
    slow.session['x'] = 1
    const kept = new Map(visitor.jar)
    await visitor.visit(async (session) => signedIn(session), { method: 'POST', user: nobody })
    const { reply, setCookies } = await slow.finish()
    expect(reply.status).toBe(200)
    expect(setCookies[0]).toContain('Max-Age=0')
    expect(memory.size).toBe(0)
    expect(events).toContain('discard')
    expect(sessions.counters.discards).toBe(1)
    visitor.jar = kept
    expect((await visitor.visit(async (session) => signedIn(session))).value).toBeNull()
  })

  test('bug 3: neither does one bring back a session that was destroyed from outside', async () => {
    const { visitor, memory, sessions } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    const slow = await visitor.twin().begin()
    slow.session['x'] = 1
    for await (const id of sessions.allSessionIds()) await sessions.destroySession(id)
    await slow.finish()
    expect(memory.size).toBe(0)
  })

  test('scenario 28: a request that was under way with the old id writes nothing and does not spoil the new cookie', async () => {
    const { visitor, sessions } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    const [before, later] = [await visitor.twin().begin(), visitor.twin()]
    before.session['x'] = 1
    await visitor.visit(() => undefined, { method: 'POST', user })
    expect((await before.finish()).setCookies).toEqual([])
    const late = await later.visit((session) => {
      session['y'] = 1
      return Object.keys(session)
    })
    expect([late.value, late.setCookies]).toEqual([['y'], []])
    expect((await visitor.visit((session) => Object.keys(session), { user })).value).toEqual([
      'a',
      'user.id',
      'user.auth_method',
      'user.remember',
    ])
    expect(sessions.counters.discards).toBe(2)
  })

  test('scenario 21: a negative lifetime ignores remember-me; scenario 22: a positive one means 400 days', async () => {
    for (const [life, remember, seconds] of [
      [-12, true, 43_200],
      [12, false, 43_200],
      [12, true, 34_560_000],
      [-0.5, true, 1800],
      [0.5, true, 34_560_000],
    ] as const) {
      const { visitor } = setup({ cookieLifetime: [0, life] })
      const { setCookies } = await visitor.visit(() => undefined, {
        method: 'POST',
        user: somebody('1', { rememberMe: remember }),
      })
      expect(setCookies[0], String([life, remember])).toContain(`Max-Age=${seconds};`)
    }
  })

  test('a logged-in lifetime of 0 lets the login request pass, and keeps nothing', async () => {
    const { visitor, memory } = setup({ cookieLifetime: [1, 0], anonymousStart: 'at-once' })
    await visitor.visit(write)
    const login = await visitor.visit(() => undefined, { method: 'POST', user })
    expect(login.setCookies[0]).toContain('Max-Age=0')
    expect(memory.size).toBe(0)
  })

  test('scenario 20: an anonymous lifetime of 0 keeps values for the request, stores nothing, and takes cookies away', async () => {
    const { visitor, memory } = setup({ cookieLifetime: [0, 12], anonymousStart: 'at-once' })
    const visit = await visitor.visit(
      (session) => {
        session['a'] = 1
        return [session['a'], sessionFacts(session)?.stored]
      },
      { method: 'POST' },
    )
    expect([visit.value, visit.setCookies, memory.size]).toEqual([[1, false], [], 0])
    const before = setup({ anonymousStart: 'at-once' })
    await before.visitor.visit(write)
    visitor.jar = new Map(before.visitor.jar)
    const taken = await visitor.visit((session) => {
      session['b'] = 1
      return session.isNew
    })
    // As in MoinMoin: writable during the request, with isNew false; then everything is dropped.
    expect(taken.value).toBe(false)
    expect(taken.setCookies[0]).toContain('Max-Age=0')
    expect(memory.size).toBe(0)
  })

  test('bug 39: for ever is 400 days, renewed in use; the server keeps its own end', async () => {
    const { visitor, clock } = setup({ cookieLifetime: [0, 12] })
    const remembered = somebody('1', { rememberMe: true })
    await visitor.visit((session) => session.set('a', 1), { method: 'POST', user: remembered })
    for (let n = 0; n < 3; n++) {
      clock.pass(390 * 86_400)
      expect((await visitor.visit((session) => session['a'], { user: remembered })).value).toBe(1)
    }
    clock.pass(401 * 86_400)
    expect((await visitor.visit((session) => session.isNew)).value).toBe(true)
  })

  test('signing in as another account takes nothing of the first along', async () => {
    const { visitor, memory } = setup()
    await visitor.visit((session) => session.set('secret', 'of anna'), { method: 'POST', user: somebody('anna') })
    await visitor.visit(() => undefined, { method: 'POST', user: somebody('bert') })
    expect((await visitor.visit((session) => session['secret'], { user: somebody('bert') })).value).toBeUndefined()
    expect(memory.size).toBe(2) // the record and, for ten seconds, the mark that the old id has moved
  })

  test('the cart survives the login (Moya), and the name of the session changes', async () => {
    const { visitor } = setup({ anonymousStart: 'at-once' })
    await visitor.visit((session) => session.set('cart', ['apple']))
    const { value: before } = await visitor.visit((session) => session.key)
    await visitor.visit((session) => session.append('cart', 'pear'), { method: 'POST', user })
    const { value } = await visitor.visit((session) => [session['cart'], session.key], { user })
    expect(value).toEqual([['apple', 'pear'], expect.not.stringMatching(before)])
  })

  test('clear does not sign out', async () => {
    const { visitor } = setup()
    await visitor.visit(write, { method: 'POST', user })
    await visitor.visit((session) => session.clear(), { user })
    expect((await visitor.visit(async (session) => [await signedIn(session), session['a']], { user })).value).toEqual([
      expect.objectContaining({ id: '1234.5' }),
      undefined,
    ])
  })

  test('nobody is signed out by a request that did not ask who it is', async () => {
    const { visitor, operations } = setup()
    await visitor.visit(write, { method: 'POST', user })
    operations()
    const file = await visitor.visit(() => undefined, { user: null })
    expect([file.setCookies, operations()]).toEqual([[], []])
    await visitor.visit((session) => session['a'], { user: null })
    expect((await visitor.visit(async (session) => (await signedIn(session))?.id, { user })).value).toBe('1234.5')
  })

  test('a superuser looks as somebody else (setuid), and comes back with the session kept', async () => {
    const { visitor } = setup()
    const admin = somebody('admin')
    const as = { ...somebody('anna'), authMethod: 'setuid', behind: admin }
    await visitor.visit((session) => session.set('trail', ['P']), { method: 'POST', user: admin })
    const before = visitor.cookie
    await visitor.visit(() => undefined, { method: 'POST', user: as })
    expect(visitor.cookie).not.toBe(before)
    const { value } = await visitor.visit(async (session) => signedIn(session), { user: as })
    expect(value).toMatchObject({ id: 'admin', authMethod: 'moin', switchedTo: 'anna' })
    await visitor.visit(() => undefined, { method: 'POST', user: admin })
    const back = await visitor.visit(async (session) => [await signedIn(session), session['trail'], 'setuid' in session], {
      user: admin,
    })
    expect(back.value).toEqual([expect.objectContaining({ id: 'admin', switchedTo: null }), ['P'], false])
  })

  test('for setuid the superuser’s remember-me and validity count', async () => {
    const { visitor } = setup()
    const admin = somebody('admin', { rememberMe: true })
    const disabled = { ...somebody('anna'), authMethod: 'setuid', behind: admin }
    const { setCookies } = await visitor.visit(() => undefined, { method: 'POST', user: disabled })
    expect(setCookies[0]).toContain('Max-Age=34560000')
  })

  test('scenario 62: shows an account its sessions, and one of them can be ended', async () => {
    const { sessions, visitor } = setup()
    const agents = [
      'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17) Safari/604.1',
      'Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0',
    ]
    const devices = agents.map(() => new Visitor(sessions, visitor.config))
    for (const [n, device] of devices.entries()) {
      await device.visit(() => undefined, {
        method: 'POST',
        user,
        headers: { 'user-agent': sure(agents[n]) },
        remoteAddress: n === 1 ? '2001:db8:1:2::3' : '203.0.113.7',
      })
    }
    const { value: mine } = await sure(devices[0]).visit((session) => session.key, { user })
    const list = []
    for await (const info of sessions.sessionsOf('1234.5', visitor.config)) list.push(info)
    expect(list.map((info) => [info.device, info.address])).toEqual([
      ['Firefox on Linux', '203.0.113.0/24'],
      ['Safari on an iPhone', '2001:db8:1::/48'],
      ['Edge on Windows', '203.0.113.0/24'],
    ])
    expect(list.filter((info) => info.handle === mine)).toHaveLength(1)
    expect(JSON.stringify(list)).not.toContain(sure(devices[0]).cookie.split('.')[1])
    await sessions.destroySession(sure(list.find((info) => info.handle !== mine)).id)
    expect((await sure(devices[1]).visit(async (session) => signedIn(session))).value).toBeNull()
    expect((await sure(devices[0]).visit(async (session) => signedIn(session), { user })).value).not.toBeNull()
  })
})

describe('when something fails', () => {
  test('a 5xx drops the changes and leaves the cookie (Moya: written after success)', async () => {
    const { visitor, operations } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    operations()
    const visit = await visitor.visit((session) => session.set('a', 2), { status: 500 })
    expect([visit.setCookies, operations()]).toEqual([[], ['readSync']])
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test.each([200, 302, 303, 404, 403])('an answer of %d keeps the changes and the cookie', async (status) => {
    const { visitor } = setup({ anonymousStart: 'at-once' })
    expect((await visitor.visit(write, { status })).setCookies).toHaveLength(1)
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test('scenario 44, bug 45: with an ill store untouched pages are fine, a GET sees an empty session that keeps nothing', async () => {
    const { visitor, makeIll, events } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    makeIll(() => true)
    expect((await visitor.visit(() => undefined)).reply.status).toBe(200)
    const visit = await visitor.visit((session) => {
      session['b'] = 1
      return [session['a'], sessionFacts(session)?.degraded]
    })
    expect([visit.value, visit.setCookies]).toEqual([[undefined, true], []])
    expect(events).toContain('error')
    await expect(visitor.visit((session) => session['a'], { method: 'POST' })).rejects.toMatchObject({
      status: 503,
      code: 'session-store-down',
    })
    makeIll(() => false)
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test('an ill store signs nobody out', async () => {
    const { visitor, makeIll } = setup()
    await visitor.visit(write, { method: 'POST', user: somebody() })
    makeIll(() => true)
    const visit = await visitor.visit(async (session) => signedIn(session), { user: nobody })
    expect([visit.value, visit.setCookies]).toEqual([null, []])
    makeIll(() => false)
    expect((await visitor.visit(async (session) => signedIn(session), { user: somebody() })).value).not.toBeNull()
  })

  test('scenario 45, bug 46: a session that could not be stored gets no cookie', async () => {
    const { visitor, makeIll, events } = setup({ anonymousStart: 'at-once' })
    makeIll((operation) => operation === 'create')
    const visit = await visitor.visit(write)
    expect([visit.reply.status, visit.setCookies]).toEqual([200, []])
    expect(events).toEqual(['error'])
    await expect(visitor.visit(write, { method: 'POST' })).rejects.toMatchObject({ status: 503 })
    expect(visitor.jar.size).toBe(0)
  })

  test('an update that cannot be stored says so at once, in a GET as well: it was to be stored there and then', async () => {
    const { visitor, makeIll, events } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    makeIll((operation) => operation === 'merge')
    for (const method of ['GET', 'POST'])
      await expect(visitor.visit((session) => session.update('a', () => 2), { method })).rejects.toMatchObject({
        status: 503,
        code: 'session-store-down',
      })
    expect(events).toContain('error')
    makeIll(() => false)
    expect((await visitor.visit((session) => session['a'])).value).toBe(1)
  })

  test('an update of a session whose id was renewed meanwhile opens no second one', async () => {
    const { visitor, memory, sessions } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write, { method: 'POST', user: somebody() })
    const slow = await visitor.twin().begin({ user: somebody(), method: 'POST' })
    expect(slow.session['a']).toBe(1)
    await visitor.visit((session) => session.set('a', 2), { method: 'POST', user: somebody('bert') })
    await slow.session.update('a', () => 3)
    await slow.finish()
    expect(memory.size).toBe(2) // bert's, and the mark
    expect(sessions.counters.discards).toBe(1)
    expect((await visitor.visit((session) => session['a'], { user: somebody('bert') })).value).toBe(2)
  })

  test('a touch that failed is made up for by the next request', async () => {
    const { visitor, makeIll, clock } = setup({ anonymousStart: 'at-once' })
    await visitor.visit(write)
    clock.pass(300)
    makeIll((operation) => operation === 'merge')
    expect((await visitor.visit(() => undefined, { method: 'POST' })).reply.status).toBe(200)
    makeIll(() => false)
    expect((await visitor.visit(() => undefined)).setCookies).toHaveLength(1)
  })
})

describe('what is told', () => {
  test('scenario 71: login, logout, expiry, revocation and forgery are one event each, with the public key and never the id', async () => {
    const { visitor, sessions, clock } = setup()
    const told: { event: string; key: string }[] = []
    const ids = new Set<string>()
    sessions.on('*', (event) => {
      if (event.event !== 'load') told.push(event)
    })
    const user = somebody()
    const note = (): void => void ids.add(visitor.cookie.split('.')[1] ?? 'none')
    await visitor.visit(() => undefined, { method: 'POST', user })
    note()
    await visitor.visit(async (session) => signedIn(session), { method: 'POST', user: nobody })
    await visitor.visit(() => undefined, { method: 'POST', user })
    note()
    for await (const info of sessions.sessionsOf(user.id)) await sessions.destroySession(info.id)
    await visitor.visit(() => undefined, { method: 'POST', user })
    note()
    clock.pass(13 * 3600)
    await visitor.visit(() => undefined)
    visitor.jar.set(sure([...visitor.jar.keys()][0]), 'forged')
    await visitor.visit(() => undefined)
    expect(told.map((each) => each.event)).toEqual(['create', 'destroy', 'create', 'destroy', 'create', 'expire', 'reject'])
    const text = JSON.stringify(told)
    for (const id of ids) expect(text).not.toContain(id)
  })

  test('a listener that throws harms nobody, and listening can be ended', async () => {
    const service = new MemorySessionService()
    let heard = 0
    const end = service.on('create', () => {
      heard++
      throw new Error('a listener’s fault')
    })
    await new Visitor(service).visit(write, { method: 'POST' })
    end()
    await new Visitor(service).visit(write, { method: 'POST' })
    expect(heard).toBe(1)
  })
})
