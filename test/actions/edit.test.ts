import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { field, hidden, links, plainText } from './read-page.ts'

let host: TestHost
let ada: TestBrowser
let grace: TestBrowser

const users = { Ada: 'engine no. 1842', Grace: 'compiler A-0' }
const garden = 'first\nsecond\nthird\nfourth\nfifth\n'

beforeEach(async () => {
  host = await createTestHost({ pages: { Garden: garden, HomepageTemplate: 'I am @PAGE@\n' }, users })
  ada = await host.signedIn('Ada', users.Ada)
  grace = await host.signedIn('Grace', users.Grace)
})
afterEach(() => host.close())

const text = async (name: string): Promise<string> => (await host.browser().get(`/${name}?action=raw`)).text
const revision = async (name: string): Promise<number> => (await host.wiki.store.state(name)).revision

describe('creating a page (row 3)', () => {
  it('opens an empty editor that offers templates', async () => {
    const editor = await ada.get('/Roses?action=edit')
    expect(editor.status).toBe(200)
    expect(field(editor.text, 'savetext')).toBe('')
    expect(links(editor.text)).toContain('/Roses?action=edit&template=HomepageTemplate')
  })

  it('starts from a template, whose variables are filled in by the save', async () => {
    const start = '/Roses?action=edit&template=HomepageTemplate'
    const editor = await ada.get(start)
    expect(field(editor.text, 'savetext')).toBe('I am @PAGE@\n')
    const answer = await ada.submit(start, { savetext: field(editor.text, 'savetext'), button_save: '1' }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Roses'])
    expect(await text('Roses')).toBe('I am Roses\n')
    expect(await revision('Roses')).toBe(1)
  })

  it('creates nothing by opening the editor, not even a folder', async () => {
    await ada.get('/Roses?action=edit')
    expect((await ada.get('/Roses')).status).toBe(404)
    expect(await host.wiki.store.lock('Roses')).toBeNull()
  })
})

describe('editing (rows 4 and 6)', () => {
  it('shows the current text with the revision it starts from', async () => {
    const editor = await ada.get('/Garden?action=edit')
    expect(field(editor.text, 'savetext')).toBe(garden)
    expect(hidden(editor.text, 'rev')).toBe('1')
  })

  it('keeps whether the change is a minor one (row 7)', async () => {
    await ada.submit('/Garden?action=edit', { savetext: `${garden}sixth\n`, trivial: '1', button_save: '1' })
    await ada.submit('/Garden?action=edit', { savetext: `${garden}sixth\nseventh\n`, button_save: '1' })
    const page = plainText((await ada.get('/Garden?action=info')).text)
    expect(page).toMatch(/current.*minor.*created/)
    expect(page.match(/\bminor\b/g)).toHaveLength(1)
  })

  it('keeps an empty first line', async () => {
    await ada.submit('/Garden?action=edit', { savetext: '\n\nthird line\n', button_save: '1' })
    expect(field((await ada.get('/Garden?action=edit')).text, 'savetext')).toBe('\n\nthird line\n')
  })

  it('saves with a comment of at most 200 characters and sends the visitor to the page', async () => {
    const answer = await ada.submit(
      '/Garden?action=edit',
      { savetext: `${garden}sixth\n`, comment: `  more\t${'x'.repeat(300)}`, button_save: '1' },
      { follow: false },
    )
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
    const [change] = await host.wiki.store.history('Garden')
    expect(change).toMatchObject({ revision: 2, comment: `more ${'x'.repeat(195)}` })
    expect(change?.author.userId).not.toBe('')
  })

  it('makes no revision of the same text, and says so once', async () => {
    const answer = await ada.submit('/Garden?action=edit', { savetext: garden, button_save: '1' })
    expect(plainText(answer.text)).toContain('Nothing was changed')
    expect(plainText((await ada.get('/Garden')).text)).not.toContain('Nothing was changed')
    expect(await revision('Garden')).toBe(1)
  })

  it('makes line ends of a browser those of the wiki', async () => {
    await ada.submit('/Garden?action=edit', { savetext: 'one\r\ntwo\r\n', button_save: '1' })
    expect(await text('Garden')).toBe('one\ntwo\n')
  })

  it('is refused, with a way to log in, where the visitor may not write', async () => {
    await host.wiki.store.save('Closed', {
      text: '#acl Grace:read,write All:read\n',
      base: 0,
      author: { userId: '', address: '', host: '' },
    })
    const answer = await host.browser().get('/Closed?action=edit')
    expect(answer.status).toBe(403)
    expect(links(answer.text)).toContain('/Closed?action=login')
    expect((await grace.get('/Closed?action=edit')).status).toBe(200)
  })

  it('saves no page without any text: deleting says what it is', async () => {
    const answer = await ada.submit('/Garden?action=edit', { savetext: ' \n', comment: 'away with it', button_save: '1' })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('value="away with it"')
    expect(await text('Garden')).toBe(garden)
  })

  it('takes a form without a text for a mistake', async () => {
    const answer = await ada.post('/Garden?action=edit', {
      ticket: hidden((await ada.get('/Garden?action=edit')).text, 'ticket'),
    })
    expect(answer.status).toBe(400)
    expect(await text('Garden')).toBe(garden)
  })

  it('starts from an old revision only with a warning that stays through a preview', async () => {
    await ada.submit('/Garden?action=edit', { savetext: 'all new\n', button_save: '1' })
    const start = '/Garden?action=edit&rev=1'
    const editor = await ada.get(start)
    expect(field(editor.text, 'savetext')).toBe(garden)
    expect(hidden(editor.text, 'rev')).toBe('2')
    expect(plainText(editor.text)).toContain('This is the text of revision 1')
    const preview = await ada.submit(start, { savetext: garden, button_preview: '1' })
    expect(plainText(preview.text)).toContain('This is the text of revision 1')
    expect((await ada.get('/Garden?action=edit&rev=9')).status).toBe(404)
  })
})

describe('the preview (row 5)', () => {
  it('shows the rendered text above the editor and stores nothing', async () => {
    const answer = await ada.submit('/Garden?action=edit', {
      savetext: "a '''bold''' word",
      comment: 'loud',
      trivial: '1',
      button_preview: '1',
    })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('<strong>bold</strong>')
    expect(field(answer.text, 'savetext')).toBe("a '''bold''' word")
    expect(answer.text).toMatch(/name="comment"[^>]*value="loud"/)
    expect(answer.text).toMatch(/name="trivial"[^>]*checked/)
    expect(await revision('Garden')).toBe(1)
  })

  it('works although somebody saved meanwhile, and the save then merges', async () => {
    const editor = await ada.get('/Garden?action=edit')
    await grace.submit('/Garden?action=edit', { savetext: garden.replace('first', 'FIRST'), button_save: '1' })
    const fields = { ticket: hidden(editor.text, 'ticket'), rev: '1', savetext: garden.replace('fifth', 'FIFTH') }
    const preview = await ada.post('/Garden?action=edit', { ...fields, button_preview: '1' })
    expect(hidden(preview.text, 'rev')).toBe('1')
    const saved = await ada.post('/Garden?action=edit', { ...fields, button_save: '1' })
    expect(plainText(saved.text)).toContain('Both changes are in it now')
    expect(await text('Garden')).toBe('FIRST\nsecond\nthird\nfourth\nFIFTH\n')
  })
})

describe('an edit conflict (row 9)', () => {
  const conflict = async () => {
    const editor = await ada.get('/Garden?action=edit')
    await grace.submit('/Garden?action=edit', {
      savetext: garden.replace('third', 'three, says Grace'),
      comment: 'Counting',
      button_save: '1',
    })
    return ada.post('/Garden?action=edit', {
      ticket: hidden(editor.text, 'ticket'),
      rev: '1',
      savetext: garden.replace('third', 'three, says Ada'),
      comment: 'My words',
      button_save: '1',
    })
  }

  it('shows both texts and their merge, and keeps the comment', async () => {
    const answer = await conflict()
    expect(answer.status).toBe(409)
    const merged = field(answer.text, 'savetext')
    expect(merged).toMatch(/<{7} .*\nthree, says Grace\n={7}\nthree, says Ada\n>{7} /)
    expect(answer.text).toMatch(/id="mine"[\s\S]*three, says Ada[\s\S]*id="theirs"[\s\S]*three, says Grace/)
    expect(answer.text).toContain('value="My words"')
    expect(plainText(answer.text)).toContain('Grace')
    expect(hidden(answer.text, 'rev')).toBe('2')
    expect(await text('Garden')).toContain('three, says Grace')
  })

  it('does not save while markers are left, and gives the text back', async () => {
    const page = (await conflict()).text
    const fields = { ticket: hidden(page, 'ticket'), rev: hidden(page, 'rev'), savetext: field(page, 'savetext') }
    const refused = await ada.post('/Garden?action=edit', { ...fields, button_save: '1' })
    expect(refused.status).toBe(409)
    expect(plainText(refused.text)).toContain('markers')
    expect(field(refused.text, 'savetext')).toBe(fields.savetext)

    const solved = await ada.post(
      '/Garden?action=edit',
      { ...fields, savetext: garden.replace('third', 'three'), button_save: '1' },
      { follow: false },
    )
    expect(solved.status).toBe(303)
    expect(await text('Garden')).toBe(garden.replace('third', 'three'))
  })

  it('lets a page about markers be saved, once it has them', async () => {
    const markers = '{{{\n<<<<<<< theirs\n=======\n>>>>>>> mine\n}}}\n'
    await host.wiki.store.save('OnMerging', { text: markers, base: 0, author: { userId: '', address: '', host: '' } })
    const answer = await ada.submit(
      '/OnMerging?action=edit',
      { savetext: `${markers}More.\n`, button_save: '1' },
      { follow: false },
    )
    expect(answer.status).toBe(303)
  })

  it('keeps both texts when the page was deleted meanwhile', async () => {
    const editor = await ada.get('/Garden?action=edit')
    await grace.submit('/Garden?action=DeletePage', { doit: '1' })
    const answer = await ada.post('/Garden?action=edit', {
      ticket: hidden(editor.text, 'ticket'),
      rev: '1',
      savetext: `${garden}sixth\n`,
      button_save: '1',
    })
    expect(answer.status).toBe(409)
    expect(answer.text).toContain('sixth')
  })
})

describe('nothing typed is ever lost', () => {
  it('not when several people save at the same moment', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`)
    await host.wiki.store.save('Busy', { text: lines.join('\n'), base: 0, author: { userId: '', address: '', host: '' } })
    const ticket = hidden((await ada.get('/Busy?action=edit')).text, 'ticket')
    const answers = await Promise.all(
      [3, 13, 23, 33].map((at) =>
        ada.post(
          '/Busy?action=edit',
          { ticket, rev: '1', savetext: lines.with(at, `changed ${at}`).join('\n'), button_save: '1' },
          { follow: false },
        ),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
    const saved = await text('Busy')
    for (const at of [3, 13, 23, 33]) expect(saved).toContain(`changed ${at}\n`)
    expect(await revision('Busy')).toBe(5)
  })

  it('not when a comment is missing that the wiki asks for', async () => {
    await host.close()
    host = await createTestHost({ wiki: { commentRequired: true }, pages: { Garden: garden } })
    const visitor = host.browser()
    const answer = await visitor.submit('/Garden?action=edit', { savetext: 'my text', comment: '  ', button_save: '1' })
    expect(answer.status).toBe(400)
    expect(plainText(answer.text)).toContain('asks for a comment')
    expect(field(answer.text, 'savetext')).toBe('my text')
    const saved = await visitor.submit(
      '/Garden?action=edit',
      { savetext: 'my text', comment: 'because', button_save: '1' },
      { follow: false },
    )
    expect(saved.status).toBe(303)
  })

  it('not when the text is too long', async () => {
    await host.close()
    host = await createTestHost({ wiki: { pageSizeLimit: 1000 }, pages: { Garden: garden } })
    const answer = await host.browser().submit('/Garden?action=edit', { savetext: 'ä'.repeat(501), button_save: '1' })
    expect(answer.status).toBe(413)
    expect(field(answer.text, 'savetext')).toBe('ä'.repeat(501))
  })

  it('not when the page cannot be written', async () => {
    const store = host.wiki.store as unknown as { save: unknown }
    store.save = () => Promise.reject(new Error('no space left on device'))
    const answer = await ada.submit('/Garden?action=edit', { savetext: 'my text', button_save: '1' })
    expect(answer.status).toBe(500)
    expect(field(answer.text, 'savetext')).toBe('my text')
    expect(plainText(answer.text)).not.toContain('no space left')
    expect(JSON.stringify(host.log())).toContain('no space left')
  })

  it('not when the rules of a page may not be changed', async () => {
    const answer = await host
      .browser()
      .submit('/Garden?action=edit', { savetext: '#acl All:read,write,admin\nmine\n', button_save: '1' })
    expect(answer.status).toBe(403)
    expect(field(answer.text, 'savetext')).toBe('#acl All:read,write,admin\nmine\n')
  })

  it('not when the session has ended: the form comes back and is sent again with a log-in (row 12)', async () => {
    const editor = await ada.get('/Garden?action=edit')
    for await (const id of host.wiki.parts.sessions.allSessionIds()) await host.wiki.parts.sessions.destroySession(id)
    const fields = { ticket: hidden(editor.text, 'ticket'), rev: '1', savetext: 'written for an hour\n', button_save: '1' }
    const asked = await ada.post('/Garden?action=edit', fields)
    expect(asked.status).toBe(403)
    expect(asked.text).toContain('written for an hour')
    const answer = await ada.post('/Garden?action=edit', {
      ...fields,
      ticket: hidden(asked.text, 'ticket'),
      login_name: 'Ada',
      login_password: users.Ada,
    })
    expect(answer.status).toBe(200)
    expect(await text('Garden')).toBe('written for an hour\n')
    expect((await host.wiki.store.history('Garden'))[0]?.author.userId).not.toBe('')
  })
})

describe('the edit lock (rows 8 and 10)', () => {
  const notice = 'is editing this page, for at most'

  it('tells who edits the page and for how many minutes more', async () => {
    await grace.get('/Garden?action=edit')
    host.advance(4 * 60)
    const editor = await ada.get('/Garden?action=edit')
    expect(plainText(editor.text)).toContain('Grace is editing this page, for at most 6 minutes more')
    expect(plainText((await grace.get('/Garden?action=edit')).text)).not.toContain(notice)
  })

  it('ends with the save', async () => {
    await grace.submit('/Garden?action=edit', { savetext: 'new\n', button_save: '1' })
    expect(plainText((await ada.get('/Garden?action=edit')).text)).not.toContain(notice)
  })

  it('ends with Cancel, which leads back to the page', async () => {
    const answer = await grace.submit('/Garden?action=edit', { savetext: 'never mind', button_cancel: '1' }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
    expect(plainText((await ada.get('/Garden?action=edit')).text)).not.toContain(notice)
    expect(await text('Garden')).toBe(garden)
  })

  it('can be taken over when its time is up, and says so', async () => {
    await grace.get('/Garden?action=edit')
    host.advance(11 * 60)
    const editor = plainText((await ada.get('/Garden?action=edit')).text)
    expect(editor).not.toContain(notice)
    expect(editor).toContain('Grace began to edit this page, but was not heard of again')
  })

  it('lives longer with every preview', async () => {
    await grace.get('/Garden?action=edit')
    host.advance(9 * 60)
    await grace.submit('/Garden?action=edit', { savetext: 'x', button_preview: '1' })
    host.advance(5 * 60)
    expect(plainText((await ada.get('/Garden?action=edit')).text)).toContain('5 minutes more')
  })

  it('keeps others out where the wiki says so, without losing what they wrote', async () => {
    await host.close()
    host = await createTestHost({ wiki: { editLocking: 'lock 10' }, pages: { Garden: garden }, users })
    const [one, other] = [await host.signedIn('Ada', users.Ada), await host.signedIn('Grace', users.Grace)]
    const early = await one.get('/Garden?action=edit')
    host.advance(11 * 60)
    await other.get('/Garden?action=edit')
    const closed = await one.get('/Garden?action=edit')
    expect(closed.status).toBe(423)
    expect(plainText(closed.text)).toContain('Grace is editing this page')
    const late = await one.post('/Garden?action=edit', {
      ticket: hidden(early.text, 'ticket'),
      rev: '1',
      savetext: 'late',
      button_save: '1',
    })
    expect(late.status).toBe(423)
    expect(field(late.text, 'savetext')).toBe('late')
  })

  it('does not exist where the wiki wants none', async () => {
    await host.close()
    host = await createTestHost({ wiki: { editLocking: null }, pages: { Garden: garden }, users })
    await (await host.signedIn('Grace', users.Grace)).get('/Garden?action=edit')
    expect(plainText((await host.browser().get('/Garden?action=edit')).text)).not.toContain(notice)
  })
})
