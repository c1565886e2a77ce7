import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { main } from '../../core/main.ts'
import { runServus } from '../../core/testing/run-servus.ts'

const password = 'a long password'
let folder: string
let host: TestHost

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servus-sessions-'))
  await mkdir(join(folder, 'config'))
})
afterEach(async () => {
  await host.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(settings = ''): Promise<void> {
  await writeFile(
    join(folder, 'config', 'wikiconfig.ts'),
    `import { defineWiki } from 'servus'\nexport default defineWiki({ cookieLifetime: [1, 12], ${settings} })\n`,
  )
  // The real time: the command is a process of its own.
  host = await createTestHost({
    dataDir: join(folder, 'data'),
    now: Date.now(),
    wiki: { cookieLifetime: [1, 12], ...(settings.includes('cookie') ? { sessionStore: 'cookie' } : {}) },
    users: { Ada: password, Bob: password },
    pages: { Garden: '<<SessionTest>>\n', Game: '#pragma session-path /Game\n<<SessionTest>>\n' },
  })
}

async function servus(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const running = runServus(['sessions', ...words, '--config', join(folder, 'config'), '--data', join(folder, 'data')])
  const code = await running.exit
  return { code, out: running.out(), err: running.said() }
}

const isSignedIn = async (visitor: { get(url: string): Promise<{ text: string }> }) =>
  (await visitor.get('/Garden')).text.includes('action=logout')
const lines = (out: string): string[][] =>
  out
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))

// MoinMoin: cleaning by command; `servus sessions list|revoke|purge`.
describe('servus sessions', () => {
  it('lists, revokes and ends what another process keeps in files', { timeout: 60_000 }, async () => {
    await open()
    const [ada, bob, phone] = [
      await host.signedIn('Ada', password),
      await host.signedIn('Bob', password),
      await host.signedIn('Bob', password),
    ]
    const stranger = host.browser()
    for (let i = 0; i < 2; i++) await stranger.get('/Garden')

    const all = lines((await servus('list')).out)
    expect(all.map(([, kind, name]) => `${kind} ${name}`).sort()).toEqual(['anonymous ', 'user Ada', 'user Bob', 'user Bob'])
    const bobs = lines((await servus('list', '--user', 'Bob')).out)
    expect(bobs).toHaveLength(2)

    expect((await servus('revoke', bobs[0]?.[0] ?? '')).code).toBe(0)
    expect([await isSignedIn(bob), await isSignedIn(phone)].filter(Boolean)).toHaveLength(1)
    const again = await servus('revoke', bobs[0]?.[0] ?? '')
    expect([again.code, again.err.includes('There is no session')]).toEqual([1, true])

    expect((await servus('purge', '--user', 'Bob', '--all')).out).toBe('1 sessions were ended.\n')
    expect([await isSignedIn(bob), await isSignedIn(phone), await isSignedIn(ada)]).toEqual([false, false, true])

    expect((await servus('purge')).out).toBe('0 expired sessions were removed.\n')
    expect((await servus('purge', '--all')).out).toBe('2 sessions were ended.\n')
    expect(await isSignedIn(ada)).toBe(false)
    expect((await stranger.get('/Garden')).text).not.toContain('Loaded value')
  })

  it('says over its columns what they are when a person looks, and gives programs nothing but sessions', async () => {
    await open()
    await host.signedIn('Ada', password)
    const list = ['sessions', 'list', '--config', join(folder, 'config'), '--data', join(folder, 'data')]
    const { isTTY, write } = process.stdout
    const said: string[] = []
    const look = async (isTerminal: boolean): Promise<readonly string[]> => {
      process.stdout.isTTY = isTerminal
      process.stdout.write = (chunk: string | Uint8Array) => said.push(String(chunk)) > 0
      await main(list).finally(() => Object.assign(process.stdout, { isTTY, write }))
      return said.splice(0)
    }
    const [head = '', ...shown] = await look(true)
    expect(head.trim().split(/ {2,}/)).toEqual(['ID', 'kind', 'account', 'first seen', 'last seen', 'browser'])
    expect(shown).toHaveLength(1)
    for (const [name, value] of [
      ['kind', 'user'],
      ['account', 'Ada'],
      ['first seen', '20'],
      ['last seen', '20'],
    ] as const)
      expect(shown[0]?.slice(head.indexOf(name))).toMatch(new RegExp(`^${value}`))
    expect((await look(false)).map((line) => line.split('\t').slice(1, 3))).toEqual([['user', 'Ada']])
  })

  it('reaches the sessions of their own that plugins have below a path', { timeout: 60_000 }, async () => {
    await open()
    const stranger = host.browser()
    for (let i = 0; i < 2; i++) await stranger.get('/Game')
    expect((await stranger.get('/Game')).text).toContain('Loaded value')
    expect(lines((await servus('list')).out).map(([, kind]) => kind)).toEqual(['anonymous'])
    expect((await servus('purge', '--all')).out).toBe('1 sessions were ended.\n')
    expect((await stranger.get('/Game')).text).not.toContain('Loaded value')
  })

  it('says when there is no such account or no such word', { timeout: 60_000 }, async () => {
    await open()
    for (const verb of ['list', 'purge']) {
      const answer = await servus(verb, '--user', 'Nobody')
      expect([answer.code, answer.err.trim()]).toEqual([1, 'There is no account named Nobody.'])
    }
    const answer = await servus('remove')
    expect([answer.code, answer.err.includes('usage: servus sessions')]).toEqual([1, true])
  })

  it('ends sessions that live in cookies, though it cannot list them', { timeout: 60_000 }, async () => {
    await open(`sessionStore: 'cookie'`)
    const bob = await host.signedIn('Bob', password)
    const list = await servus('list', '--user', 'Bob')
    expect([list.out, list.code, list.err]).toEqual(['', 0, expect.stringContaining('in the cookies of its visitors')])
    expect((await servus('purge', '--user', 'Bob', '--all')).code).toBe(0)
    expect(await isSignedIn(bob)).toBe(false)
  })

  it('says that it cannot see what is in the memory of another process', { timeout: 60_000 }, async () => {
    await open(`sessionStore: 'memory'`)
    const list = await servus('list')
    expect([list.out, list.code, list.err]).toEqual(['', 0, expect.stringContaining('in the memory of the processes')])
  })
})
