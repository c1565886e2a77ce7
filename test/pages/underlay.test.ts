import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ann, openStore, temporaryFolder } from './data-folder.ts'

describe('an underlay of text files', () => {
  it('shows its pages behind the own ones', async () => {
    const { store } = openStore({ underlays: [helpFiles()] })
    await store.save('Own', { text: 'mine', base: 0, author: ann })
    expect(await store.state('HelpContents')).toMatchObject({ exists: true, underlay: true, revision: 1 })
    expect(await store.read('HelpContents')).toBe('= Help =\n')
    expect(await store.read('HelpContents', 1)).toBe('= Help =\n')
    expect(await store.names()).toEqual(['Help/On Süß', 'HelpContents', 'Own'])
    expect(await store.names({ underlay: false })).toEqual(['Own'])
    expect(await store.history('HelpContents')).toMatchObject([{ revision: 1 }])
    expect(await store.names()).toBe(await store.names())
  })

  it('is copied at the first edit, which is revision 2', async () => {
    const help = helpFiles()
    const { store, data } = openStore({ underlays: [help] })
    const results = await Promise.all(
      ['one', 'two', 'three'].map((text) => store.save('HelpContents', { text, base: 1, author: ann })),
    )
    expect(results.filter(({ status }) => status === 'saved')).toEqual([{ status: 'saved', revision: 2 }])
    expect(await store.state('HelpContents')).toMatchObject({ exists: true, underlay: false, revision: 2 })
    expect(await store.read('HelpContents', 1)).toBe('= Help =\n')
    expect((await store.history('HelpContents')).map(({ revision, action }) => [revision, action])).toEqual([
      [2, 'SAVE'],
      [1, 'SAVE'],
    ])
    expect(readFileSync(join(help, 'HelpContents.wiki'), 'utf8')).toBe('= Help =\n')
    expect(readdirSync(join(data, 'pages'))).toEqual(['HelpContents'])
  })

  it('reappears when the page in front of it is deleted', async () => {
    const { store } = openStore({ underlays: [helpFiles()] })
    await store.save('HelpContents', { text: 'mine', base: 1, author: ann })
    expect(await store.save('HelpContents', { text: null, base: 2, author: ann })).toEqual({ status: 'saved', revision: 3 })
    expect(await store.state('HelpContents')).toMatchObject({ exists: true, underlay: true, revision: 1 })
    expect(await store.read('HelpContents')).toBe('= Help =\n')
    expect(await store.names({ underlay: false })).toEqual([])
    expect(await store.save('HelpContents', { text: 'again', base: 1, author: ann })).toEqual({ status: 'saved', revision: 4 })
    expect((await store.history('HelpContents')).map(({ revision }) => revision)).toEqual([4, 3, 2, 1])
  })

  it('cannot be deleted itself, and equal text makes no copy', async () => {
    const { store, data } = openStore({ underlays: [helpFiles()] })
    expect(await store.save('HelpContents', { text: null, base: 1, author: ann })).toEqual({ status: 'unchanged', revision: 1 })
    expect(await store.save('HelpContents', { text: '= Help =', base: 1, author: ann })).toMatchObject({ status: 'unchanged' })
    expect(await store.save('HelpContents', { text: 'x', base: 0, author: ann })).toMatchObject({ status: 'conflict' })
    expect(() => readdirSync(join(data, 'pages'))).toThrow()
  })

  it('takes up pages that come with a new version of the program', async () => {
    const help = helpFiles()
    const { store } = openStore({ underlays: [help] })
    expect(await store.names()).toEqual(['Help/On Süß', 'HelpContents'])
    writeFileSync(join(help, 'HelpNew.wiki'), 'x')
    utimesSync(help, 2_000_000_000, 2_000_000_000)
    expect(await store.names()).toEqual(['Help/On Süß', 'HelpContents', 'HelpNew'])
  })
})

describe("an underlay in MoinMoin's layout", () => {
  it('is copied whole: revisions, log and attachments', async () => {
    const underlay = temporaryFolder()
    const page = join(underlay, 'pages', 'Sys(20)Page')
    mkdirSync(join(page, 'revisions'), { recursive: true })
    mkdirSync(join(page, 'attachments'))
    writeFileSync(join(page, 'current'), '00000001\n')
    writeFileSync(join(page, 'revisions', '00000001'), 'system\r\n')
    writeFileSync(join(page, 'edit-log'), '1100000000000000\t00000001\tSAVENEW\tSys(20)Page\t\t\t\t\told\n')
    writeFileSync(join(page, 'attachments', 'pic.png'), 'png')
    const { store } = openStore({ underlays: [underlay, helpFiles()] })
    expect(await store.names()).toEqual(['Help/On Süß', 'HelpContents', 'Sys Page'])
    expect(await store.attachments('Sys Page')).toMatchObject([{ name: 'pic.png', size: 3 }])
    expect(await store.history('Sys Page')).toMatchObject([{ comment: 'old' }])

    expect(await store.rename('Sys Page', 'HelpContents', { author: ann })).toBe(false)
    expect(await store.save('Sys Page', { text: 'edited', base: 1, author: ann })).toEqual({ status: 'saved', revision: 2 })
    expect(await store.attachments('Sys Page')).toMatchObject([{ name: 'pic.png', size: 3 }])
    expect((await store.history('Sys Page')).map(({ comment }) => comment)).toEqual(['', 'old'])
    expect(await store.rename('Sys Page', 'My Page', { author: ann })).toBe(true)
    expect(await store.state('Sys Page')).toMatchObject({ underlay: true, revision: 1 })
    expect(await store.read('My Page')).toBe('## page was renamed from Sys Page\nedited\n')
  })

  it('renames a page that was never edited', async () => {
    const { store } = openStore({ underlays: [helpFiles()] })
    expect(await store.rename('HelpContents', 'My Help', { author: ann })).toBe(true)
    expect(await store.read('My Help')).toBe('## page was renamed from HelpContents\n= Help =\n')
    expect(await store.state('My Help')).toMatchObject({ revision: 2, underlay: false })
    expect(await store.state('HelpContents')).toMatchObject({ revision: 1, underlay: true })
  })
})

function helpFiles(): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'HelpContents.wiki'), '= Help =\n')
  writeFileSync(join(folder, 'Help(2f)On(20)S(c3bcc39f).wiki'), 'x\n')
  writeFileSync(join(folder, 'README'), 'not a page')
  return folder
}
