import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] }, pages: { Page: "Some '''words'''." } })
})
afterAll(() => host.close())

it('writes the page in its format', async () => {
  const answer = await host.browser().get('/Page?action=format&mimetype=text/x-NAME')
  expect(answer.headers['content-type']).toContain('text/x-NAME')
  expect(answer.text).toMatch(/^Page\n\nSome words\./)
})
