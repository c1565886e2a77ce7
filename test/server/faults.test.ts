import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runServus, serveWiki } from '../../core/testing/run-servus.ts'
import { TestBrowser } from '../../core/testing/test-browser.ts'
import { OwnFolder, page } from './own-folder.ts'

const home = new OwnFolder('faults')

const token = 'a token of sixteen letters'
const config = (more = '') =>
  `export default { aclRightsDefault: 'All:read,write', metricsToken: '${token}', deadlines: { macro: 400, event: 400 }, ${more} }\n`

async function serve(...args: readonly string[]) {
  const one = await serveWiki([...home.args(), ...args])
  home.ends(one)
  const visitor = () => new TestBrowser(one.port)
  const faults = async (): Promise<Record<string, number>> => {
    const { text } = await visitor().get('/metrics', { headers: { authorization: `Bearer ${token}` } })
    const found = [...text.matchAll(/^servus_plugin_faults_total\{kind="(\w+)",name="(\w+)"\} ([1-9]\d*)$/gm)]
    return Object.fromEntries(found.map(([, kind, name, count]) => [`${kind}/${name}`, Number(count)]))
  }
  return { ...one, get: (address: string) => visitor().get(address), visitor, faults }
}

/** The status of an answer by a connection of its own: one that was kept would end with the process that has it. */
function fresh(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (answer) => resolve(answer.resume().statusCode ?? 0))
      .on('error', reject)
      .end()
  })
}

const broken: Readonly<Record<string, string>> = {
  DoesNotLoad: "import 'nowhere-to-be-found'\nexport const execute = () => ''\n",
  HasNoExecute: 'export const perform = () => 1\n',
  ThrowsNoError: "export function execute() { throw { toString() { throw new Error('not even a text') } } }\n",
  ThrowsNoMessage: 'export function execute() { throw new Error() }\n',
  AnswersNothing: 'export function execute() {}\n',
  Hangs: 'export const execute = () => new Promise(() => {})\n',
  Floats: "export function execute() { Promise.resolve().then(() => { throw new Error('floating') }); return 'fine so far' }\n",
  ThrowsLater: "export function execute() { setTimeout(() => { throw new Error('from a timer') }, 1); return 'fine so far' }\n",
}

describe('a plugin that fails in a running server', () => {
  it('costs its own place on the page and nothing else, is named, and has its stack in the log once', async () => {
    const names = Object.keys(broken)
    home.write({
      'wikiconfig.ts': config(),
      ...page('Others', 'nothing special\n'),
      ...page('Circle', 'round <<Include(Circle)>> and round\n'),
    })
    home.write(Object.fromEntries(names.map((name) => [`data/plugins/macros/${name}.ts`, broken[name] ?? ''])))
    for (const name of names) home.write(page(name, `before <<${name}>> after\n`))
    home.write({ 'data/plugins/events/Bad.ts': "export function pageChanged() { throw new Error('bad handler') }\n" })
    // Faults are counted by each process for itself.
    const server = await serve('--no-standby')
    for (let view = 0; view < 2; view++)
      for (const name of names) expect((await server.get(`/${name}`)).text, name).toMatch(/before [\s\S]*after/)
    expect((await server.get('/Circle')).status).toBe(200)
    const saved = await server.visitor().submit('/Others?action=edit', { savetext: 'saved all the same\n' })
    expect(saved.text).toContain('saved all the same')
    rmSync(join(home.path, 'data/plugins/macros'), { recursive: true })
    expect((await server.get('/Hangs')).text).toMatch(/before [\s\S]*after/)
    expect((await server.get('/Others')).status).toBe(200)
    const faults = await server.faults()
    expect(Object.keys(faults).sort()).toEqual(['events/Bad', ...names.map((name) => `macros/${name}`)].sort())
    for (const name of names) {
      const stacks = server
        .out()
        .split('\n')
        .filter((line) => line.includes(`"plugin":"macros/${name}"`) && line.includes('"stack"'))
      expect(stacks, name).toHaveLength(1)
    }
    expect(server.said()).not.toContain('another takes its place')
  }, 60_000)

  it('as a theme shows the barest frame, with the content in it', async () => {
    home.write({
      'wikiconfig.ts': config("themeDefault: 'ill'"),
      ...page('Others', 'words to be read\n'),
      'data/plugins/themes/ill/theme.ts': "export default { label: 'Ill', stylesheets: [] }\n",
      'data/plugins/themes/ill/layout.hbs': '{{#nowhere.at.all x}}{{/nowhere.at.all}}{{noHelperLikeThis 1}}',
    })
    const server = await serve('--no-standby')
    const answer = await server.get('/Others')
    expect([answer.status, answer.text.includes('words to be read')]).toEqual([200, true])
    expect(await server.faults()).toEqual({ 'themes/ill': 1 })
    for (let i = 0; i < 5; i++) await server.get(`/Others?action=info&i=${i}`)
    // By now it rests, and the wiki's own look is back.
    expect((await server.get('/Others')).text).toContain('class="')
  }, 60_000)
})

describe('a plugin that holds the process', () => {
  it.each([
    ['a loop', 'export function execute() { for (;;) {} }\n'],
    [
      'a loop behind an await',
      'export async function execute() { await null; await new Promise((r) => setTimeout(r, 5)); for (;;) {} }\n',
    ],
    ['a loop in its file, outside of everything', 'for (;;) {}\nexport const execute = () => 1\n'],
    ['a regular expression', "export const execute = () => String(/^(a+)+$/.test('a'.repeat(60) + 'b'))\n"],
  ])(
    'by %s is switched off, and the process replaced while visitors wait',
    async (_, source) => {
      home.write({
        'wikiconfig.ts': config(),
        ...page('Others', 'nothing special\n'),
        ...page('Held', 'before <<Holds>> after\n'),
        'data/plugins/macros/Holds.ts': source,
      })
      const server = await serve()
      expect((await server.get('/Others')).status).toBe(200)
      const held = server.get('/Held').catch(() => null)
      // Comes while the process hangs, and is answered by the next one.
      const other = fresh(server.port, '/Others').catch(() => fresh(server.port, '/Others'))
      await held
      expect(await other).toBe(200)
      expect((await server.get('/Held')).text).toContain('The macro Holds is switched off at the moment.')
      const [line] = server
        .out()
        .split('\n')
        .filter((one) => one.includes('"level":60'))
      expect(JSON.parse(line ?? '{}')).toMatchObject({ plugin: 'macros/Holds', stack: expect.stringContaining('Holds.ts') })
      expect(await server.stop()).toBe(0)
    },
    60_000,
  )
})

describe('the processes behind the port', () => {
  const children = (pid: number | undefined): number[] =>
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number)

  const stateOf = (pid: number): string => {
    try {
      return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    } catch {
      return ''
    }
  }

  it('are replaced when they die, and end with the one that has the port', async () => {
    home.write({ 'wikiconfig.ts': config(), ...page('Others', 'nothing special\n') })
    const server = await serve()
    const [first = 0] = children(server.process.pid)
    process.kill(first, 'SIGKILL')
    await new Promise((gone) => {
      const look = (): unknown => (server.said().includes('another takes its place') ? gone(null) : setImmediate(look))
      look()
    })
    expect((await server.get('/Others')).status).toBe(200)
    const [second = 0] = children(server.process.pid)
    expect(second).not.toBe(first)
    await server.stop('SIGKILL')
    // Gone, or waiting for whoever inherited it to say that they have seen it.
    expect(stateOf(second)).not.toMatch(/^[RSD]/)
  }, 60_000)

  // Where others leave the answering process no time, that says nothing about it: such a run does not count.
  it('answer others as always while one of two hangs', { timeout: 60_000, retry: 2 }, async () => {
    home.write({
      'wikiconfig.ts': config(),
      ...page('Others', 'nothing special\n'),
      ...page('Held', '<<Holds>>\n'),
      'data/plugins/macros/Holds.ts':
        'export function execute() { const end = Date.now() + 1000; while (Date.now() < end); return "held" }\n',
    })
    const server = await serve('--workers', '2')
    const timed = async (): Promise<number> => {
      const begin = performance.now()
      expect(await fresh(server.port, '/Others')).toBe(200)
      return performance.now() - begin
    }
    const middle = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
    const before: number[] = []
    for (let i = 0; i < 20; i++) before.push(await timed())
    const held = server.get('/Held')
    let isHeld = true
    void held.finally(() => (isHeld = false))
    const times: number[] = []
    while (isHeld && times.length < 50) times.push(await timed())
    await held
    expect(times.length).toBeGreaterThan(2)
    expect(middle(times)).toBeLessThan(middle(before) + 50)
  })

  it('are one only where sessions are kept in memory', async () => {
    home.write({ 'wikiconfig.ts': config("sessionStore: 'memory'") })
    const one = runServus(['serve', '--port', '0', '--workers', '2', ...home.args()])
    home.ends(one)
    expect(await one.exit).toBe(2)
    expect(one.said()).toMatch(/sessionStore: 'memory' keeps sessions in one process, and --workers makes several/)
  }, 60_000)
})
