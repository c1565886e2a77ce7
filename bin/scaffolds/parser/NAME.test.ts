import { join } from 'node:path'
import { createTestHost, describeParser, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

const wiki = { pluginDirs: [join(import.meta.dirname, '..')] }

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki })
})
afterAll(() => host.close())

it('shows a text within a page', async () => {
  const markup = await host.render('{{{#!NAME\nfirst <b>\nsecond\n}}}')
  expect(markup).toContain('* first &lt;b&gt;')
  expect(markup).toContain('* second')
})

// What every parser must stand: any text at all, in time that grows no faster than it.
describeParser('NAME', { wiki, examples: [{ text: 'words', shows: '* words' }] })
