import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({
    wiki: { pluginDirs: [join(import.meta.dirname, '..')] },
    pages: { Page: 'one two two', Short: 'one' },
  })
})
afterAll(() => host.close())

it('shows a form with a ticket, and answers it', async () => {
  const visitor = host.browser()
  expect((await visitor.get('/Page?action=NAME')).text).toContain('There are 3 words.')
  expect((await visitor.submit('/Page?action=NAME', { word: 'two' })).text).toContain('2 of them are “two”.')
  expect((await visitor.submit('/Short?action=NAME', { word: 'one' })).text).toContain('There is 1 word. 1 of them is “one”.')
})
