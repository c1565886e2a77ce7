import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost, type TestHostOptions } from 'servus/testing'
import { loadConfig } from '../../core/farm/load-config.ts'

let host: TestHost | null = null
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'servus-places-'))
})
afterEach(async () => {
  await host?.close()
  host = null
  rmSync(folder, { recursive: true, force: true })
})

const says = (words: string) => `export const dependencies = []\nexport const execute = () => '${words}'\n`

async function open(options: TestHostOptions): Promise<TestHost> {
  return (host = await createTestHost(options))
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** A package as npm would have put it beside the configuration. */
function install(name: string, facts: object, files: Readonly<Record<string, string>>): string {
  const home = `node_modules/${name}`
  write({ [`${home}/package.json`]: JSON.stringify({ name, type: 'module', ...facts }) })
  write(Object.fromEntries(Object.entries(files).map(([file, text]) => [`${home}/${file}`, text])))
  return join(folder, home)
}

describe('an npm package with plugins', () => {
  it('is found where the configuration lies, behind the folders and before the built-in ones', async () => {
    install(
      'servus-plugin-weather',
      { version: '1.2.0' },
      { 'macros/Weather.js': says('sunny'), 'macros/BR.js': says('my break') },
    )
    write({ 'wikiconfig.ts': "export default { plugins: ['servus-plugin-weather'] }\n" })
    const { wikis } = await loadConfig({ configDir: folder, dataDir: join(folder, 'data') })
    const { plugins = [] } = wikis[0]?.config ?? {}
    await open({ wiki: { plugins }, pages: { Page: '<<Weather>> and <<BR>>\n' } })
    expect((await host?.get('/Page'))?.text).toMatch(/sunny and my break/)
    const facts = (await host?.wiki.parts.plugins.list())?.filter(({ name }) => ['Weather', 'BR'].includes(name)) ?? []
    expect(facts.map(({ name, place }) => [name, place])).toEqual([
      ['BR', 'servus-plugin-weather 1.2.0'],
      ['Weather', 'servus-plugin-weather 1.2.0'],
    ])
    expect(facts[0]?.overrides).toEqual([expect.stringMatching(/macros[/\\]BR\.ts$/)])
  })

  it('may keep them in a folder of their own', async () => {
    const home = install('servus-plugin-deep', {}, { 'plugins/macros/Deep.js': says('from deep within') })
    await open({ wiki: { plugins: [home] }, pages: { Page: '<<Deep>>\n' } })
    expect((await host?.get('/Page'))?.text).toContain('from deep within')
  })

  it('that is not installed stops the start with its name and what to do', async () => {
    write({ 'wikiconfig.ts': "export default { plugins: ['servus-plugin-missing'] }\n" })
    const loading = loadConfig({ configDir: folder, dataDir: join(folder, 'data') })
    await expect(loading).rejects.toThrow(/plugins: there is no package "servus-plugin-missing": npm install it in /)
  })

  it('for another host is refused as a whole before any of its code runs', async () => {
    const ran = join(folder, 'ran')
    const home = install(
      'servus-plugin-new',
      { peerDependencies: { servus: '^99' } },
      { 'macros/New.js': `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(ran)}, '')\n${says('new')}` },
    )
    await open({ wiki: { plugins: [home] }, pages: { Page: 'Before <<New>> after.\n' } })
    const page = (await host?.get('/Page'))?.text ?? ''
    expect(page).toMatch(/Before.*could not be shown.*after/s)
    expect(existsSync(ran)).toBe(false)
    const [facts] = (await host?.wiki.parts.plugins.list())?.filter(({ name }) => name === 'New') ?? []
    expect(facts?.refused).toEqual({
      when: 'too-new',
      why: expect.stringMatching(/New \(macros\) is for servus \^99, and this is \d/),
    })
  })
})

describe('a plugin that says which hosts it is for', () => {
  it.each([
    ['a newer host', "export const requires = 'servus@^99'\n", false],
    ['this host', "export const requires = 'servus@>=0.1'\n", true],
    ['all hosts', 'export const requires = "servus@*"\n', true],
    ['nothing that can be understood', "export const requires = 'servus@soon'\n", false],
    ['a newer host in a comment only', "/*\nexport const requires = 'servus@^99'\n*/\n", true],
  ])('is looked at before its code runs: for %s', async (_, line, runs) => {
    const ran = join(folder, 'ran')
    const file = `import { writeFileSync } from 'node:fs'\n${line}writeFileSync(${JSON.stringify(ran)}, '')\n${says('I run')}`
    await open({ files: { 'plugins/macros/Ranged.ts': file }, pages: { Page: '<<Ranged>>\n' } })
    const page = (await host?.get('/Page'))?.text ?? ''
    expect([page.includes('I run'), existsSync(ran)]).toEqual([runs, runs])
  })
})

describe('the lists of a wiki', () => {
  const files = { 'plugins/macros/Mine.ts': says('mine runs'), 'plugins/macros/Other.ts': says('other runs') }
  const pages = { Page: '<<Mine>> <<Other>> <<SessionTest>>\n' }

  it('of what is allowed leaves the built-in ones alone', async () => {
    await open({ files, pages, wiki: { pluginsAllowed: ['macros/Mine'] } })
    const page = (await host?.get('/Page'))?.text ?? ''
    expect(page).toContain('mine runs')
    expect(page).not.toContain('other runs')
    expect(page).toContain('Not storing any state')
  })

  it('of what is denied goes for built-in ones too, and knows whole kinds', async () => {
    await open({ files, pages, wiki: { pluginsDenied: ['macros/SessionTest', 'formatters/*'] } })
    const page = (await host?.get('/Page'))?.text ?? ''
    expect(page).toContain('mine runs')
    expect(page).not.toContain('Not storing any state')
    const denied = (await host?.wiki.parts.plugins.list())?.filter(({ refused }) => refused?.when === 'denied') ?? []
    expect(denied.map(({ kind, name }) => `${kind}/${name}`)).toEqual(
      expect.arrayContaining(['formatters/text', 'macros/SessionTest']),
    )
  })

  it.each([
    [{ pluginsAllowed: ['Mine'] }, /pluginsAllowed: "Mine" is no plugin: write 'macros\/Weather'/],
    [{ pluginsDenied: ['macros/Mi*'] }, /pluginsDenied: "macros\/Mi\*" is no plugin/],
  ])('with an entry %j that names no plugin stop the start', async (wiki, message) => {
    await expect(open({ wiki })).rejects.toThrow(message)
  })
})
