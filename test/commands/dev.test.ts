import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveForDevelopment } from '../../core/commands/dev.ts'
import { type Running, serveWiki } from '../../core/testing/run-servus.ts'
import { TestBrowser } from '../../core/testing/test-browser.ts'

let folder = ''
let wiki: Running & { port: number }
let visitor: TestBrowser

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const macro = (words: string) => `export const dependencies = []\nexport const execute = () => '${words}'\n`
const config = (name: string) =>
  `export default { sitename: '${name}', aclRightsDefault: 'All:read,write', pluginDirs: ['../more'] }\n`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'servus-dev-'))
  write('config/wikiconfig.js', config('Before'))
  write('more/lib/words.ts', "export const words = 'first words'\n")
  write(
    'more/macros/Hello.ts',
    "import { words } from '../lib/words.ts'\nexport const dependencies = []\nexport const execute = () => words\n",
  )
  wiki = await serveWiki(['--dev', '--config', join(folder, 'config'), '--data', join(folder, 'data')])
  visitor = new TestBrowser(wiki.port)
  await visitor.submit('/Page?action=edit', { savetext: '<<Hello>> <<Later>>' })
}, 60_000)
afterAll(async () => {
  await wiki.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('npm run dev', () => {
  it('shows on the next view what a plugin is now, with what it imports, and one that is new or gone', async () => {
    expect((await visitor.get('/Page')).text).toContain('first words')
    write('more/lib/words.ts', "export const words = 'second words'\n")
    write('data/plugins/macros/Later.ts', macro('here I am'))
    const { text } = await visitor.get('/Page')
    expect(text).toContain('second words')
    expect(text).toContain('here I am')
    rmSync(join(folder, 'data/plugins/macros/Later.ts'))
    write('config/wikiconfig.js', config('After'))
    write('data/plugins/themes/mine/theme.ts', "export const label = 'mine'\nexport const stylesheets = []\n")
    const after = (await visitor.get('/Page')).text
    expect(after).toContain('&lt;&lt;Later&gt;&gt;')
    expect(after).toContain('After')
  }, 60_000)

  it('shows what does not load with the lines around it, and tells open pages when it is mended', async () => {
    write('data/plugins/macros/Broken.ts', 'const one = 1\nconst two = 2\nconst three = [\nexport const execute = () => one\n')
    const page = await visitor.get('/Page')
    expect(page.status).toBe(200)
    expect(page.text).toContain('second words')
    expect(page.text).toMatch(/macros\/Broken\.ts:4:1<\/code><pre> {2}1 \| const one = 1\n.*\n.*\n&gt; 4 \| export const execute/)
    const told = firstEvent()
    await told.open
    write('data/plugins/macros/Broken.ts', macro('mended'))
    expect(await told.event).toContain('event: change')
    expect((await visitor.get('/Page')).text).not.toContain('Broken.ts')
  }, 60_000)

  it('shows where a macro threw with the lines around it, to names of this machine alone', async () => {
    write(
      'data/plugins/macros/Later.ts',
      "import type { Macro } from 'servus'\n\nexport function execute(macro: Macro) {\n  throw new Error('no tide today')\n}\n",
    )
    const page = await visitor.get('/Page')
    expect(page.text).toMatch(/<h2>no tide today<\/h2><code>[^<]*macros\/Later\.ts:4:9<\/code><pre>/)
    expect(page.text).toContain('&gt; 4 |   throw new Error(')
    const stranger = await new TestBrowser(wiki.port, { host: 'rebound.example.org' }).get('/Page')
    expect(stranger.text).toContain('macro-error')
    expect(stranger.text).not.toContain('no tide today')
    rmSync(join(folder, 'data/plugins/macros/Later.ts'))
    expect((await visitor.get('/Page')).text).not.toContain('Later.ts')
  }, 60_000)

  it('shows what is wrong with a template, in the barest of frames', async () => {
    write('config/wikiconfig.js', config('After').replace('{', "{ themeDefault: 'mine',"))
    write('data/plugins/themes/mine/layout.hbs', '<html>\n<body>{{#if title}}\n</body>\n')
    const { status, text } = await visitor.get('/Page')
    expect(status).toBe(200)
    expect(text).toMatch(/themes\/mine\/layout\.hbs:4:0<\/code><pre>/)
    expect(text).toContain('src="/+dev/reload.js"')
    rmSync(join(folder, 'data/plugins/themes/mine/layout.hbs'))
    write('config/wikiconfig.js', config('After'))
    expect((await visitor.get('/Page')).text).not.toContain('layout.hbs')
  }, 60_000)

  it('keeps the rules that pages run under, and loads its script as a file', async () => {
    const page = await visitor.get('/Page')
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    expect(page.text).toContain('<script type="module" src="/+dev/reload.js"></script>')
    expect((await visitor.get('/+dev/reload.js')).headers['content-type']).toBe('text/javascript')
  })

  it('serves this machine only', async () => {
    await expect(serveForDevelopment({ values: { host: '0.0.0.0' }, words: [] })).rejects.toThrow(
      '--dev shows sources to whoever asks',
    )
  })

  it('says which port is taken, and what is none', async () => {
    await expect(serveForDevelopment({ values: { port: String(wiki.port) }, words: [] })).rejects.toThrow(
      `127.0.0.1:${wiki.port} is in use by another program: stop it, or choose another with --port`,
    )
    await expect(serveForDevelopment({ values: { port: '80a' }, words: [] })).rejects.toThrow('"80a" is no port')
  })

  it('serves a folder in which nobody has configured anything yet', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'servus-dev-empty-'))
    const fresh = await serveWiki(['--dev'], { cwd: empty })
    try {
      expect((await new TestBrowser(fresh.port).get('/')).status).toBe(200)
    } finally {
      await fresh.stop()
      rmSync(empty, { recursive: true, force: true })
    }
  }, 60_000)

  it('shows a configuration that does not load, and never to a name that is not this machine', async () => {
    write('config/wikiconfig.js', 'export default {\n  sitenam: 1,\n}\n')
    const page = await visitor.get('/Page')
    expect(page.status).toBe(500)
    expect(page.text).toContain('<h2>sitenam: there is no such option; did you mean sitename?')
    expect(page.text.split('wikiconfig.js')).toHaveLength(2)
    const stranger = await new TestBrowser(wiki.port, { host: 'rebound.example.org' }).get('/Page')
    expect(stranger.text).toBe('This wiki cannot be opened.\n')
  }, 60_000)
})

/** What the events of an open page say first after its greeting. */
function firstEvent(): { open: Promise<void>; event: Promise<string> } {
  let opened: () => void = () => {}
  const open = new Promise<void>((resolve) => {
    opened = resolve
  })
  const event = new Promise<string>((resolve, reject) => {
    const asked = get({ port: wiki.port, host: '127.0.0.1', path: '/+dev/events' }, (answer) => {
      let said = ''
      answer.on('data', (chunk: Buffer) => {
        opened()
        said += chunk.toString('utf8')
        if (!said.includes('event:')) return
        asked.destroy()
        resolve(said)
      })
    })
    asked.on('error', reject)
  })
  return { open, event }
}
