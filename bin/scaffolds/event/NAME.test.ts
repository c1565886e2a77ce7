import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] } })
})
afterAll(() => host.close())

it('refuses what it must, and lets everything else be', async () => {
  const visitor = host.browser()
  expect((await visitor.submit('/Page?action=edit', { savetext: 'Visit my casino!' })).text).toContain('No gambling here.')
  expect((await visitor.submit('/Page?action=edit', { savetext: 'Visit my garden!' })).text).toContain('Visit my garden!')
})
