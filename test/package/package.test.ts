import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runServus, serveWiki } from '../../core/testing/run-servus.ts'
import { apiReports } from './api-report.ts'
import { installPackage } from './installed.ts'

const run = promisify(execFile)

describe('the published package', { timeout: 120_000 }, () => {
  let installed: Awaited<ReturnType<typeof installPackage>>
  /** Where it is installed, as in somebody's project. */
  let folder: string
  /** A folder of somebody who has nothing but the command. */
  let empty: string
  let command: string

  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }

  beforeAll(async () => {
    installed = await installPackage()
    folder = installed.folder
    command = join(folder, 'node_modules/.bin/servus')
    empty = join(dirname(folder), 'empty')
    await mkdir(join(empty, 'data/plugins/macros'), { recursive: true })
    await writeFile(join(empty, 'data/plugins/macros/Hello.ts'), hello)
    await write('macros/Hello.ts', hello)
    await write('package.json', JSON.stringify({ type: 'module', private: true }))
  }, 120_000)
  afterAll(() => rm(dirname(folder), { recursive: true, force: true }))

  it('holds JavaScript, declarations and what they look for, and no sources or tests', () => {
    const { packed, clean } = installed
    expect(clean, 'packing leaves the checkout as it was').toBe(true)
    expect(
      packed.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('dist/bin/scaffolds/')),
    ).toEqual([])
    expect(packed.filter((file) => /(^|\/)test\/|(^|\/)data\//.test(file))).toEqual([])
    for (const file of [
      'dist/core/index.js',
      'dist/core/index.d.ts',
      'dist/core/testing/index.d.ts',
      'dist/core/help/HelpContents.wiki',
      'dist/core/help/intermap.txt',
      'dist/core/help/languages/de.json',
      'dist/macros/SessionTest.js',
      'dist/plugins/parsers/wiki/index.js',
      'dist/plugins/themes/default/layout.hbs',
      'dist/plugins/themes/default/static/servus.css',
      'dist/bin/scaffolds/macro/NAME.ts',
      'LICENSE',
      'README.md',
    ])
      expect(packed).toContain(file)
  })

  it('serves a wiki in an empty folder, with macros dropped into it', async () => {
    const wiki = await serveWiki([], { command, cwd: empty })
    try {
      const at = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${wiki.port}${path}`)
      const front = await (await at('/')).text()
      expect(front).toContain('This is a new wiki')
      const [sheet = ''] = /\/\+static\/[^"]+\.css/.exec(front) ?? []
      expect((await at(sheet)).headers.get('content-type')).toContain('text/css')
      expect((await at('/HelpOnMacros')).status).toBe(200)
      expect(await (await at('/SystemInfo')).text()).not.toContain('macro-error')
    } finally {
      expect(await wiki.stop()).toBe(0)
    }
  })

  it('renders pages on the command line', async () => {
    const { out, said, exit } = runServus(['render'], '<<Hello(Ada <3)>> <<SystemInfo>>\n', { command, cwd: empty })
    expect(await exit, said()).toBe(0)
    expect(out()).toContain('Hello, Ada &lt;3!')
    expect(out()).toContain('0.1.0')
  })

  it('offers what test/package/api/ says, with a word about everything and nothing that cannot be named', async () => {
    for (const [entry, report] of Object.entries(apiReports(join(folder, 'node_modules/servus/dist')))) {
      expect(report.undocumented, entry).toEqual([])
      expect(report.loose, entry).toEqual([])
      expect(
        report.hidden.filter((name) => !insides.has(name)),
        entry,
      ).toEqual([])
      const committed = await readFile(new URL(`./api/${entry}.api.md`, import.meta.url), 'utf8')
      expect(
        report.markdown,
        `test/package/api/${entry}.api.md: \`npm run api\` makes it anew, and its changes are to be reviewed`,
      ).toBe(committed)
    }
  })

  it('brings every package that its declarations speak of', async () => {
    const dist = join(folder, 'node_modules/servus/dist')
    const named = new Set<string>()
    for (const file of installed.packed.filter((name) => name.endsWith('.d.ts'))) {
      const source = await readFile(join(dist, '..', file), 'utf8')
      for (const [, name = ''] of source.matchAll(/(?:from|import\() ?['"]([^'"./][^'"]*)['"]/g))
        named.add(name.startsWith('node:') ? '@types/node' : (/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? ''))
    }
    const { name: own, dependencies } = JSON.parse(await readFile(join(dist, '../package.json'), 'utf8')) as {
      name: string
      dependencies: Readonly<Record<string, string>>
    }
    expect(named).toContain('@types/node')
    // Without a compiler nobody reads the declarations of the command that asks it.
    expect([...named].filter((name) => dependencies[name] === undefined && ![own, 'typescript'].includes(name))).toEqual([])
  })

  it('lets a strict compiler check a plugin against its declarations', async () => {
    const files = ['macros/Hello.ts', 'macros/Wrong.ts', 'uses.ts']
    await write('tsconfig.json', JSON.stringify({ compilerOptions: strict, files }))
    await write('uses.ts', uses)
    await write('macros/Wrong.ts', hello.replace('text(`Hello', 'txet(`Hello'))
    const errors = await typeErrors(folder)
    await rm(join(folder, 'macros/Wrong.ts'))
    expect(errors).toMatch(/^macros\/Wrong\.ts\(5,\d+\): error TS2339: Property 'txet' does not exist on type 'Formatter'\.\n$/)
  })

  it('lets an author test a macro, a parser and a theme with vitest alone', async () => {
    await write('macros/Hello.test.ts', helloTest)
    await write('parsers/shout.ts', shout)
    await write('themes/dusk/theme.ts', dusk)
    await write('themes/dusk/static/dusk.css', 'body { background: #223 }')
    await write('others.test.ts', othersTest)
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
    const { VITEST: _, NODE_ENV: __, NODE_OPTIONS: ___, ...environment } = process.env
    const report = await run(process.execPath, [vitest, 'run', '--no-color', '--no-file-parallelism'], {
      cwd: folder,
      env: environment,
    }).catch((error: { stdout: string; stderr: string }) => error)
    expect(report.stdout + report.stderr).toMatch(/Tests {2}\d+ passed \(\d+\)/)
  })
})

/** What tests of the program itself reach for. */
const insides = new Set(['Wiki, by TestHost', 'WikiFarm, by TestHost'])

const hello = `import { arg, defineMacro } from 'servus'

export default defineMacro({
  args: { name: arg.text('world') },
  execute: (macro, { name }) => macro.formatter.text(\`Hello, \${name}!\`),
})
`

const helloTest = `import { createTestHost, describeMacro, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

const wiki = { pluginDirs: [new URL('..', import.meta.url).pathname] }
let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki, pages: { Page: 'It says: <<Hello(Ada)>>' } })
})
afterAll(() => host.close())

it('greets', async () => {
  expect(await host.render('<<Hello>>')).toContain('Hello, world!')
  expect((await host.get('/Page')).text).toContain('Hello, Ada!')
  expect((await host.get('/Page?action=raw')).text).toContain('<<Hello(Ada)>>')
})

it('opens a host in no time', async () => {
  const times = []
  for (let count = 0; count < 5; count++) {
    const begun = process.cpuUsage()
    await (await createTestHost({ wiki })).close()
    const { user, system } = process.cpuUsage(begun)
    times.push((user + system) / 1000)
  }
  expect(Math.min(...times)).toBeLessThan(100)
})

describeMacro('Hello', { wiki, examples: [{ args: '<b>', shows: 'Hello, &lt;b&gt;!' }] })
`

const shout = `import { cleanText, type Document, type ParseOptions, parseInstructions } from 'servus'

export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const words = cleanText(text.slice(instructions?.bodyStart ?? 0)).toUpperCase()
  return { instructions, children: [{ type: 'preformatted', code: null, children: [{ type: 'text', text: words }] }], problems: [] }
}
`

const dusk = `export const label = 'Dusk'
export const base = 'default'
export const stylesheets = ['dusk.css']
`

const othersTest = `import { describePageStore, describeParser, describeSessionStore, describeTheme, describeUserStore } from 'servus/testing'
import { MemoryStore } from 'servus/session'
import { expect, it } from 'vitest'

const wiki = { pluginDirs: [import.meta.dirname] }
describeParser('shout', { wiki, runs: 20, examples: [{ text: 'quiet', shows: 'QUIET' }] })
describeTheme('dusk', { wiki })
describeSessionStore('memory', (clock) => new MemoryStore({ clock }))
it('has suites for stores of pages and accounts', () => expect([describePageStore, describeUserStore]).not.toContain(undefined))
`

const uses = `import { MemorySessionService } from 'servus/session'
import { createTestHost, describeMacro, type TestHost } from 'servus/testing'

const host: TestHost = await createTestHost({ wiki: { sessionService: new MemorySessionService() }, pages: { Page: 'text' } })
const { status }: { status: number } = await host.get('/Page')
describeMacro('Hello', { examples: [{ args: String(status) }] })
`

// Without skipLibCheck: the declarations themselves are checked as well.
const strict = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  types: ['node'],
}

async function typeErrors(folder: string): Promise<string> {
  const tsc = join(folder, 'node_modules/typescript/bin/tsc')
  return run(process.execPath, [tsc, '-p', '.'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )
}
