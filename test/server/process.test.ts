import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runServus, serveWiki } from '../../core/testing/run-servus.ts'
import { TestBrowser } from '../../core/testing/test-browser.ts'
import { OwnFolder } from './own-folder.ts'

const home = new OwnFolder('process')

function config(text: string, name = 'wikiconfig.ts'): readonly string[] {
  writeFileSync(join(home.path, name), text)
  return home.args()
}

const open =
  "import { defineWiki } from 'servus'\nexport default defineWiki({ aclRightsDefault: 'All:read,write', cookieLifetime: [1, 12] })\n"

async function serve(args: readonly string[]) {
  const one = await serveWiki(args)
  home.ends(one)
  return one
}

async function run(args: readonly string[], input?: string) {
  const one = runServus(args, input)
  home.ends(one)
  const code = await one.exit
  return { code, said: one.said(), out: one.out() }
}

describe('the start', () => {
  it('prints one address, and a link good once that makes the first superuser', async () => {
    const server = await serve(config(open))
    const link = /\n {2}(http\S+)\n/.exec(server.said())?.[1] ?? ''
    const browser = new TestBrowser(server.port)
    const address = new URL(link)
    const made = await browser.submit(
      address.pathname + address.search,
      { name: 'Ada', password1: 'correct horse battery', password2: 'correct horse battery' },
      { follow: false },
    )
    expect(made.status).toBe(303)
    expect(readFileSync(join(home.path, 'data/servus/superusers'), 'utf8')).toBe('Ada\n')
    const again = await browser
      .submit(
        address.pathname + address.search,
        { name: 'Eve', password1: 'correct horse battery', password2: 'correct horse battery' },
        { follow: false },
      )
      .catch(() => null)
    expect(again?.status ?? 403).not.toBe(303)
  })

  it('warns of a cookie domain that browsers refuse', async () => {
    const wikis = "[['docs', /^http:\\/\\/docs\\.localhost/]]"
    const farm = `export default { common: { cookieDomain: '.localhost' }, wikis: ${wikis} }`
    const args = config(farm, 'farmconfig.ts')
    const server = await serve(args)
    await expect.poll(() => server.said(), { timeout: 10_000 }).toMatch(/^Warning: cookieDomain: '\.localhost' has one label/m)
    const checked = await run(['check', '--no-tests', ...args])
    expect([checked.code, checked.out]).toEqual([0, expect.stringMatching(/farmconfig\.ts: cookieDomain: .* has one label/)])
  })

  it.each([
    [
      'an option that does not exist',
      'export default { cookieLifetme: [1, 12] }',
      /wikiconfig\.ts: cookieLifetme: there is no such option; did you mean cookieLifetime\?/,
    ],
    [
      'a bad lifetime',
      "export default { cookieLifetime: ['soon', 12] }",
      /wikiconfig\.ts: cookieLifetime: .*"soon" is no span of time/,
    ],
    ['a lifetime that is no pair', 'export default { cookieLifetime: 12 }', /wikiconfig\.ts: cookieLifetime: must be a pair/],
    ['a file that does not load', 'export default {', /wikiconfig\.ts: cannot be loaded/],
    ['a file without an export', 'const nothing = 1', /wikiconfig\.ts: has no default export/],
    ['a bad schedule', "export default { purgeSchedule: 'now and then' }", /purgeSchedule: "now and then" is no schedule/],
  ])('stops at %s with one line that names file and option, and an exit code', async (_, text, message) => {
    const { code, said } = await run(['serve', '--port', '0', ...config(text)])
    expect(said).toMatch(message)
    expect(
      said
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('servus:')),
    ).toHaveLength(1)
    expect(said).not.toMatch(/^\s+at /m)
    expect(code).toBe(2)
  })

  it('stops at a port in use, and at a data folder that is a file', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const busy = await run(['serve', '--port', String(port), ...config(open)])
    other.close()
    expect([busy.code, busy.said]).toEqual([2, expect.stringMatching(new RegExp(`port: 127\\.0\\.0\\.1:${port} is in use`))])
    writeFileSync(join(home.path, 'file'), '')
    const file = await run(['serve', '--port', '0', ...config(open).slice(0, 2), '--data', join(home.path, 'file')])
    expect([file.code, file.said]).toEqual([2, expect.stringContaining('is a file')])
  })
})

describe('the end', () => {
  it('comes with exit code 0 soon after SIGTERM, once running requests are answered', async () => {
    const slow =
      "export async function execute({ request }) {\n  await new Promise((resolve) => setTimeout(resolve, 700))\n  return { title: 'Slow', body: 'done slowly' }\n}\n"
    const args = config(open)
    const { mkdirSync } = await import('node:fs')
    mkdirSync(join(home.path, 'data/plugins/actions'), { recursive: true })
    writeFileSync(join(home.path, 'data/plugins/actions/Slow.ts'), slow)
    const server = await serve(args)
    const browser = new TestBrowser(server.port)
    await browser.get('/')
    const answer = browser.get('/FrontPage?action=Slow')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const begin = performance.now()
    const code = server.stop()
    expect((await answer).text).toContain('done slowly')
    expect(await code).toBe(0)
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})

describe('two servers on one data folder', () => {
  it("see each other's pages, logins and log-outs at once", async () => {
    const args = config(open)
    await run(['user', 'add', 'Ada', '--password-stdin', ...args], 'correct horse battery\n')
    const [a, b] = [await serve(args), await serve(args)]
    const onA = new TestBrowser(a.port, { host: 'localhost' })
    expect((await new TestBrowser(b.port).get('/Shared')).status).toBe(404)
    await onA.submit('/Shared?action=edit', { savetext: 'Written on A.', button_save: 'Save' })
    expect((await new TestBrowser(b.port).get('/Shared')).text).toContain('Written on A.')
    await onA.submit('/?action=login', { name: 'Ada', password: 'correct horse battery' })
    const cookie = onA.jar.header(new URL('http://localhost/'))
    const onB = new TestBrowser(b.port, { host: 'localhost' })
    expect((await onB.get('/Shared', { headers: { cookie } })).text).toContain('Log out')
    await onA.submit('/?action=logout', {})
    expect((await onB.get('/Shared', { headers: { cookie } })).text).not.toContain('Log out')
  })

  it("lose nobody's words when both save the same page at once", async () => {
    const args = config(open)
    const servers = [await serve(args), await serve(args)]
    const browsers = servers.map(({ port }) => new TestBrowser(port))
    await browsers[0]?.submit('/Busy?action=edit', { savetext: 'Start.\n', button_save: 'Save' })
    // Both open the editor before either saves.
    const opened = await Promise.all(browsers.map((browser) => browser.get('/Busy?action=edit')))
    const answers = await Promise.all(
      browsers.map((browser, i) => {
        const ticket = /name="ticket" value="([^"]+)"/.exec(opened[i]?.text ?? '')?.[1] ?? ''
        return browser.post(
          '/Busy?action=edit',
          { ticket, rev: '1', savetext: `Start.\nLine of ${i}.\n`, button_save: 'Save' },
          { follow: false },
        )
      }),
    )
    // One saved; the other saved as well by a merge, or got both texts back to decide.
    expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThanOrEqual(1)
    const page = (await new TestBrowser(servers[1]?.port ?? 0).get('/Busy?action=raw')).text
    for (const [i, answer] of answers.entries()) expect(page + answer.text).toContain(`Line of ${i}.`)
  })
})

describe('the command line', () => {
  it('renders wiki markup, makes accounts and checks the configuration', async () => {
    const args = config(open)
    expect((await run(['render', ...args], "'''strong''' words")).out).toContain('<strong>strong</strong> words')
    expect(
      (await run(['user', 'add', 'Ada', '--superuser', '--password-stdin', ...args], 'correct horse battery')).out,
    ).toContain('Ada was added as a superuser')
    expect((await run(['user', 'list', ...args])).out).toBe('Ada\t\tsuperuser\n')
    const weak = await run(['user', 'add', 'Eve', '--password-stdin', ...args], 'secret')
    expect([weak.code, weak.said]).toEqual([1, expect.stringContaining('password')])
    expect((await run(['check', ...args])).out).toContain('0 errors, 0 warnings')
    const unknown = await run(['serv'])
    expect([unknown.code, unknown.said]).toEqual([2, expect.stringContaining('did you mean serve?')])
  })
})
