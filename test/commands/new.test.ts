import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../core/main.ts'
import { runServus } from '../../core/testing/run-servus.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'servus-new-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command in this process; what it printed stands behind its exit code. */
async function servus(...args: string[]): Promise<{ code: number; said: string }> {
  let said = ''
  const streams = [process.stdout, process.stderr]
  const writers = streams.map(({ write }) => write)
  for (const stream of streams)
    stream.write = (chunk: string | Uint8Array) => {
      said += String(chunk)
      return true
    }
  try {
    return { code: await main(args), said }
  } finally {
    for (const [i, stream] of streams.entries()) stream.write = writers[i] as typeof stream.write
  }
}

/** The kinds with a name for each, and the files that are written. */
const kinds: readonly (readonly [kind: string, name: string, files: readonly string[]])[] = [
  ['macro', 'Demo', ['macros/Demo.test.ts', 'macros/Demo.ts', 'macros/Demo.wiki']],
  ['action', 'demo', ['actions/demo.test.ts', 'actions/demo.ts']],
  ['parser', 'demo', ['parsers/demo.test.ts', 'parsers/demo.ts']],
  ['theme', 'demo', ['themes/demo/static/demo.css', 'themes/demo/theme.test.ts', 'themes/demo/theme.ts']],
  ['formatter', 'demo', ['formatters/demo.test.ts', 'formatters/demo.ts']],
  ['event', 'demo', ['events/demo.test.ts', 'events/demo.ts']],
  ['auth', 'Demo', ['auth/Demo.test.ts', 'auth/Demo.ts']],
  ['store', 'Demo', ['stores/Demo.test.ts', 'stores/Demo.ts']],
  ['service', 'Demo', ['sessions/Demo.test.ts', 'sessions/Demo.ts']],
  ['preferences', 'demo', ['preferences/demo.test.ts', 'preferences/demo.ts']],
  ['api', 'demo', ['api/demo.test.ts', 'api/demo.ts']],
  ['job', 'demo', ['jobs/demo.test.ts', 'jobs/demo.ts']],
  ['command', 'demo', ['commands/demo.test.ts', 'commands/demo.ts']],
]

describe('servus new', () => {
  it('writes a plugin of each kind that loads, has good types, is escaped, and passes its own test', async () => {
    for (const [kind, name, files] of kinds) {
      const dir = join(folder, kind)
      const { code, said } = await servus('new', kind, name, '--dir', dir)
      expect(code, said).toBe(0)
      const written = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file))
      expect(written.sort()).toEqual([...files].sort())
      await servus('new', kind, name, '--dir', join(folder, 'all'))
    }
    const checked = runServus(['check', join(folder, 'all')])
    expect(await checked.exit, checked.out() + checked.said()).toBe(0)
    expect(checked.out()).toMatch(/^13 plugins, 0 errors, 0 warnings\.$/m)
    expect(checked.out()).toContain('Demo: uses defineMacro')
  }, 90_000)

  it('says how to see the plugin, and what a run of it leaves behind', async () => {
    const dir = join(folder, 'told')
    expect((await servus('new', 'action', 'Praise', '--dir', dir)).said).toContain('or choose "Praise" from its menu.')
    expect(readFileSync(join(dir, 'actions/Praise.ts'), 'utf8')).toContain("export const label = 'Praise'")
    expect((await servus('new', 'job', 'Nightly', '--dir', dir)).said).toContain('Each run writes the page PageReport')
  })

  it('never writes over what is there', async () => {
    const dir = join(folder, 'taken')
    mkdirSync(join(dir, 'actions'), { recursive: true })
    writeFileSync(join(dir, 'actions/demo.test.ts'), 'mine')
    const { code, said } = await servus('new', 'action', 'demo', '--dir', dir)
    expect(code).toBe(2)
    expect(said).toContain('actions/demo.test.ts is there already, and is left as it is')
    expect(readdirSync(join(dir, 'actions'))).toEqual(['demo.test.ts'])
    expect(readFileSync(join(dir, 'actions/demo.test.ts'), 'utf8')).toBe('mine')
  })

  it.each([
    [['macro', 'weather'], '"weather" is no name for a plugin of the kind macro: it must begin with a capital letter'],
    [['action', '../evil'], '"../evil" is no name for a plugin of the kind action'],
    [['store', 'my-store'], '"my-store" is no name'],
    [['makro', 'Weather'], 'there is no kind of plugin called "makro"; did you mean macro?'],
    [['macro'], '"" is no name'],
    [[], 'usage: servus new KIND NAME'],
  ])('refuses %j', async (words, problem) => {
    const { code, said } = await servus('new', ...words, '--dir', join(folder, 'bad'))
    expect(code).toBe(2)
    expect(said).toContain(problem)
  })

  it("writes into the wiki's own folder of plugins when no other is named", async () => {
    const config = join(folder, 'config')
    mkdirSync(config)
    writeFileSync(join(config, 'wikiconfig.js'), "export default { dataDir: 'garden' }\n")
    const { code } = await servus('new', 'macro', 'Tulip', '--config', config, '--data', join(folder, 'data'))
    expect(code).toBe(0)
    expect(readdirSync(join(folder, 'data/garden/plugins/macros'))).toContain('Tulip.ts')
  })
})
