import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runServus, serveWiki } from '../../core/testing/run-servus.ts'
import { TestBrowser } from '../../core/testing/test-browser.ts'
import { OwnFolder, page } from './own-folder.ts'

const home = new OwnFolder('standby')

const config = (more = '') =>
  `export default { aclRightsDefault: 'All:read,write', superuser: ['Ada'], deadlines: { macro: 1000 }, ${more} }\n`

/** A macro that leaves a file behind when it begins, so that a test knows. */
const macro = (name: string, rest: string) => ({
  [`data/plugins/macros/${name}.ts`]: `import { writeFileSync } from 'node:fs'\nexport function execute() {\n  writeFileSync(${JSON.stringify(join(home.path, `${name} has begun`))}, '')\n  ${rest}\n}\n`,
  ...page(name, `before <<${name}>> after\n`),
})

const hasBegun = (name: string) => () => existsSync(join(home.path, `${name} has begun`))

async function serve(configDir = home.path, ...args: readonly string[]) {
  const one = await serveWiki([...home.args(configDir), ...args])
  home.ends(one)
  const standing = (): number => one.out().split('process stands by').length - 1
  return { ...one, standing }
}

/** Looks again and again. The test's own deadline ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((next) => setTimeout(next, 5))
}

/** An answer by a connection of its own, as somebody gets one who comes now. */
function visit(port: number, path: string): Promise<{ status: number; text: string; ms: number }> {
  const begin = performance.now()
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, ms: performance.now() - begin }))
    })
      .on('error', reject)
      .end()
  })
}

async function times(port: number, isOver: (done: number) => boolean): Promise<readonly number[]> {
  const all: number[] = []
  while (!isOver(all.length)) {
    const { status, ms } = await visit(port, '/Others')
    expect(status).toBe(200)
    all.push(ms)
    await new Promise((next) => setTimeout(next, 5))
  }
  return all.sort((a, b) => a - b)
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN

/** The processes of a server, the oldest first; not what else it may have started. */
const children = (pid: number | undefined): number[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid), '--sort', 'pid'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('servus.js'))
    .map((line) => Number.parseInt(line.trim(), 10))

const isOff = (name: string): string => `The macro ${name} is switched off at the moment.`

describe('a process that stands by', () => {
  it('answers while a plugin holds the other one, spares itself that plugin, and takes the place of a process that dies', async () => {
    home.write({
      'wikiconfig.ts': config(),
      ...page('Others', 'nothing special\n'),
      ...macro('Loops', 'for (;;) {}'),
      ...macro('Matches', "return String(/^(a+)+$/.test('a'.repeat(60) + 'b'))"),
      ...macro('Aborts', 'process.abort()'),
      ...macro('Exits', 'return new Promise(() => setTimeout(() => process.exit(3), 1))'),
    })
    const args = home.args()
    await runServus(['user', 'add', 'Ada', '--password-stdin', ...args], 'correct horse battery\n').exit
    const server = await serve()
    const usual = median(await times(server.port, (done) => done === 20))
    for (const [at, name] of ['Loops', 'Matches', 'Aborts', 'Exits'].entries()) {
      await until(() => server.standing() > at)
      let isOver = false
      const held = visit(server.port, `/${name}`)
        .catch(() => null)
        .finally(() => (isOver = true))
      await until(hasBegun(name))
      const begun = performance.now()
      const some = await times(server.port, (done) => done >= 10 && (isOver || performance.now() - begun > 1200))
      // Whoever looks again while it hangs does not take the second process down as well.
      if (at < 2) expect((await visit(server.port, `/${name}`)).text).toContain(isOff(name))
      const all = [...some, ...(await times(server.port, () => isOver))].sort((a, b) => a - b)
      expect(await held, name).toBe(null)
      expect(median(all), name).toBeLessThan(usual + 50)
      // Far below the two seconds that the other one hangs, and far above what a page takes.
      expect(all.at(-1), name).toBeLessThan(1000)
      expect((await visit(server.port, `/${name}`)).text).toContain(isOff(name))
    }
    const superuser = new TestBrowser(server.port)
    await superuser.submit('/?action=login', { name: 'Ada', password: 'correct horse battery' })
    let { text } = await superuser.get('/Others?action=plugins')
    // What was switched off for the death of another process is read here within a second.
    while (!text.includes('macros/Exits is off: the process died')) ({ text } = await superuser.get('/Others?action=plugins'))
    for (const [name, why] of [
      ['Loops', 'it held the process for'],
      ['Matches', 'it held the process for'],
      ['Aborts', 'the process died while it ran'],
      ['Exits', 'the process died while it ran'],
    ] as const) {
      expect(text).toMatch(new RegExp(`macros/${name}[^]*?${why}`))
      const lines = server.out().split('\n')
      expect(lines.filter((line) => line.includes(`"plugin":"macros/${name}"`) && /"level":[56]0/.test(line))).toHaveLength(1)
    }
    expect(await server.stop()).toBe(0)
    // A name that stood twice in a line of the log would be gone from one of the two.
    const written = server.out().trim().split('\n')
    expect(written.map((line) => JSON.stringify(JSON.parse(line)))).toEqual(written)
  }, 60_000)

  it('is there where sessions can be shared and nobody said no, and does what is done by the clock once it is alone', async () => {
    const job = `import { appendFileSync } from 'node:fs'\nexport const schedule = '* * * * * *'\nexport function execute() {\n  appendFileSync(${JSON.stringify(join(home.path, 'runs'))}, process.pid + '\\n')\n}\n`
    home.write({
      'wikiconfig.ts': config(),
      'data/plugins/jobs/Often.ts': job,
      'memory/wikiconfig.ts': config("sessionStore: 'memory'"),
      'own/wikiconfig.ts': config('sessionStore: { read() {}, create() {}, merge() {}, destroy() {} }'),
      'off/wikiconfig.ts': config('standby: false'),
      'on/wikiconfig.ts': config(),
    })
    const others = await Promise.all([
      serve(join(home.path, 'memory')),
      serve(join(home.path, 'own')),
      serve(join(home.path, 'off')),
      serve(join(home.path, 'on'), '--no-standby'),
    ])
    const server = await serve()
    await until(() => server.standing() === 1)
    // They had more time than this one.
    for (const other of others) expect([other.standing(), children(other.process.pid).length]).toEqual([0, 1])
    const [first = 0, second = 0] = children(server.process.pid)
    const runs = (): readonly number[] => readFileSync(join(home.path, 'runs'), 'utf8').trim().split('\n').map(Number)
    await until(() => existsSync(join(home.path, 'runs')))
    process.kill(first, 'SIGKILL')
    await until(() => runs().includes(second))
    await until(() => server.standing() === 2)
    // Whoever stands by dies, too, and is replaced.
    const [, third = 0] = children(server.process.pid)
    process.kill(third, 'SIGKILL')
    await until(() => server.standing() === 3)
    expect(new Set(runs())).toEqual(new Set([first, second]))
    expect(await server.stop()).toBe(0)
  }, 60_000)

  it('is refused where the configuration wants one and keeps sessions in memory', async () => {
    home.write({ 'wikiconfig.ts': config("sessionStore: 'memory', standby: true") })
    const one = runServus(['serve', '--port', '0', ...home.args()])
    home.ends(one)
    expect(await one.exit).toBe(2)
    expect(one.said()).toMatch(/sessionStore: 'memory' keeps sessions in one process, and standby makes a second one/)
  })
})
