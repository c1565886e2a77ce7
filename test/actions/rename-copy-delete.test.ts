import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { links, plainText } from './read-page.ts'

let host: TestHost
let ada: TestBrowser

const nobody = { userId: '', address: '', host: '' }
const users = { Ada: 'engine no. 1842' }

beforeEach(async () => {
  host = await createTestHost({
    pages: {
      Garden: 'A garden.\n',
      'Garden/Beds': 'Beds.\n',
      'Garden/Beds/North': 'North.\n',
      Shed: 'Tools.\n',
      Compost: '#acl Ada:read,delete\nheap\n',
      'Garden/Secret': '#acl Grace:read\nhidden\n',
    },
    users,
  })
  ada = await host.signedIn('Ada', users.Ada)
})
afterEach(() => host.close())

const raw = async (name: string): Promise<string> => (await ada.get(`/${name}?action=raw`)).text
const exists = async (name: string): Promise<boolean> => (await host.wiki.store.state(name)).exists

describe('renaming a page (row 18)', () => {
  it('moves the page with its history and attachments', async () => {
    await host.wiki.store.attach('Garden', 'plan.txt', new TextEncoder().encode('x'), nobody)
    const answer = await ada.submit('/Garden?action=RenamePage', {
      newpagename: ' Walled  Garden ',
      comment: 'Better name',
      rename: '1',
    })
    expect(answer.url.pathname).toBe('/Walled%20Garden')
    expect(plainText(answer.text)).toContain('“Garden” is called “Walled Garden” now')
    expect(await exists('Garden')).toBe(false)
    expect((await host.wiki.store.attachments('Walled Garden')).map(({ name }) => name)).toEqual(['plan.txt'])
    expect(plainText((await ada.get('/Walled%20Garden?action=info')).text)).toMatch(/renamed from Garden Better name.*created/)
    expect(await exists('Garden/Beds')).toBe(true)
  })

  it('leaves a redirect if wanted', async () => {
    await ada.submit('/Garden?action=RenamePage', { newpagename: 'Orchard', rename_redirect: '1', rename: '1' })
    expect(await raw('Garden')).toBe('#redirect Orchard\n')
    expect((await ada.get('/Garden')).text).toContain('A garden.')
  })

  it('leaves none where the visitor may not write, nor one that a guard minds', async () => {
    const wanted = { newpagename: 'Orchard', rename_redirect: '1', rename: '1' }
    expect((await ada.submit('/Compost?action=RenamePage', wanted)).status).toBe(403)
    await host.close()
    const guard = `export const beforeSave = ({ text }) => (text?.startsWith('#redirect') ? 'No redirects.' : undefined)`
    host = await createTestHost({ pages: { Garden: 'A garden.\n' }, files: { 'plugins/events/Guard.js': guard } })
    const answer = await host.browser().submit('/Garden?action=RenamePage', wanted)
    expect([answer.status, plainText(answer.text)]).toEqual([403, expect.stringContaining('No redirects.')])
    expect([await exists('Garden'), await exists('Orchard')]).toEqual([true, false])
  })

  it('offers no redirect where the wiki wants none', async () => {
    await host.close()
    host = await createTestHost({ wiki: { showRenameRedirect: false }, pages: { Garden: 'x\n' } })
    expect((await host.browser().get('/Garden?action=RenamePage')).text).not.toContain('rename_redirect')
  })

  it('takes the pages below along if wanted, as far as the visitor may read them', async () => {
    const form = await ada.get('/Garden?action=RenamePage')
    expect(plainText(form.text)).toContain('Garden/Beds/North')
    expect(form.text).not.toContain('Secret')
    await ada.submit('/Garden?action=RenamePage', { newpagename: 'Orchard', rename_subpages: '1', rename: '1' })
    expect([await exists('Orchard/Beds/North'), await exists('Garden/Beds'), await exists('Garden/Secret')]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('refuses a name that is taken, and gives it back to be changed', async () => {
    const answer = await ada.submit('/Garden?action=RenamePage', { newpagename: 'Shed', comment: 'why', rename: '1' })
    expect(answer.status).toBe(409)
    expect(plainText(answer.text)).toContain('There is a page “Shed” already')
    expect(answer.text).toContain('value="Shed"')
    expect(answer.text).toContain('value="why"')
    expect(await raw('Shed')).toBe('Tools.\n')
  })

  it.each([
    ['', 'Please type a name'],
    [' / ', 'Please type a name'],
    ['Garden', 'has this name already'],
    ['ü'.repeat(300), 'too long'],
  ])('refuses %j as a name', async (name, problem) => {
    const answer = await ada.submit('/Garden?action=RenamePage', { newpagename: name, rename: '1' })
    expect(answer.status).toBe(400)
    expect(plainText(answer.text)).toContain(problem)
    expect(await exists('Garden')).toBe(true)
  })

  it('does nothing on Cancel', async () => {
    const answer = await ada.submit('/Garden?action=RenamePage', { newpagename: 'Orchard', cancel: '1' }, { follow: false })
    expect(answer.headers.location).toBe('/Garden')
    expect(await exists('Garden')).toBe(true)
  })

  it('is not for pages that come with the wiki, and not for missing ones', async () => {
    expect((await ada.get('/HelpContents?action=RenamePage')).status).toBe(403)
    expect((await ada.get('/Nowhere?action=RenamePage')).status).toBe(404)
  })
})

describe('copying a page (row 19)', () => {
  it('makes a new page with the current text and the files', async () => {
    await host.wiki.store.attach('Garden', 'plan.txt', new TextEncoder().encode('a plan'), nobody)
    const answer = await ada.submit('/Garden?action=CopyPage', { newpagename: 'Garden 2027', copy_attachments: '1', copy: '1' })
    expect(plainText(answer.text)).toContain('This is the copy of “Garden”')
    expect(await raw('Garden 2027')).toBe('A garden.\n')
    expect((await ada.get('/Garden%202027?action=AttachFile&do=get&target=plan.txt')).text).toBe('a plan')
    expect(await exists('Garden 2027/Beds')).toBe(false)
    expect((await host.wiki.store.history('Garden 2027'))[0]?.comment).toBe('Copied from Garden')
  })

  it('copies the pages below that the visitor may read, and no others', async () => {
    await ada.submit('/Garden?action=CopyPage', { newpagename: 'Park', copy_subpages: '1', copy: '1' })
    expect([await exists('Park/Beds/North'), await exists('Park/Secret')]).toEqual([true, false])
  })

  it('overwrites nothing', async () => {
    await host.wiki.store.save('Park/Beds', { text: 'Mine.\n', base: 0, author: nobody })
    for (const [name, fields] of [
      ['Shed', {}],
      ['Park', { copy_subpages: '1' }],
    ] as const) {
      const answer = await ada.submit('/Garden?action=CopyPage', { newpagename: name, ...fields, copy: '1' })
      expect(answer.status).toBe(409)
    }
    expect([await raw('Shed'), await raw('Park/Beds'), await exists('Park')]).toEqual(['Tools.\n', 'Mine.\n', false])
  })

  it('needs the right to write the copy', async () => {
    await host.close()
    host = await createTestHost({ wiki: { aclRightsDefault: 'All:read' }, pages: { Garden: 'x\n' } })
    const answer = await host.browser().submit('/Garden?action=CopyPage', { newpagename: 'Park', copy: '1' })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('value="Park"')
  })
})

describe('deleting a page (row 20)', () => {
  it('asks first, then answers 404 for the page and keeps its history', async () => {
    const asked = await ada.get('/Shed?action=DeletePage')
    expect(plainText(asked.text)).toContain('Delete the page “Shed”?')
    const answer = await ada.submit('/Shed?action=DeletePage', { comment: 'Rotten', doit: '1' })
    expect(answer.status).toBe(404)
    expect(plainText(answer.text)).toContain('“Shed” is deleted')
    expect(links(answer.text)).toContain('/Shed?action=info')
    expect((await ada.get('/Shed?action=raw')).status).toBe(404)
    expect((await ada.get('/Shed?action=raw&rev=1')).text).toBe('Tools.\n')
    expect((await host.wiki.store.history('Shed'))[0]?.comment).toBe('Rotten')
  })

  it('deletes the pages below too if wanted, as far as the visitor sees them', async () => {
    await ada.submit('/Garden?action=DeletePage', { subpages: '1', doit: '1' })
    expect([
      await exists('Garden'),
      await exists('Garden/Beds'),
      await exists('Garden/Beds/North'),
      await exists('Garden/Secret'),
    ]).toEqual([false, false, false, true])
  })

  it('leaves them alone otherwise', async () => {
    await ada.submit('/Garden?action=DeletePage', { doit: '1' })
    expect([await exists('Garden'), await exists('Garden/Beds')]).toEqual([false, true])
  })

  it('does nothing on Cancel, and nothing by a link alone', async () => {
    await ada.get('/Shed?action=DeletePage&doit=1')
    await ada.submit('/Shed?action=DeletePage', { cancel: '1' })
    expect(await exists('Shed')).toBe(true)
  })

  it('needs the right to delete', async () => {
    await host.close()
    host = await createTestHost({ wiki: { aclRightsDefault: 'All:read,write' }, pages: { Garden: 'x\n' } })
    expect((await host.browser().get('/Garden?action=DeletePage')).status).toBe(403)
  })

  it('is not for pages that come with the wiki', async () => {
    const answer = await ada.get('/HelpContents?action=DeletePage')
    expect(answer.status).toBe(403)
    expect(plainText(answer.text)).toContain('comes with the wiki')
  })
})
