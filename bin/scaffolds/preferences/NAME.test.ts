import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] }, users: { Ada: 'correct horse' } })
})
afterAll(() => host.close())

it('keeps what was sent, and says what is wrong with it', async () => {
  const ada = await host.signedIn('Ada', 'correct horse')
  const tab = '/FrontPage?action=userprefs&tab=NAME'
  await ada.submit(tab, { flower: 'rose' })
  expect((await ada.get(tab)).text).toContain('value="rose"')
  expect((await ada.submit(tab, { flower: 'x'.repeat(50) })).text).toContain('Please name a shorter flower.')
})
