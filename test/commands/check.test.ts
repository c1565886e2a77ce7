import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runServus } from '../../core/testing/run-servus.ts'

let folder = ''
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'servus-check-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const check = async (...args: string[]): Promise<{ code: number | null; said: string }> => {
  const running = runServus(['check', ...args])
  const code = await running.exit
  return { code, said: (running.out() + running.said()).replaceAll(`${folder}/`, '') }
}

describe('servus check', () => {
  it('says what is wrong with which plugin, with file, line and column', async () => {
    write({
      'macros/Syntax.ts': 'export function execute() {\n  return "unclosed\n}\n',
      'macros/Missing.ts': "import left from 'lefthand'\nexport const execute = () => left\n",
      'macros/Throws.ts': 'export const one = 1\n\nthrow new Error("no weather today")\n',
      'macros/Shape.ts': 'export const run = () => 1\n',
      'macros/Types.ts':
        "import type { Macro } from 'servus'\nexport const dependencies = []\nexport const execute = (macro: Macro) => macro.pages.raed('x')\n",
      'macros/Raw.ts':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a file
        "import type { Macro } from 'servus'\nexport const requires = 'servus@^0.1'\nexport const dependencies = ['tiem', 'user']\nexport const execute = (_: Macro, args: string | null) => `<b>${args}</b>`\n",
      'macros/Session.ts':
        "import type { Macro } from 'servus'\nexport const dependencies = ['page'] as const\nexport const execute = (macro: Macro) => macro.formatter.text(String(macro.request.session['x']))\n",
      'macros/New.ts': "export const requires = 'servus@^99'\nthrow new Error('it ran')\n",
      'macros/Fine.js':
        "export const dependencies = []\nexport const execute = (macro, args) => macro.formatter.text(args ?? '')\n",
    })
    const { code, said } = await check('--no-tests', folder)
    expect(code).toBe(1)
    for (const line of [
      'macros/Syntax.ts:2:19: error: Unterminated string literal',
      "macros/Missing.ts:1:1: error: Cannot find package 'lefthand'",
      'macros/Throws.ts:3:7: error: no weather today',
      'macros/Shape.ts: error: The plugin Shape (macros,',
      "macros/Types.ts:3:54: error: Property 'raed' does not exist on type 'PageReader'",
      'macros/Raw.ts:4:59: warning: what is filled into this markup is not escaped',
      'macros/Raw.ts:3:30: error: there is no dependency "tiem": use page, namespace',
      'macros/Raw.ts:3:38: warning: nothing in this file seems to depend on "user"',
      'macros/Raw: uses Macro; requires servus@^0.1',
      'macros/Session.ts:2:29: error: the session is looked at, but the output is kept for everybody',
    ])
      expect(said).toContain(line)
    expect(said).not.toContain('Fine.js')
    expect(said).toMatch(/macros\/New\.ts: error: .*is for servus \^99/)
    expect(said).not.toContain('it ran')
    expect(said).toMatch(/^9 plugins, \d+ errors, 2 warnings\.$/m)
  }, 60_000)

  it('reads the templates and the texts beside plugins, which nothing else reads before they are needed', async () => {
    write({
      'beside/macros/Tulips.js': "export const dependencies = []\nexport const execute = () => ''\n",
      'beside/macros/Tulips.de.json': '{\n  "one": "eins"\n  "two": "zwei"\n}\n',
      'beside/macros/Tulips.fr.json': '{ "one": 1 }',
      'beside/macros/notes.json': 'none of ours',
      'beside/themes/dusk/theme.js': "export const label = 'Dusk'\nexport const stylesheets = []\n",
      'beside/themes/dusk/layout.hbs': '<html>\n{{#if title}}\n{{title}}\n',
      'beside/themes/dusk/show.hbs': '{{#if a}}\n  {{/each}}\n',
      'beside/themes/dusk/languages/de.json': '{}',
    })
    const { code, said } = await check('--no-tests', join(folder, 'beside'))
    for (const line of [
      'beside/macros/Tulips.de.json:3:3: error: ',
      'beside/macros/Tulips.fr.json: error: a catalogue says a text for each text: "one" has none',
      'beside/themes/dusk/layout.hbs:4:1: error: Expecting',
      "beside/themes/dusk/show.hbs:1:4: error: if doesn't match each",
    ])
      expect(said).toContain(line)
    expect(said).toMatch(/^2 plugins, 4 errors, 0 warnings\.$/m)
    expect(code).toBe(1)
  }, 60_000)

  it('looks without a path at all that a wiki may load, and at what its configuration imports', async () => {
    write({
      'whole/config/wikiconfig.js': "export default { pluginDirs: ['../more'] }\n",
      'whole/data/plugins/stores/Lost.ts': 'export class Lost {\n  read(key: string): number {\n    return key\n  }\n}\n',
      'whole/more/auth/Door.ts': "import nobody from 'nobody-made-this'\nexport const Door = nobody\n",
      'whole/more/macros/Fine.ts': "export const dependencies = []\nexport const execute = () => ''\n",
      // The newest compiler has nothing that a program could call.
      'whole/node_modules/typescript/package.json': '{ "version": "7.0.2", "main": "version.cjs" }',
      'whole/node_modules/typescript/version.cjs': "exports.version = '7.0.2'\n",
    })
    const { code, said } = await check('--config', join(folder, 'whole/config'), '--data', join(folder, 'whole/data'))
    expect(said).toContain("whole/data/plugins/stores/Lost.ts:3:5: error: Type 'string' is not assignable to type 'number'.")
    expect(said).toContain("whole/more/auth/Door.ts:1:1: error: Cannot find package 'nobody-made-this'")
    expect(said).toContain('macros/Fine: uses nothing of servus; no test beside it\n')
    expect(said).toMatch(/^3 plugins of yours and 1\d\d built in, 2 errors, 0 warnings\.$/m)
    expect(code).toBe(1)
  }, 60_000)

  it('fails when a test beside a plugin fails', async () => {
    write({
      'suite/macros/Two.ts': "export const dependencies = []\nexport const execute = () => '2'\n",
      'suite/macros/Two.test.ts':
        "import { expect, it } from 'vitest'\nimport { execute } from './Two.ts'\nit('is three', () => expect(execute()).toBe('3'))\n",
    })
    const { code, said } = await check(join(folder, 'suite/macros/Two.ts'))
    expect(said).toContain('is three')
    expect(said).toMatch(/^1 plugin, 0 errors, 0 warnings, and tests fail\.$/m)
    expect(code).toBe(1)
  }, 60_000)

  it('runs no test of a plugin that has errors: the line with the error stays the last word', async () => {
    write({
      'typo/macros/Typo.ts':
        "import type { Macro } from 'servus'\nexport const dependencies = []\nexport const execute = (macro: Macro) => macro.formatter.txet('x')\n",
      'typo/macros/Typo.test.ts':
        "import { it } from 'vitest'\nit('would talk at length', () => Promise.reject(new Error('x')))\n",
      'typo/macros/Good.ts': "export const dependencies = []\nexport const execute = () => ''\n",
      'typo/macros/Good.test.ts': "import { it } from 'vitest'\nit('is run', () => {})\n",
    })
    const { code, said } = await check(join(folder, 'typo'))
    expect(said).toContain("typo/macros/Typo.ts:3:58: error: Property 'txet' does not exist")
    expect(said).toContain('Not run before these errors are mended: typo/macros/Typo.test.ts\n')
    expect(said).not.toContain('would talk')
    expect(said).toContain('Good.test.ts')
    expect(said).toMatch(/^2 plugins, 1 error, 0 warnings\.$/m)
    expect(code).toBe(1)
  }, 60_000)

  it('says so when there is nothing at a path, or no plugin', async () => {
    expect(await check(join(folder, 'nowhere'))).toEqual({ code: 2, said: 'servus: check: there is no nowhere\n' })
    write({ 'lost.ts': 'export const execute = 1\n' })
    const { code, said } = await check(join(folder, 'lost.ts'))
    expect(code).toBe(2)
    expect(said).toContain('lies in no folder of a kind of plugins: actions, api')
  })
})
