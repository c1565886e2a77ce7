import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FileSessionService, FileStore, MemoryStore, StoreSessionService, signedIn } from '../../core/session/index.ts'
import { Visitor, config, nobody, somebody } from './visitor.ts'

test('scenario 27, bugs 21 and 35: whoever holds the session through a renewal goes on with it', async () => {
  const visitor = new Visitor(new StoreSessionService(new MemoryStore()), config({ anonymousStart: 'at-once' }))
  await visitor.visit((session) => session.set('a', 1))
  const renewal = await visitor.visit((session) => {
    const held = session
    held.renew()
    held['b'] = 2
    return held.key
  })
  expect(renewal.setCookies).toHaveLength(1)
  expect((await visitor.visit((session) => [session['a'], session['b'], session.key])).value).toEqual([1, 2, renewal.value])
})

test('bug 37: what one process revokes, another refuses at its next request', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'servus-sessions-'))
  const [here, there] = [new FileSessionService({ folder }), new FileSessionService({ folder })]
  const visitor = new Visitor(there)
  await visitor.visit(() => undefined, { method: 'POST', user: somebody() })
  expect((await visitor.visit((session) => signedIn(session), { user: somebody() })).value?.id).toBe('1234.5')
  here.prepare(visitor.config)
  for await (const info of here.sessionsOf('1234.5')) await here.destroySession(info.id)
  expect((await visitor.visit((session) => signedIn(session))).value).toBeNull()
})

test('scenario 63: a changed password or a disabled account ends every session of it', async () => {
  const service = new StoreSessionService(new FileStore(mkdtempSync(join(tmpdir(), 'servus-sessions-'))))
  const visitors = [0, 1, 2].map(() => new Visitor(service))
  for (const visitor of visitors) await visitor.visit(() => undefined, { method: 'POST', user: somebody('anna', { epoch: '1' }) })
  // Whoever loads the account compares the epoch, finds it changed, and answers that nobody is signed in.
  const load = async (visitor: Visitor, now: string): Promise<boolean> => {
    const { session, finish } = await visitor.begin({ user: nobody })
    const known = await signedIn(session)
    await finish()
    return known !== null && known.epoch === now
  }
  for (const visitor of visitors) expect(await load(visitor, '2')).toBe(false)
  const left: string[] = []
  for await (const id of service.allSessionIds()) left.push(id)
  expect([left, visitors.map((visitor) => visitor.jar.size)]).toEqual([[], [0, 0, 0]])
})

test('every scenario and bug of the research has a test, or a reason', () => {
  const elsewhere: Readonly<Record<string, string>> = {
    'scenario 70': 'templates are the wiki’s: test/wiki/session-in-templates.test.ts shows what {{session.test}} shows',
  }
  const files = ['.', './stores', '../base', '../http', '../../core/testing'].flatMap((folder) => {
    const path = join(import.meta.dirname, folder)
    return readdirSync(path)
      .filter((name) => name.endsWith('.ts') && name !== 'scenarios.test.ts')
      .map((name) => join(path, name))
  })
  const text = [...files, import.meta.filename]
    .map((file) => readFileSync(file, 'utf8').split('every scenario and bug of')[0])
    .join('\n')
  const told = (what: string): Set<number> => {
    const numbers = new Set<number>()
    for (const [, list = ''] of text.matchAll(new RegExp(`${what}s? (\\d[\\d, toand]*)`, 'gi'))) {
      for (const [, from, to] of list.matchAll(/(\d+) to (\d+)/g)) for (let n = Number(from); n <= Number(to); n++) numbers.add(n)
      for (const [number] of list.matchAll(/\d+/g)) numbers.add(Number(number))
    }
    return numbers
  }
  const [scenarios, bugs] = [told('scenario'), told('bug')]
  const missing = [
    ...Array.from({ length: 72 }, (_, n) => `scenario ${n + 1}`).filter((_, n) => !scenarios.has(n + 1)),
    ...Array.from({ length: 46 }, (_, n) => `bug ${n + 1}`).filter((_, n) => !bugs.has(n + 1)),
  ].filter((each) => elsewhere[each] === undefined)
  expect(missing).toEqual([])
})
