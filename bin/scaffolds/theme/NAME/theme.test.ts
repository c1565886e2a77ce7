import { join } from 'node:path'
import { createTestHost, describeTheme, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

const wiki = { pluginDirs: [join(import.meta.dirname, '../..')] }

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { ...wiki, themeDefault: 'NAME' }, pages: { Page: 'Words.' } })
})
afterAll(() => host.close())

it('is what visitors see', async () => {
  const visitor = host.browser()
  const page = await visitor.get('/Page')
  expect(page.text).toContain('Words.')
  const [sheet = ''] = /[^"]*\/NAME\.css/.exec(page.text) ?? []
  expect((await visitor.get(sheet)).text).toContain('background')
})

// What every theme must stand: all views, and strangers' words in each.
describeTheme('NAME', { wiki })
