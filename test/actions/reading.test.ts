import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { links, plainText } from './read-page.ts'

let host: TestHost
let visitor: TestBrowser

const users = { Ada: 'engine no. 1842' }

beforeEach(async () => {
  host = await createTestHost({
    pages: {
      Garden: "''green'' & <b>quiet</b>\n",
      Gardeners: 'See [[Garden]].\n',
      'Old Garden': 'x\n',
      Shed: 'x\n',
      GardenDiary: '#acl Ada:read\nGarden\n',
    },
    users,
  })
  visitor = host.browser()
})
afterEach(() => host.close())

describe('a page (rows 1 and 2)', () => {
  it('is there with a title, its last edit and an ETag', async () => {
    const page = await visitor.get('/Garden')
    expect(page.status).toBe(200)
    expect(page.text).toContain('<em>green</em>')
    expect(plainText(page.text)).toContain('Last edited')
    const again = await visitor.get('/Garden', { headers: { 'if-none-match': page.headers.etag ?? '' } })
    expect(again.status).toBe(304)
  })

  it('that does not exist answers 404 with an offer to create it, and is not created', async () => {
    const page = await visitor.get('/Gardn')
    expect(page.status).toBe(404)
    expect(links(page.text)).toEqual(expect.arrayContaining(['/Gardn?action=edit', '/Garden']))
    expect((await host.wiki.store.state('Gardn')).revision).toBe(0)
  })
})

describe('raw (row 39)', () => {
  it('is the stored text as plain text that no browser takes for anything else', async () => {
    const answer = await visitor.get('/Garden?action=raw')
    expect(answer.text).toBe("''green'' & <b>quiet</b>\n")
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    expect(answer.headers['content-security-policy']).toContain('sandbox')
  })

  it('has an ETag that answers 304 until the text changes', async () => {
    const headers = { 'if-none-match': (await visitor.get('/Garden?action=raw')).headers.etag ?? '' }
    expect((await visitor.get('/Garden?action=raw', { headers })).status).toBe(304)
    await visitor.submit('/Garden?action=edit', { savetext: 'new\n', button_save: '1' })
    expect((await visitor.get('/Garden?action=raw', { headers })).status).toBe(200)
  })

  it('answers 404 for what is not there and 403 for what may not be read', async () => {
    expect((await visitor.get('/Nowhere?action=raw')).status).toBe(404)
    expect((await visitor.get('/Garden?action=raw&rev=9')).status).toBe(404)
    expect((await visitor.get('/Garden?action=raw&rev=x')).status).toBe(400)
    expect((await visitor.get('/GardenDiary?action=raw')).status).toBe(403)
    expect((await visitor.post('/Garden?action=raw', {})).status).toBe(405)
  })

  it('asks no session store, although the visitor has a session', async () => {
    await host.close()
    host = await createTestHost({ wiki: { cookieLifetime: [1, 12] }, pages: { Garden: 'x\n', Counter: '<<SessionTest>>\n' } })
    visitor = host.browser()
    await host.wiki.store.attach('Garden', 'a.png', Buffer.from('x'), { userId: '', address: '', host: '' })
    for (let views = 0; views < 3; views++) await visitor.get('/Counter')
    expect(host.log().at(-1)).toMatchObject({ page: 'Counter', storeReads: 1 })
    for (const action of ['raw', 'AttachFile&do=get&target=a.png', 'titleindex', 'goto&target=Garden', 'refresh']) {
      await visitor.get(`/Garden?action=${action}`, { follow: false })
      expect(host.log().at(-1)).toMatchObject({ page: 'Garden', storeReads: 0 })
    }
  })

  it('answers HEAD like GET, without the text', async () => {
    const answer = await visitor.send('/Garden?action=raw', { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([200, ''])
  })
})

describe('print (row 39)', () => {
  it('is the page without navigation', async () => {
    const page = await visitor.get('/Garden?action=print')
    expect(page.status).toBe(200)
    expect(page.text).toContain('<em>green</em>')
    expect(page.text).not.toContain('action=edit')
    expect((await visitor.get('/Nowhere?action=print')).status).toBe(404)
  })
})

describe('finding pages (row 25)', () => {
  it('goes to a name that was typed, tidied', async () => {
    const answer = await visitor.get('/?action=goto&target=+Old++Garden+', { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Old%20Garden'])
  })

  it('finds titles with all the words, the exact name first, and marks them', async () => {
    const page = await visitor.get('/?action=fullsearch&titlesearch=1&value=garden')
    expect(page.status).toBe(200)
    const found = [...page.text.matchAll(/class="result-title" href="([^"]*)"/g)].map(([, href]) => href)
    expect(found).toEqual(['/Garden', '/Gardeners', '/Old%20Garden'])
    expect(page.text).toContain('<mark>Garden</mark>')
    expect(plainText(page.text)).toContain('Pages found: 3')
    expect(plainText((await visitor.get('/?action=fullsearch&titlesearch=1&value=old+garden')).text)).toContain('Pages found: 1')
  })

  it('tells nobody of pages they may not read', async () => {
    expect((await visitor.get('/?action=fullsearch&value=diary')).text).not.toContain('GardenDiary')
    expect((await (await host.signedIn('Ada', users.Ada)).get('/?action=fullsearch&value=diary')).text).toContain('/GardenDiary')
    expect((await visitor.get('/?action=titleindex')).text).not.toContain('GardenDiary')
  })

  it('minds capital letters when asked to', async () => {
    expect(plainText((await visitor.get('/?action=fullsearch&titlesearch=1&value=garden&case=1')).text)).toContain(
      'Pages found: 0',
    )
  })

  it('offers to create a page of the name when there is none', async () => {
    expect(links((await visitor.get('/?action=fullsearch&value=Rose+Bed')).text)).toContain('/Rose%20Bed?action=edit')
    expect(links((await visitor.get('/?action=fullsearch&value=Garden')).text)).not.toContain('/Garden?action=edit')
  })

  it.each(['(', '[a', '*', '\\', '<script>alert(1)</script>', 'ß', '%00'])('takes %j for plain words', async (query) => {
    const page = await visitor.get(`/?action=fullsearch&value=${encodeURIComponent(query)}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('<script>alert')
  })

  it('pages through many results', async () => {
    for (let number = 0; number < 60; number++)
      await host.wiki.store.save(`Plant ${number}`, { text: 'x', base: 0, author: { userId: '', address: '', host: '' } })
    const page = await visitor.get('/?action=fullsearch&value=plant')
    const next = links(page.text).find((href) => href.includes('from=50'))
    expect(next).toBeDefined()
    const second = await visitor.get(next ?? '')
    expect(second.text.match(/result-title/g)).toHaveLength(10)
  })

  it('shows a form alone when nothing is looked for', async () => {
    expect((await visitor.get('/?action=fullsearch')).text).not.toContain('Pages found')
  })

  it('lists all titles, and what links to a page, as plain text for programs', async () => {
    const titles = await visitor.get('/?action=titleindex')
    expect(titles.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(titles.text.split('\n')).toEqual(expect.arrayContaining(['Garden', 'Old Garden']))
    expect((await visitor.get('/Garden?action=links')).text).toBe('Gardeners\n')
  })

  it('finds back from refresh to the page', async () => {
    expect((await visitor.get('/Garden?action=refresh', { follow: false })).headers.location).toBe('/Garden')
  })
})
