import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { field, hidden } from './read-page.ts'

let host: TestHost
let ada: TestBrowser
let grace: TestBrowser
let visitor: TestBrowser

const users = { Ada: 'engine no. 1842', Grace: 'compiler A-0' }
const garden = '#language en\n= Beds =\nroses\n\n== North ==\nmoss\n\n== South ==\nthyme\n\n= Paths =\ngravel\n'

beforeAll(async () => {
  host = await createTestHost({
    pages: {
      Outer: 'before\n<<Include(Garden)>>\n',
      Locked: '#acl Ada:read,write All:read\n= One =\n1\n',
      Marked: '#format markdown\n\n# One\n*a*\n\n## Two\n*b*\n',
      Restructured: '#format rst\n\nOne\n===\na\n\nTwo\n===\nb\n',
      Foreign: '= Own =\n{{{#!markdown\n# Own\n\n# Other\n}}}\n',
    },
    users,
  })
  ada = await host.signedIn('Ada', users.Ada)
  grace = await host.signedIn('Grace', users.Grace)
  visitor = host.browser()
})
afterAll(() => host.close())

const author = { userId: '', address: '', host: '' }
const store = (name: string, text: string) =>
  host.wiki.store.state(name).then(({ revision }) => host.wiki.store.save(name, { text, base: revision, author }))
const textOf = (name: string) => host.wiki.store.read(name)

beforeEach(() => store('Garden', garden))

const north = '/Garden?action=edit&section=North'

describe('the links that edit sections', () => {
  it('stand in every heading, named after it, and are shown to those who may write', async () => {
    const { text } = await visitor.get('/Garden')
    const links = [...text.matchAll(/<a class="section-edit"[^>]*>/g)].map(([link]) => link)
    expect(links).toHaveLength(4)
    expect(links[1]).toBe(
      '<a class="section-edit" href="/Garden?action=edit&amp;section=North" rel="nofollow" aria-label="Edit the section “North”" hidden>',
    )
    expect(text).toContain('class="wiki-content may-write"')
    expect((await ada.get('/Locked')).text).toContain('may-write')
    expect((await visitor.get('/Locked')).text).not.toContain('may-write')
  })

  it('are on no preview, print view, old revision or included page', async () => {
    await store('Garden', `${garden}more\n`)
    const preview = await visitor.submit('/Garden?action=edit', { savetext: garden, button_preview: '1' })
    const others = ['/Garden?action=print', '/Garden?action=recall&rev=1', '/Outer'].map(
      async (address) => (await visitor.get(address)).text,
    )
    for (const page of [preview.text, ...(await Promise.all(others))]) {
      expect(page).toContain('>North</h2>')
      expect(page).not.toContain('section-edit')
    }
  })

  it("are not in headings of another parser's text within the page", async () => {
    const { text } = await visitor.get('/Foreign')
    expect(text).toContain('id="Other">Other</h1>')
    expect(text.match(/section-edit/g)).toHaveLength(1)
  })
})

describe('editing a section', () => {
  it('opens the editor with its lines alone, those of the sections below it included', async () => {
    const editor = await ada.get(north)
    expect([editor.status, field(editor.text, 'savetext')]).toEqual([200, '== North ==\nmoss\n\n'])
    expect(editor.text).toContain('Edit “North” of Garden')
    expect(field((await ada.get('/Garden?action=edit&section=Beds')).text, 'savetext')).toBe(
      '= Beds =\nroses\n\n== North ==\nmoss\n\n== South ==\nthyme\n\n',
    )
  })

  it('replaces just these lines, and leads back to the heading as it is called now', async () => {
    const answer = await ada.submit(north, { savetext: '== Far north ==\r\nlichen', button_save: '1' }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden#Far_north'])
    expect(await textOf('Garden')).toBe(garden.replace('== North ==\nmoss\n\n', '== Far north ==\nlichen\n'))
  })

  it('may leave nothing of it', async () => {
    await ada.submit(north, { savetext: '', button_save: '1' })
    expect(await textOf('Garden')).toBe(garden.replace('== North ==\nmoss\n\n', ''))
  })

  it('leads back to the heading after Cancel', async () => {
    const answer = await ada.submit(north, { savetext: 'x', button_cancel: '1' }, { follow: false })
    expect(answer.headers.location).toBe('/Garden#North')
    expect(await textOf('Garden')).toBe(garden)
  })

  it("shows the section alone in a preview, in the page's own markup", async () => {
    for (const [page, id] of [
      ['Marked', 'Two'],
      ['Restructured', 'Two'],
    ]) {
      const preview = await ada.submit(`/${page}?action=edit&section=${id}`, {
        savetext: page === 'Marked' ? '## Two\n*bb*\n' : 'Two\n===\n*bb*\n',
        button_preview: '1',
      })
      expect(preview.text).toMatch(/<h\d id="Two">Two<\/h\d>/)
      expect(preview.text).toContain('<em>bb</em>')
      expect(preview.text).not.toContain('id="One"')
      expect(hidden(preview.text, 'section')).toBe('Two')
    }
  })

  it('works in every markup that has headings', async () => {
    await ada.submit('/Marked?action=edit&section=One', { savetext: '# One\nx\n', button_save: '1' })
    expect(await textOf('Marked')).toBe('#format markdown\n\n# One\nx\n')
    await ada.submit('/Restructured?action=edit&section=One', { savetext: 'One\n===\nx\n', button_save: '1' })
    expect(await textOf('Restructured')).toBe('#format rst\n\nOne\n===\nx\nTwo\n===\nb\n')
  })
})

describe('a section and what others do meanwhile', () => {
  const open = async (browser: TestBrowser, changes: string) => {
    const { text } = await browser.get(north)
    const kept = { rev: hidden(text, 'rev') ?? '', section: hidden(text, 'section') ?? '', ticket: hidden(text, 'ticket') ?? '' }
    return () => browser.post('/Garden?action=edit', { ...kept, savetext: changes, button_save: '1' })
  }

  it('is put where it stands now when others moved, added or took away lines elsewhere', async () => {
    const save = await open(ada, '== North ==\nlichen\n\n')
    const moved = garden.replace('= Beds =\nroses\n', '== North ==\nanother of that name\n\n= Beds =\ntulips\nroses\n')
    await store('Garden', moved)
    expect((await save()).text).toContain('Both changes are in it now.')
    expect(await textOf('Garden')).toBe(moved.replace('moss', 'lichen'))
  })

  it('is a conflict of the whole page when both changed the same lines', async () => {
    const save = await open(ada, '== North ==\nlichen\n\n')
    await grace.submit(north, { savetext: '== North ==\nferns\n\n', button_save: '1' })
    const answer = await save()
    expect(answer.status).toBe(409)
    const merged = field(answer.text, 'savetext') ?? ''
    expect(merged).toBe(garden.replace('moss\n', '<<<<<<< Saved meanwhile\nferns\n=======\nlichen\n>>>>>>> Your version\n'))
    expect(answer.text).not.toContain('name="section"')
    await ada.post('/Garden?action=edit', {
      rev: hidden(answer.text, 'rev') ?? '',
      ticket: hidden(answer.text, 'ticket') ?? '',
      savetext: garden.replace('moss', 'ferns, lichen'),
      button_save: '1',
    })
    expect(await textOf('Garden')).toBe(garden.replace('moss', 'ferns, lichen'))
  })

  it('that has vanished before the editor opens gives way to the whole page, which says so', async () => {
    const editor = await ada.get('/Garden?action=edit&section=Attic')
    expect(field(editor.text, 'savetext')).toBe(garden)
    expect(editor.text).toContain('The page has no such section any more')
    expect(editor.text).not.toContain('name="section"')
  })

  it('hands the text back when there is no place for it', async () => {
    const { text } = await ada.get(north)
    const answer = await ada.post('/Garden?action=edit', {
      rev: hidden(text, 'rev') ?? '',
      section: 'Attic',
      ticket: hidden(text, 'ticket') ?? '',
      savetext: 'all my words',
      button_save: '1',
    })
    expect([answer.status, field(answer.text, 'savetext')]).toEqual([409, 'all my words'])
    expect(await textOf('Garden')).toBe(garden)
  })
})
