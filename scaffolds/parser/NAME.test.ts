import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] } })
})
afterAll(() => host.close())

it('shows a text within a page', async () => {
  const markup = await host.render('{{{#!NAME\nfirst <b>\nsecond\n}}}')
  expect(markup).toContain('* first &lt;b&gt;')
  expect(markup).toContain('* second')
})
