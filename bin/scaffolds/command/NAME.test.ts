import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] }, pages: { Garden: 'Words.' } })
})
afterAll(() => host.close())

it('prints the names of the pages, those that came with the program when it is told to', async () => {
  expect(await host.command('NAME')).toMatchObject({ code: 0, printed: 'Garden\n' })
  expect((await host.command('NAME', '--system')).printed).toContain('HelpOnMacros\n')
})
