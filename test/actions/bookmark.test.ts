import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { plainText } from './read-page.ts'

let host: TestHost
let ada: TestBrowser
const now = Date.UTC(2026, 0, 15, 12)

beforeAll(async () => {
  host = await createTestHost({
    pages: { Garden: 'roses\n' },
    users: { Ada: 'engine no. 1842' },
    wiki: { interwikiname: 'Own' },
    now,
  })
  ada = await host.signedIn('Ada', 'engine no. 1842')
})
afterAll(() => host.close())

const changes = async (query = '') => (await ada.get(`/RecentChanges${query}`)).text
const press = async (time: string) => {
  const [, ticket = ''] = /action=bookmark[\s\S]*?name="ticket" value="([^"]*)"/.exec(await changes()) ?? []
  return ada.post('/RecentChanges?action=bookmark', { ticket, time }, { follow: false })
}

it('has no bookmark for visitors who are not signed in', async () => {
  expect((await host.browser().get('/RecentChanges')).text).not.toContain('action=bookmark')
  expect((await host.browser().get('/RecentChanges?action=bookmark')).text).not.toContain('Set your bookmark to now?')
})

it('ends the recent changes at the bookmark, and calls news what came after it', async () => {
  expect(await changes()).toContain('>Garden</a>')
  host.advance(60)
  const [, shown = ''] = /name="time" value="(\d+)">Set bookmark/.exec(await changes()) ?? []
  expect(shown).toBe(`${(now + 60_000) * 1000}`)
  expect((await press(shown)).status).toBe(303)
  expect(plainText(await changes())).toMatch(/Bookmark: 2026-01-15 12:01.*Nothing has changed in this time/)
  expect(await changes('?max_days=7')).toContain('>Garden</a>')
  await ada.submit('/Garden?action=edit', { savetext: 'roses, ferns\n', button_save: '1' })
  expect(plainText(await changes())).toContain('Nothing has changed in this time')

  host.advance(60)
  await ada.submit('/Garden?action=edit', { savetext: 'roses, moss\n', button_save: '1' })
  expect(plainText(await changes())).toContain('Garden updated')
  const [, diff = ''] = /href="(\/Garden\?action=diff[^"]*)"/.exec(await changes()) ?? []
  expect(diff).toContain(`date=${(now + 60_000) * 1000}`)
  expect(plainText((await ada.get(diff.replaceAll('&amp;', '&'))).text)).toContain('roses, moss')
  expect((await host.wiki.parts.users.byName('Ada'))?.bookmarks).toEqual({ Own: (now + 60_000) * 1000 })
})

it('is never later than now, and may be taken away', async () => {
  await press('99999999999999999')
  expect((await host.wiki.parts.users.byName('Ada'))?.bookmarks).toEqual({ Own: (now + 120_000) * 1000 })
  await press('del')
  expect((await host.wiki.parts.users.byName('Ada'))?.bookmarks).toEqual({})
  expect(plainText(await changes())).toContain('Garden new 3 changes')
})

it('asks first when it is a link, and refuses a time that is none', async () => {
  expect((await ada.get('/RecentChanges?action=bookmark')).text).toContain('Set your bookmark to now?')
  expect((await press('tomorrow')).status).toBe(400)
})
