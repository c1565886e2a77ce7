import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost, type TestHostOptions } from '../../core/testing/index.ts'
import { plainText } from '../actions/read-page.ts'

let host: TestHost
const open = async (options: TestHostOptions = {}): Promise<void> => {
  host = await createTestHost({
    pages: { Garden: 'A garden.\n', Beete: '#language de\nZwei Beete.\n' },
    users: { Ada: 'engine no. 1842' },
    ...options,
  })
}
afterEach(() => host.close())

const german = { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' } }
const english = { headers: { 'accept-language': 'en' } }
const languageOf = (page: string): string => /<html lang="([^"]*)"/.exec(page)?.[1] ?? ''

/** Ada, whose account says this language. */
async function adaWith(language: string) {
  const ada = await host.signedIn('Ada', 'engine no. 1842')
  const form = await ada.get('/?action=userprefs', english)
  expect(form.text).toMatch(/<option value="de"[^>]*>Deutsch<\/option>/)
  expect(form.text).toMatch(/<option value="en"[^>]*>English<\/option>/)
  await ada.submit('/?action=userprefs', { language })
  return ada
}

describe('the language of the interface', () => {
  it('is the browser’s when the wiki speaks it', async () => {
    await open()
    const page = await host.browser().get('/Garden', german)
    expect(languageOf(page.text)).toBe('de')
    expect(page.headers['content-language']).toBe('de')
    expect(plainText(page.text)).toContain('Anmelden')
    expect(page.text).not.toContain('Log in')
    const login = await host.browser().get('/Garden?action=login', german)
    expect(plainText(login.text)).toContain('Auf diesem Gerät angemeldet bleiben')
  })

  it('is English when the browser asks for nothing the wiki speaks', async () => {
    await open()
    for (const accept of ['xx', 'tlh, *;q=0.1', '']) {
      const page = await host.browser().get('/Garden', { headers: { 'accept-language': accept } })
      expect(languageOf(page.text)).toBe('en')
    }
  })

  it('keeps one page for each language, whoever came first', async () => {
    await open()
    for (const [asked, said] of [
      [german, 'Anmelden'],
      [english, 'Log in'],
      [german, 'Anmelden'],
      [english, 'Log in'],
    ] as const) {
      expect(plainText((await host.browser().get('/Garden', asked)).text)).toContain(said)
    }
  })

  it('is the account’s before the browser’s', async () => {
    await open()
    const ada = await adaWith('de')
    const page = await ada.get('/Garden', english)
    expect(languageOf(page.text)).toBe('de')
    expect(plainText(page.text)).toContain('Abmelden')
  })

  it('is English for an account that chose it, whatever the browser says', async () => {
    await open()
    const ada = await adaWith('en')
    expect(languageOf((await ada.get('/Garden', german)).text)).toBe('en')
  })

  it('is the wiki’s own when languageIgnoreBrowser says so, except for accounts that chose one', async () => {
    await open({ wiki: { languageIgnoreBrowser: true, languageDefault: 'en' } })
    const page = await host.browser().get('/Garden', german)
    expect(languageOf(page.text)).toBe('en')
    expect(page.headers['vary'] ?? '').not.toContain('Accept-Language')
    const ada = await adaWith('de')
    expect(languageOf((await ada.get('/Garden', english)).text)).toBe('de')
  })

  it('is languageDefault for a browser that asks for nothing', async () => {
    await open({ wiki: { languageDefault: 'de' } })
    expect(languageOf((await host.browser().get('/Garden')).text)).toBe('de')
  })

  it('is told to caches: Vary names Accept-Language, on pages and on forms', async () => {
    await open()
    for (const path of ['/Garden', '/Garden?action=login', '/NoSuchPage', '/Garden?action=nonsense']) {
      expect([path, (await host.browser().get(path, german)).headers['vary'] ?? '']).toEqual([
        path,
        expect.stringMatching(/\bAccept-Language\b/i),
      ])
    }
  })

  it('is spoken on pages of mistakes too', async () => {
    await open()
    const missing = await host.browser().get('/NoSuchPage', german)
    expect(missing.status).toBe(404)
    expect(plainText(missing.text)).toContain('Es gibt keine Seite mit diesem Namen.')
    const wrong = await host.browser().submit('/?action=login', { name: 'Ada', password: 'wrong' }, german)
    expect(plainText(wrong.text)).toContain('Dieser Name und dieses Passwort passen nicht zusammen.')
  })

  it('leaves the words of pages, and what language they say they are in', async () => {
    await open()
    const content = (page: string): string => /<div class="wiki-content" lang[^>]*>/.exec(page)?.[0] ?? ''
    const page = await host.browser().get('/Garden', german)
    expect(plainText(page.text)).toContain('A garden.')
    expect(content(page.text)).toContain('lang="en"')
    const beds = await host.browser().get('/Beete', english)
    expect(languageOf(beds.text)).toBe('en')
    expect(content(beds.text)).toContain('lang="de"')
    expect(plainText(beds.text)).toContain('Zwei Beete.')
    for (const query of ['action=print', 'action=recall&rev=1'])
      expect(content((await host.browser().get(`/Beete?${query}`, english)).text)).toContain('lang="de" dir="ltr"')
  })
})
