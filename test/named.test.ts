import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const house = fileURLToPath(new URL('..', import.meta.url))
let folder = ''
let file = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'servus-named-'))
  file = join(folder, 'macros/Hello.test.ts')
  mkdirSync(join(folder, 'macros'))
  writeFileSync(file, "import { it } from 'vitest'\nit('is there', () => {})\n")
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The files that vitest would run. */
function files(...named: readonly string[]): readonly string[] {
  const { NODE_ENV: _, VITEST: __, ...env } = process.env
  const vitest = join(house, 'node_modules/vitest/vitest.mjs')
  const list = execFileSync(process.execPath, [vitest, 'list', '--filesOnly', ...named], { cwd: house, env, encoding: 'utf8' })
  return list.trim().split('\n')
}

describe('vitest run', () => {
  it('runs a test beside a plugin when it is named', () => {
    expect(files(file)).toEqual([relative(house, file)])
    expect(files(relative(house, file), 'test/floors.test.ts').toSorted()).toEqual([relative(house, file), 'test/floors.test.ts'])
  })

  it("runs the project's own tests where none is named", () => {
    const all = files()
    expect(all).toContain('test/floors.test.ts')
    expect(all.filter((one) => !one.startsWith('test/'))).toEqual([])
  })
})
