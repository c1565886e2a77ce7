import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NAME } from './NAME.ts'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { auth: [new NAME('open sesame')] }, users: { Ada: 'correct horse' } })
})
afterAll(() => host.close())

it('lets in who knows the word, and nobody else', async () => {
  const page = await (await host.signedIn('Ada', 'open sesame')).get('/FrontPage')
  expect(page.text).toContain('action=logout')
  await expect(host.signedIn('Ada', 'correct horse')).rejects.toThrow()
})
