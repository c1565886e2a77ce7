import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] }, pages: { Page: 'one two three' } })
})
afterAll(() => host.close())

it('answers programs', async () => {
  const answer = await host.browser().get('/+api/NAME?pagename=Page')
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('3')
})
