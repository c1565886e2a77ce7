import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { kinds } from '../../core/plugins/kinds.ts'
import type { FarmSettings } from '../../core/api/config.ts'
import type { PluginKind } from '../../core/api/plugin.ts'
import { programOf, typeFindings } from '../../core/commands/check-types.ts'
import { configWarnings } from '../../core/farm/check-config.ts'
import { loadConfig } from '../../core/farm/load-config.ts'
import { main } from '../../core/main.ts'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { allCommands, allExamples, type Example } from './examples.ts'

const examples = allExamples()
const shownConfig = fileURLToPath(new URL('../../config', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'servus-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An example with the file that was written of it, in the data folder of a wiki of its own page. */
const written = examples.filter(({ file }) => file !== '').map((example) => ({ ...example, ...write(example) }))
const typeScript = written.filter(({ path }) => path.endsWith('.ts'))

describe('code on the help pages and in the README', () => {
  it('says which file it would be', () => {
    const nameless = examples.filter(
      ({ file, language, text }) => file === '' && (language === 'ts' || /from 'servus/.test(text)),
    )
    expect(nameless.map(({ place }) => place)).toEqual([])
    expect(typeScript.length).toBeGreaterThan(30)
  })

  it('is accepted by a strict compiler', { timeout: 60_000 }, () => {
    const files = typeScript.map(({ path }) => path)
    const program = programOf(ts, files)
    const findings = typeFindings(ts, program, files).map(({ file, line, message }) => {
      const example = typeScript.find(({ path }) => path === file)
      return `${example?.place} (${example?.file}:${line}): ${message}`
    })
    expect(findings).toEqual([])
  })

  it('is a configuration that the program takes', async () => {
    for (const { place, path, base } of typeScript) {
      if (!/\/config\/(?:wiki|farm)config\.ts$/.test(path)) continue
      const plan = await loadConfig({ configDir: dirname(path), dataDir: base })
      expect(plan.wikis.length, place).toBeGreaterThan(0)
      expect(configWarnings(plan.wikis.map(({ config }) => config))).toEqual([])
    }
  })

  const farm = written.find(({ page, file }) => page === 'README' && file === 'config/farmconfig.ts')
  it('is a farm in the README in which one log-in is good for all, and whoever has an account writes', async () => {
    const settings = ((await import(/* @vite-ignore */ pathToFileURL(farm?.path ?? '').href)) as { default: FarmSettings })
      .default
    const host = await createTestHost({ farm: settings, users: { Ada: 'a long password' } })
    const ada = host.browser('docs.wiki.localhost:8080')
    await ada.submit('http://docs.wiki.localhost:8080/?action=login', { name: 'Ada', password: 'a long password' })
    for (const name of ['docs', 'team']) {
      const { text } = await ada.get(`http://${name}.wiki.localhost:8080/FrontPage`)
      expect(text).toContain('Log out')
      const saved = await ada.submit(`http://${name}.wiki.localhost:8080/Plan?action=edit`, { savetext: 'We have one.\n' })
      expect(saved.text).toContain('<p>We have one.')
    }
    await host.close()
  })

  it('can be loaded, whatever else it is', async () => {
    for (const { place, path, base } of typeScript) {
      if (/^(?:config|plugins|macros|programs)\//.test(path.slice(base.length + 1)) || path.endsWith('.test.ts')) continue
      const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as object
      expect(Object.keys(module), place).not.toEqual([])
    }
  })

  describe.each([...new Set(written.map(({ base }) => base))].filter((base) => existsSync(join(base, 'plugins'))))(
    'as plugins: %s',
    (base) => {
      let host: TestHost
      const own = typeScript.filter((example) => example.base === base).flatMap((example) => pluginOf(example))
      beforeAll(async () => {
        host = await createTestHost({
          dataDir: base,
          wiki: { cookieLifetime: [1, 12] },
          pages: {
            ExamplePage: 'some words\n',
            ...Object.fromEntries(own.map(({ name }) => [`Call${name}`, `before <<${name}>> after`])),
          },
        })
      })
      afterAll(() => host?.close())

      it.each(own)('$kind/$name is loaded and does its work', async ({ kind, name }) => {
        const loaded = await host.wiki.parts.plugins.load(kind, name)
        expect(loaded).not.toBeNull()
        expect(loaded).not.toHaveProperty('error')
        const visitor = host.browser()
        await visitor.get('/ExamplePage')
        if (kind === 'macros') {
          const { text } = await visitor.get(`/Call${name}`)
          expect(text).toContain('before ')
          expect(text).toContain(' after')
          expect(text).not.toMatch(/class="macro-error" role="note">The macro/)
        }
        if (kind === 'actions') expect((await visitor.get(`/ExamplePage?action=${name}`)).status).toBeLessThan(500)
        if (kind === 'parsers') expect(await host.render(`{{{#!${name}\nsome words\n}}}`)).toContain('words')
        if (kind === 'themes') expect((await host.wiki.parts.themes.get(name)).stylesheets).not.toEqual([])
        if (kind === 'api') expect((await visitor.get(`/+api/${name}`)).status).toBeLessThan(500)
      })
    },
  )
})

describe('commands on the help pages and in the README', () => {
  const commands = allCommands()

  it('are there, with the options that they are shown with', async () => {
    const wrong: string[] = []
    const quiet = [
      vi.spyOn(process.stdout, 'write').mockReturnValue(true),
      vi.spyOn(process.stderr, 'write').mockReturnValue(true),
    ]
    try {
      for (const { place, page, words } of commands) {
        const [tool, first = '', ...rest] = words
        // What stands in brackets, or for something of one's own in the middle of a word, is no command to be typed.
        if (words.some((word) => /[[\]|…]/.test(word))) continue
        if (tool === 'npm') {
          const name = first === 'run' ? (rest[0] ?? '') : first
          if (!Object.hasOwn(packageJson.scripts, name) && !/^(?:ci|install|pack|i)$/.test(name))
            wrong.push(`${place}: ${words.join(' ')}`)
          if (first !== 'start' || rest[0] !== '--') continue
        }
        const given = tool === 'npm' ? ['serve', ...rest.slice(1)] : rest
        const where = ['--config', shownConfig, '--data', join(folder, page)]
        if ((await main([...given, ...(given[0] === '--help' ? [] : [...where, '--help'])])) !== 0)
          wrong.push(`${place}: ${words.join(' ')}`)
      }
    } finally {
      for (const spy of quiet) spy.mockRestore()
    }
    expect(commands.length).toBeGreaterThan(10)
    expect(wrong).toEqual([])
  })
})

// Tests that are shown are tests: they run here.
for (const { place, path } of typeScript)
  if (path.endsWith('.test.ts')) {
    const register = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as object
    it(`runs the test shown at ${place}`, () => expect(register).toBeDefined())
  }

/** Examples of one page lie together, as they speak of each other; two of one name are two tries. */
function write({ page, file, text }: Example): { path: string; base: string } {
  const isPart = file.startsWith('in ')
  const name = (isPart ? file.slice(3) : file).replace(/^macros\//, 'plugins/macros/')
  for (let count = 1; ; count++) {
    const base = join(folder, count === 1 ? page : `${page}-${count}`)
    const path = join(base, name)
    if (existsSync(path)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, isPart ? settings(text) : text)
    return { path, base }
  }
}

/** Lines of settings in the file they belong to; what they take from the package is imported there. */
function settings(lines: string): string {
  const names = new Set([
    'defineWiki',
    ...[...lines.matchAll(/new (\w+(?:Service|Store|Auth))|\b(migrating|fromExpressStore)\(/g)].map(([, a, b]) => a ?? b),
  ])
  return `import { ${[...names].join(', ')} } from 'servus'\nexport default defineWiki({\n${lines}})\n`
}

function pluginOf({ path, base }: { path: string; base: string }): { kind: PluginKind; name: string }[] {
  const [, kind = '', name = ''] = /^plugins\/(\w+)\/([\w-]+)(?:\/(?:index|theme))?\.ts$/.exec(path.slice(base.length + 1)) ?? []
  // Every kind of plugin has an entry there.
  return Object.hasOwn(kinds, kind) ? [{ kind: kind as PluginKind, name }] : []
}
