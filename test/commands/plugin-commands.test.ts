import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../core/main.ts'
import { runServus } from '../../core/testing/run-servus.ts'

const greet = `export const usage = 'greet [--loud] NAME'
export const options = { loud: { type: 'boolean', short: 'l' } }
export async function execute({ values, words, wiki, print }) {
  print(JSON.stringify({ values, words, wiki: wiki.name }))
  await wiki.save('Greetings', 'Hello ' + words.join(' '))
}`

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servus-commands-'))
  await file('config/wikiconfig.mjs', 'export default {}')
  await file('data/plugins/commands/greet.mjs', greet)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true })
  await writeFile(join(folder, name), text)
}

const at = () => ['--config', join(folder, 'config'), '--data', join(folder, 'data')]

/** The command line in this process, with what it says. */
async function servus(...args: readonly string[]) {
  const [out, said]: [string[], string[]] = [[], []]
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const code = await main([...args, ...at()])
  vi.restoreAllMocks()
  return { code, out: out.join(''), said: said.join('') }
}

describe('a command of a plugin', () => {
  it('runs with its options and words, and what it saves is in the wiki', async () => {
    const running = runServus(['greet', '-l', 'Ada', ...at()])
    expect([await running.exit, running.said()]).toEqual([0, ''])
    expect(JSON.parse(running.out())).toEqual({ values: { loud: true }, words: ['Ada'], wiki: 'wiki' })
    expect(await readFile(join(folder, 'data/pages/Greetings/revisions/00000001'), 'utf8')).toContain('Hello Ada')
  })

  it('is listed by --help, and tells its own usage', async () => {
    expect((await servus('--help')).out).toContain('of plugins:\n  servus greet [--loud] NAME\n')
    expect(await servus('greet', '--help')).toEqual({ code: 0, out: 'servus greet [--loud] NAME\n', said: '' })
    // Nothing was asked of a wiki, so none was made.
    expect(existsSync(join(folder, 'data/pages'))).toBe(false)
  })

  it('says what is wrong with an option as the others do', async () => {
    const { code, said } = await servus('greet', '--quiet')
    expect(code).toBe(2)
    expect(said).toMatch(/^servus: Unknown option '--quiet'[\s\S]*\nusage: servus greet \[--loud\] NAME\n$/)
  })

  it('does not take the place of one that comes with the program', async () => {
    await file('data/plugins/commands/jobs.mjs', greet)
    expect((await servus('jobs')).out).toMatch(/^There are no jobs/)
    expect((await servus('--help')).out.match(/servus greet/g)).toHaveLength(1)
  })

  it('answers its exit code, and 1 with the reason when it throws', async () => {
    await file('data/plugins/commands/seven.mjs', `export const usage = 'seven'\nexport const execute = () => 7`)
    await file(
      'data/plugins/commands/bad.mjs',
      `export const usage = 'bad'\nexport const execute = () => { throw new Error('no network') }`,
    )
    await file('data/plugins/commands/odd.mjs', `export const usage = 'odd'\nexport const execute = () => 'fine'`)
    expect((await servus('seven')).code).toBe(7)
    const bad = await servus('bad')
    expect(bad.code).toBe(1)
    expect(bad.said).toMatch(/^servus bad: Error: no network\n[\s\S]*bad\.mjs:2/)
    expect((await servus('odd')).said).toContain('execute answered fine: it must be an exit code from 0 to 255, or nothing')
  })

  it('whose file does not load is named', async () => {
    await file('data/plugins/commands/broken.mjs', `export const usage = 'broken'`)
    const { code, said } = await servus('broken')
    expect(code).toBe(2)
    expect(said).toMatch(
      /broken\.mjs: the command broken cannot be loaded: .*it exports no usage and function execute\(command\)/,
    )
    expect((await servus('--help')).out).toContain('servus broken  (its file cannot be loaded)')
  })

  it('is suggested for a name that is nearly its own', async () => {
    const { code, said } = await servus('great')
    expect(code).toBe(2)
    expect(said).toContain('servus: there is no command "great"; did you mean greet?')
    expect((await servus('toString')).said).toContain('there is no command "toString"')
  })

  it('is one wiki’s in a farm', async () => {
    await file('config/farmconfig.mjs', `export default { wikis: [['docs', /docs/], ['team', /team/]] }`)
    await file('data/team/plugins/commands/greet.mjs', greet)
    expect((await servus('greet', 'Bob')).said).toContain('this farm has several wikis: name one of docs, team')
    expect((await servus('greet', 'Bob', '--wiki', 'docs')).said).toContain('there is no command "greet"')
    expect(JSON.parse((await servus('greet', 'Bob', '--wiki', 'team')).out)).toMatchObject({ wiki: 'team', words: ['Bob'] })
  })
})

describe('servus', () => {
  it('says that a name is no command even where there is no configuration', async () => {
    await rm(join(folder, 'config'), { recursive: true })
    const { code, said } = await servus('srve')
    expect(code).toBe(2)
    expect(said).toMatch(
      /there is no command "srve"; did you mean serve\?\nThose of plugins are not known: there is no wikiconfig/,
    )
    expect((await servus('--help')).code).toBe(0)
  })
})
