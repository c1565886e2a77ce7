import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { links, plainText } from './read-page.ts'

let host: TestHost
let visitor: TestBrowser

beforeEach(async () => {
  host = await createTestHost({ pages: { Garden: 'one\ntwo\n' }, users: { Ada: 'engine no. 1842' } })
  visitor = host.browser()
})
afterEach(() => host.close())

const save = async (name: string, text: string, comment = ''): Promise<void> => {
  host.advance(60)
  const answer = await visitor.submit(`/${name}?action=edit`, { savetext: text, comment, button_save: '1' }, { follow: false })
  expect(answer.status).toBe(303)
}
const raw = async (name: string): Promise<string> => (await visitor.get(`/${name}?action=raw`)).text

describe('the history (row 14)', () => {
  it('lists revisions, newest first, with size, growth, author and comment', async () => {
    // Line ends are stored as MoinMoin stores them, two bytes each.
    await save('Garden', 'one\ntwo\nthree\n', 'Counting on')
    await save('Garden', 'one\n')
    const page = await visitor.get('/Garden?action=info')
    expect(page.status).toBe(200)
    const words = plainText(page.text)
    expect(words).toMatch(/current.*−12 5 B.*Counting on.*\+7 17 B.*created.*10 B/)
    expect(words).toContain('127.0.0.1')
    const found = links(page.text)
    for (const href of [
      '/Garden?action=recall&rev=2',
      '/Garden?action=raw&rev=1',
      '/Garden?action=diff&rev1=1&rev2=2',
      '/Garden?action=revert&rev=1',
    ])
      expect(found).toContain(href)
    expect(found).not.toContain('/Garden?action=revert&rev=3')
  })

  it('marks the last two revisions for the comparison', async () => {
    await save('Garden', 'one\n')
    const { text } = await visitor.get('/Garden?action=info')
    expect(text).toMatch(/name="rev1" value="1"[^>]*checked/)
    expect(text).toMatch(/name="rev2" value="2"[^>]*checked/)
  })

  it('comes in pages of the sizes that the configuration offers', async () => {
    await host.close()
    host = await createTestHost({ wiki: { historyCount: [3, 5] }, pages: { Garden: '0\n' } })
    visitor = host.browser()
    for (let number = 2; number <= 8; number++) await save('Garden', `${number}\n`, `change ${number}`)
    const first = await visitor.get('/Garden?action=info')
    expect(plainText(first.text)).toMatch(/change 8.*change 7.*change 6/)
    expect(plainText(first.text)).not.toContain('change 5')
    expect(links(first.text)).toContain('/Garden?action=info&before=6')
    const second = await visitor.get('/Garden?action=info&before=6')
    expect(plainText(second.text)).toMatch(/change 5.*change 4.*change 3/)
    expect(links(second.text)).toEqual(expect.arrayContaining(['/Garden?action=info', '/Garden?action=info&before=3']))
    const last = await visitor.get('/Garden?action=info&before=3')
    expect(plainText(last.text)).toMatch(/change 2.*created/)
    expect(links(last.text)).toContain('/Garden?action=info&before=6')
    expect(plainText((await visitor.get('/Garden?action=info&max_count=5')).text)).toContain('change 4')
    expect(links((await visitor.get('/Garden?action=info&max_count=5')).text)).toContain(
      '/Garden?action=info&max_count=5&before=4',
    )
  })

  it('tells of attachments between the revisions', async () => {
    await host.wiki.store.attach('Garden', 'plan.txt', new TextEncoder().encode('x'), { userId: '', address: '', host: '' })
    expect(plainText((await visitor.get('/Garden?action=info')).text)).toContain('attached plan.txt')
  })

  it('stays when the page is deleted', async () => {
    await visitor.submit('/Garden?action=DeletePage', { doit: '1', comment: 'Old' })
    const page = await visitor.get('/Garden?action=info')
    expect(page.status).toBe(200)
    expect(plainText(page.text)).toMatch(/deleted Old.*created/)
    expect(links(page.text)).toContain('/Garden?action=revert&rev=1')
  })

  it('is not there for a page that never was', async () => {
    expect((await visitor.get('/Nowhere?action=info')).status).toBe(404)
  })

  it('takes a page number that is none for a mistake', async () => {
    expect((await visitor.get('/Garden?action=info&before=x')).status).toBe(400)
  })
})

describe('the comparison of two revisions (row 15)', () => {
  it('marks the words that differ, at an address that can be kept', async () => {
    await save('Garden', 'one\nthe second line\nthree\n')
    await save('Garden', 'one\nthe third line\nthree\n')
    const page = await visitor.get('/Garden?action=diff&rev1=2&rev2=3')
    expect(page.status).toBe(200)
    expect(page.text).toContain('the <del>second</del> line')
    expect(page.text).toContain('the <ins>third</ins> line')
    expect(page.text).toMatch(/<meta name="robots" content="noindex/)
  })

  it('takes the revisions in either order', async () => {
    await save('Garden', 'one\n')
    await save('Garden', 'one\nnew\n')
    const there = plainText((await visitor.get('/Garden?action=diff&rev1=1&rev2=3')).text)
    const back = plainText((await visitor.get('/Garden?action=diff&rev1=3&rev2=1')).text)
    expect(back).toBe(there)
  })

  it('shows the last change when no revision is named, and the current one stands for a missing one', async () => {
    await save('Garden', 'one\ntwo\nthree\n')
    await save('Garden', 'one\ntwo\nthree\nfour\n')
    expect(plainText((await visitor.get('/Garden?action=diff')).text)).toMatch(/Revision 2.*Revision 3.*\+1/)
    expect(plainText((await visitor.get('/Garden?action=diff&rev1=1')).text)).toMatch(/Revision 1.*Revision 3.*\+2/)
  })

  it('shows what has changed since a date, also in the microseconds of MoinMoin', async () => {
    await save('Garden', 'one\n')
    const [{ time } = { time: new Date(0) }] = await host.wiki.store.history('Garden')
    await save('Garden', 'one\nlater\n')
    for (const date of [String((time.getTime() + 1000) * 1000), new Date(time.getTime() + 1000).toISOString()]) {
      expect(plainText((await visitor.get(`/Garden?action=diff&date=${date}`)).text)).toMatch(/Revision 2.*Revision 3/)
    }
  })

  it('folds what did not change, and leads from change to change', async () => {
    const lines = Array.from({ length: 40 }, (_, number) => `line ${number}`)
    await save('Garden', lines.join('\n'))
    await save('Garden', lines.map((line, at) => (at === 0 || at === 39 ? `${line} changed` : line)).join('\n'))
    const { text } = await visitor.get('/Garden?action=diff&rev1=2&rev2=3')
    expect(plainText(text)).toMatch(/Unchanged lines: 32/)
    expect(text).toMatch(/id="change-1"[\s\S]*href="#change-2"[\s\S]*id="change-2"[\s\S]*href="#change-1"/)
  })

  it('leaves out the unchanged part of a very long text', async () => {
    const lines = Array.from({ length: 9000 }, (_, number) => `line ${number}`)
    await save('Garden', lines.join('\n'))
    await save('Garden', [...lines, 'the end'].join('\n'))
    const { text } = await visitor.get('/Garden?action=diff')
    expect(plainText(text)).toContain('Unchanged lines: 8997')
    expect(text).not.toContain('line 5000')
    expect(text.length).toBeLessThan(20_000)
  })

  it('leads to the comparison before and after', async () => {
    for (const text of ['a\n', 'b\n', 'c\n']) await save('Garden', text)
    const found = links((await visitor.get('/Garden?action=diff&rev1=2&rev2=3')).text)
    expect(found).toContain('/Garden?action=diff&rev1=1&rev2=2')
    expect(found).toContain('/Garden?action=diff&rev1=3&rev2=4')
  })

  it('says when both texts are the same', async () => {
    expect(plainText((await visitor.get('/Garden?action=diff&rev1=1&rev2=1')).text)).toContain(
      'Both revisions have the same text',
    )
  })

  it('answers 404 for a revision that is not there', async () => {
    expect((await visitor.get('/Garden?action=diff&rev1=1&rev2=99')).status).toBe(404)
    expect((await visitor.get('/Nowhere?action=diff')).status).toBe(404)
  })

  it('cuts two huge texts that have nothing in common, in reasonable time', async () => {
    const many = (word: string): string => Array.from({ length: 20_000 }, (_, at) => `${word} ${(at * 7919) % 10_007}`).join('\n')
    await save('Garden', many('old'))
    await save('Garden', many('new'))
    const start = performance.now()
    const page = await visitor.get('/Garden?action=diff&rev1=2&rev2=3')
    expect(page.status).toBe(200)
    expect(plainText(page.text)).toContain('differ too much')
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  it('answers GET only', async () => {
    expect((await visitor.post('/Garden?action=diff', {})).status).toBe(405)
  })
})

describe('an old revision (row 16)', () => {
  it('is shown with a banner, its neighbours and a way back', async () => {
    await save('Garden', "now ''this''\n", 'Second')
    await save('Garden', 'three\n')
    const page = await visitor.get('/Garden?action=recall&rev=2')
    expect(page.status).toBe(200)
    expect(page.text).toContain('now <em>this</em>')
    expect(plainText(page.text)).toContain('You are reading revision 2')
    expect(plainText(page.text)).toContain('Second')
    const found = links(page.text)
    for (const href of [
      '/Garden?action=diff&rev1=2&rev2=3',
      '/Garden?action=recall&rev=1',
      '/Garden?action=recall&rev=3',
      '/Garden?action=revert&rev=2',
    ])
      expect(found).toContain(href)
    expect(page.text).toMatch(/<meta name="robots" content="noindex/)
  })

  it('leads to the page itself when no revision is named', async () => {
    const answer = await visitor.get('/Garden?action=recall', { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
  })

  it('answers 404 for a revision that is not there, and 400 for no number', async () => {
    expect((await visitor.get('/Garden?action=recall&rev=7')).status).toBe(404)
    expect((await visitor.get('/Garden?action=recall&rev=last')).status).toBe(400)
  })

  it('is closed to those who may not read the page now', async () => {
    await host.wiki.store.save('Diary', { text: 'open\n', base: 0, author: { userId: '', address: '', host: '' } })
    await host.wiki.store.save('Diary', {
      text: '#acl Ada:read\nclosed\n',
      base: 1,
      author: { userId: '', address: '', host: '' },
    })
    for (const action of ['recall&rev=1', 'raw&rev=1', 'diff&rev1=1&rev2=2', 'info', 'print']) {
      const answer = await visitor.get(`/Diary?action=${action}`)
      expect([action, answer.status]).toEqual([action, 403])
      expect(answer.text).not.toContain('open\n')
    }
  })
})

describe('a revert (row 17)', () => {
  it('asks first, then makes a new revision with the old text', async () => {
    await save('Garden', 'spam\n')
    const asked = await visitor.get('/Garden?action=revert&rev=1')
    expect(plainText(asked.text)).toContain('Go back to revision 1 of “Garden”')
    expect(await raw('Garden')).toBe('spam\n')
    visitor = await host.signedIn('Ada', 'engine no. 1842')
    const answer = await visitor.submit('/Garden?action=revert&rev=1', { comment: 'Spam', doit: '1' })
    expect(plainText(answer.text)).toContain('has the text of revision 1 again')
    expect(await raw('Garden')).toBe('one\ntwo\n')
    expect((await host.wiki.store.history('Garden'))[0]).toMatchObject({ revision: 3, action: 'SAVE/REVERT', comment: 'Spam' })
    expect(plainText((await visitor.get('/Garden?action=info')).text)).toContain('reverted to 1')
  })

  it('brings a deleted page back', async () => {
    await visitor.submit('/Garden?action=DeletePage', { doit: '1' })
    expect((await visitor.get('/Garden')).status).toBe(404)
    await visitor.submit('/Garden?action=revert&rev=1', { doit: '1' })
    expect(await raw('Garden')).toBe('one\ntwo\n')
  })

  it('does nothing on Cancel, nor without a ticket', async () => {
    await save('Garden', 'two\n')
    const answer = await visitor.submit('/Garden?action=revert&rev=1', { cancel: '1' }, { follow: false })
    expect(answer.headers.location).toBe('/Garden')
    expect((await visitor.post('/Garden?action=revert', { rev: '1', doit: '1' })).status).toBe(403)
    expect(await raw('Garden')).toBe('two\n')
  })

  it('needs the right to revert', async () => {
    await host.close()
    host = await createTestHost({ wiki: { aclRightsDefault: 'All:read,write' }, pages: { Garden: 'one\n' } })
    expect((await host.browser().get('/Garden?action=revert&rev=1')).status).toBe(403)
  })

  it('names what is missing', async () => {
    expect((await visitor.get('/Garden?action=revert')).status).toBe(400)
    expect((await visitor.get('/Garden?action=revert&rev=5')).status).toBe(404)
  })
})
