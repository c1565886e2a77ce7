import { expect, test } from 'vitest'
import { CookieSessionService, signedIn } from '../../core/session/index.ts'
import { HeldClock, Visitor, config, nobody, somebody } from './visitor.ts'
import { sure } from './sure.ts'

const setup = (): { visitor: Visitor; service: CookieSessionService; clock: HeldClock } => {
  const clock = new HeldClock()
  const service = new CookieSessionService({ clock })
  return { clock, service, visitor: new Visitor(service, config({ anonymousStart: 'at-once' })) }
}
const member = (epoch = 'e1'): ReturnType<typeof somebody> => somebody('anna', { epoch })

test('keeps everything in one encrypted cookie (Kay)', async () => {
  const { visitor } = setup()
  await visitor.visit((session) => {
    session['a'] = { word: 'plaintext', when: new Date(5) }
  })
  expect(Buffer.from(sure(visitor.cookie.split('~')[1]), 'base64url').toString('latin1')).not.toContain('plaintext')
  expect((await visitor.visit((session) => session['a'])).value).toEqual({ word: 'plaintext', when: new Date(5) })
  await visitor.visit((session) => session.increment('n'))
  expect((await visitor.visit((session) => ({ ...session }))).value).toEqual({
    a: { word: 'plaintext', when: new Date(5) },
    n: 1,
  })
})

test('waits for the cookie as the other stores do, where that is the wiki’s way', async () => {
  const visitor = new Visitor(new CookieSessionService(), config())
  await visitor.visit((session) => session.set('a', 1))
  expect(visitor.cookie).not.toContain('~')
  await visitor.visit((session) => session.set('a', 2))
  expect((await visitor.visit((session) => session['a'])).value).toBe(2)
})

test('what update makes of a value goes into the cookie, too', async () => {
  const { visitor } = setup()
  await visitor.visit((session) => session.set('n', 1))
  await visitor.visit(async (session) => {
    expect(await session.update<number>('n', (n) => sure(n) + 1)).toBe(2)
    expect(await session.update('gone', () => undefined)).toBeUndefined()
  })
  expect((await visitor.visit((session) => ({ ...session }))).value).toEqual({ n: 2 })
})

test('an unchanged session is not sealed anew', async () => {
  const { visitor } = setup()
  await visitor.visit((session) => session.set('a', 1))
  expect((await visitor.visit((session) => session['a'])).setCookies).toEqual([])
})

test('scenario 68, bug 26: what does not fit is refused at the assignment, the rest stays intact', async () => {
  const { visitor } = setup()
  await visitor.visit((session) => session.set('a', 1))
  const visit = await visitor.visit((session) => {
    expect(() => session.set('big', 'x'.repeat(8192))).toThrow(/does not fit into a cookie: with "big" it takes 8199 bytes/)
    session['b'] = 'y'.repeat(2000)
    return Object.keys(session)
  })
  expect(visit.value).toEqual(['a', 'b'])
  for (const cookie of visit.setCookies) expect(sure(cookie.split(';')[0]).length).toBeLessThan(4096)
  expect((await visitor.visit((session) => Object.keys(session))).value).toEqual(['a', 'b'])
})

test('what grew too large unseen drops the change, tells, and harms no GET', async () => {
  const { visitor, service } = setup()
  await visitor.visit((session) => session.set('list', ['x']))
  const told: string[] = []
  service.on('error', (event) => told.push(event.reason))
  const grow = (session: { [key: string]: unknown }): unknown => (session['list'] as string[]).push('y'.repeat(5000))
  expect((await visitor.visit(grow)).reply.status).toBe(200)
  expect(told.join()).toContain('does not fit into a cookie')
  await expect(visitor.visit(grow, { method: 'POST' })).rejects.toMatchObject({ code: 'session-too-large' })
  expect((await visitor.visit((session) => session['list'])).value).toEqual(['x'])
})

test('scenario 68, bug 27: bent, swapped and absurd cookies are no session, at once and without an exception', async () => {
  const { visitor, service } = setup()
  const other = new Visitor(service, visitor.config)
  await visitor.visit((session) => session.set('who', 'one'))
  await other.visit((session) => session.set('who', 'two'))
  const [name, mine] = sure([...visitor.jar][0])
  const [token, baggage] = mine.split('~') as [string, string]
  const theirs = sure(other.cookie.split('~')[1])
  for (const value of [
    `${token}~${theirs}`,
    `${token}~`,
    token,
    `${token}~${baggage.slice(0, -4)}`,
    `${token}~${'A'.repeat(100_000)}`,
    `${token}~2000000000`,
    `~${baggage}`,
    `${token}~${baggage}~${theirs}`,
  ]) {
    visitor.jar.set(name, value)
    const start = performance.now()
    const visit = await visitor.visit((session) => session['who'])
    expect(visit.value, value.slice(0, 200)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(50)
    expect(visit.setCookies.length).toBeLessThanOrEqual(10)
  }
})

test('bug 25: a copy of the cookie is worth nothing after the logout', async () => {
  const { visitor } = setup()
  await visitor.visit((session) => session.set('a', 1), { method: 'POST', user: member() })
  const copy = visitor.twin()
  await visitor.visit(async (session) => signedIn(session), { method: 'POST', user: nobody })
  expect(visitor.jar.size).toBe(0)
  expect((await copy.visit(async (session) => signedIn(session))).value).toBeNull()
})

test('the session tells the epoch it was signed in under, so that a changed password ends every copy', async () => {
  const { visitor } = setup()
  await visitor.visit(() => undefined, { method: 'POST', user: member('before') })
  expect((await visitor.visit(async (session) => (await signedIn(session))?.epoch, { user: member('before') })).value).toBe(
    'before',
  )
  // The account has another epoch now: whoever loads it finds the visitor invalid, and the session ends.
  await visitor.visit(async (session) => signedIn(session), { user: nobody })
  expect(visitor.jar.size).toBe(0)
})

test('nobody is signed in without an epoch', async () => {
  const { visitor } = setup()
  await expect(visitor.visit(() => undefined, { method: 'POST', user: somebody('anna') })).rejects.toMatchObject({
    code: 'session-needs-epoch',
  })
})

test('ends with its time, whatever the browser keeps', async () => {
  const { visitor, clock } = setup()
  await visitor.visit((session) => session.set('a', 1))
  clock.pass(3601)
  expect((await visitor.visit((session) => [session.isNew, session['a']])).value).toEqual([true, undefined])
})

test('an old secret still opens it', async () => {
  const { visitor, service } = setup()
  await visitor.visit((session) => session.set('a', 1))
  const rotated = new Visitor(service, {
    ...visitor.config,
    secrets: ['a newer secret of thirty-two characters', ...visitor.config.secrets],
  })
  rotated.jar = visitor.jar
  expect((await rotated.visit((session) => session['a'])).value).toBe(1)
})
