import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type Answer, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { basic, errorOf, resultOf, send, users } from './programs.ts'

let host: TestHost
let program: TestBrowser

const guard = `export function beforeSave(page) {
  return page.text?.includes('casino') ? 'No advertising, please.' : undefined
}
`

beforeEach(async () => {
  host = await createTestHost({
    users,
    pages: {
      Garden: 'one\ntwo\nthree\n',
      Diary: '#acl Ada:read,write\nmine\n',
      Notice: '#acl All:read\nfixed\n',
      Board: '#acl All:read,write\nopen\n',
      Archive: '#acl All:read,revert\nold\n',
    },
    files: { 'plugins/events/NoAdvertising.ts': guard },
  })
  program = host.browser()
})
afterEach(() => host.close())

const asBob = (method: string, params: Readonly<Record<string, unknown>>): Promise<Answer> =>
  send(program, method, params, basic('Bob'))
const text = async (pagename: string): Promise<string> => resultOf(await asBob('getPage', { pagename }))

describe('changes by the API', () => {
  it('are made in the name of the caller, with their comment', async () => {
    expect(resultOf(await asBob('putPage', { pagename: 'New Page', pagetext: 'New.', comment: 'by a script' }))).toBe(true)
    expect(await text('New Page')).toBe('New.\n')
    const history = (await program.get('/New%20Page?action=info')).text
    expect(history).toContain('by a script')
    expect(history).toContain('Bob')
  })

  it('obey the rights of pages', async () => {
    for (const [method, more] of [
      ['putPage', { pagetext: 'x' }],
      ['deletePage', {}],
      ['renamePage', { newpagename: 'Elsewhere' }],
      ['putAttachment', { attachname: 'a.txt', data: 'eA==' }],
      ['deleteAttachment', { attachname: 'a.txt' }],
      ['revertPage', { revision: 1 }],
    ] as const)
      for (const pagename of ['Diary', 'Notice'])
        expect([method, pagename, errorOf(await asBob(method, { pagename, ...more })).status]).toEqual([method, pagename, 403])
    expect(errorOf(await asBob('putPage', { pagename: 'Garden', pagetext: '#acl Bob:admin\n' })).message).toContain('admin right')
    expect(await text('Notice')).toBe('#acl All:read\nfixed\n')
  })

  it('replace no file without the right to delete, and bring nothing back without the right to write', async () => {
    const file = { pagename: 'Board', attachname: 'a?.txt', data: 'eA==' }
    expect(resultOf(await asBob('putAttachment', file))).toBe(true)
    expect(errorOf(await asBob('putAttachment', { ...file, data: 'AAAA' })).status).toBe(403)
    expect(resultOf(await asBob('getAttachment', { pagename: 'Board', attachname: 'a_.txt' }))).toBe('eA==')
    expect(errorOf(await asBob('revertPage', { pagename: 'Archive', revision: 1 })).message).toContain('may not write')
  })

  it('can be refused by an event handler, in its words', async () => {
    const answer = await asBob('putPage', { pagename: 'Garden', pagetext: 'casino' })
    expect(errorOf(answer)).toMatchObject({ status: 403, message: 'No advertising, please.' })
    expect(await text('Garden')).toBe('one\ntwo\nthree\n')
  })

  it('of other lines are merged, and of the same lines refused with the revision that is there', async () => {
    const put = (pagetext: string) => asBob('putPage', { pagename: 'Garden', pagetext, revision: 1 })
    expect(resultOf(await put('ONE\ntwo\nthree\n'))).toBe(true)
    expect(resultOf(await put('one\ntwo\nTHREE\n'))).toBe(true)
    expect(await text('Garden')).toBe('ONE\ntwo\nTHREE\n')
    const conflict = errorOf(await put('1\ntwo\nthree\n'))
    expect([conflict.status, conflict.code]).toEqual([409, 'page-conflict'])
    expect(conflict.message).toContain('revision 3 is there now')
    expect(await text('Garden')).toBe('ONE\ntwo\nTHREE\n')
  })

  it('that change nothing are told', async () => {
    const same = await asBob('putPage', { pagename: 'Garden', pagetext: 'one\ntwo\nthree\n' })
    expect(errorOf(same)).toMatchObject({ status: 409, code: 'nothing-changed' })
  })

  it('rename, delete and bring back', async () => {
    expect(resultOf(await asBob('renamePage', { pagename: 'Garden', newpagename: 'Park' }))).toBe(true)
    expect(errorOf(await asBob('getPage', { pagename: 'Garden' })).status).toBe(404)
    expect(resultOf(await asBob('deletePage', { pagename: 'Park', comment: 'closed' }))).toBe(true)
    expect(errorOf(await asBob('getPage', { pagename: 'Park' })).status).toBe(404)
    const options = { include_deleted: true, include_revno: true, mark_deleted: true, include_underlay: false, prefix: 'P' }
    expect(resultOf(await asBob('getAllPagesEx', { options }))).toEqual([['Park', -3]])
    expect(resultOf(await asBob('revertPage', { pagename: 'Park', revision: 1 }))).toBe(true)
    expect(await text('Park')).toBe('one\ntwo\nthree\n')
    expect(errorOf(await asBob('renamePage', { pagename: 'Park', newpagename: 'Notice' })).status).toBe(403)
    await asBob('putPage', { pagename: 'Meadow', pagetext: 'x' })
    expect(errorOf(await asBob('renamePage', { pagename: 'Park', newpagename: 'Meadow' }))).toMatchObject({ code: 'page-exists' })
  })

  it('leave the pages that come with the wiki in their place', async () => {
    expect(errorOf(await asBob('deletePage', { pagename: 'HelpContents' })).status).toBe(403)
    expect(errorOf(await asBob('renamePage', { pagename: 'HelpContents', newpagename: 'Mine' })).status).toBe(403)
  })

  it('attach files, byte for byte, and remove them', async () => {
    const data = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64')
    const file = { pagename: 'Garden', attachname: 'plan.bin' }
    expect(resultOf(await asBob('putAttachment', { ...file, data }))).toBe(true)
    expect(resultOf(await asBob('listAttachments', { pagename: 'Garden' }))).toEqual(['plan.bin'])
    expect(resultOf(await asBob('getAttachment', file))).toBe(data)
    expect(resultOf(await asBob('putAttachment', { ...file, data: 'AAAA' }))).toBe(true)
    expect(resultOf(await asBob('getAttachment', file))).toBe('AAAA')
    expect(errorOf(await asBob('putAttachment', { ...file, data: 'no base64!' })).message).toContain('must be bytes (base64)')
    expect(resultOf(await asBob('deleteAttachment', file))).toBe(true)
    expect(errorOf(await asBob('getAttachment', file))).toMatchObject({ status: 404, code: 'no-such-attachment' })
    expect(errorOf(await asBob('deleteAttachment', file)).status).toBe(404)
    expect((await asBob('getAttachment', { ...file, attachname: '../../edit-log' })).status).toBe(404)
  })

  it('need names that pages can have', async () => {
    for (const pagename of ['', '///', 'x'.repeat(500)])
      expect(errorOf(await asBob('putPage', { pagename, pagetext: 'x' })).status).toBe(400)
    expect(errorOf(await asBob('putPage', { pagename: 'Big', pagetext: 'x'.repeat(2_100_000) })).code).toBe('page-too-large')
  })
})
