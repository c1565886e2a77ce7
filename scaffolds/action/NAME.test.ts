import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] }, pages: { Page: 'one two two' } })
})
afterAll(() => host.close())

it('shows a form with a ticket, and answers it', async () => {
  const visitor = host.browser()
  expect((await visitor.get('/Page?action=NAME')).text).toContain('There are 3 of them.')
  expect((await visitor.submit('/Page?action=NAME', { word: 'two' })).text).toContain('and 2 are “two”')
})
