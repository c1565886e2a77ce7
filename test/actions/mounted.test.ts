import { afterEach, expect, it } from 'vitest'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'
import { links } from './read-page.ts'

let host: TestHost
afterEach(() => host.close())

it('stays below the path where a wiki is mounted, whatever the action', async () => {
  const wiki = { aclRightsDefault: 'All:read,write,delete,revert' }
  host = await createTestHost({ farm: { wikis: [['team', /^http:\/\/[^/]+\/team\//, wiki]] }, users: { Ada: 'engine no. 1842' } })
  const visitor = host.browser()
  const saved = await visitor.submit('/team/Garden?action=edit', { savetext: 'one\n', button_save: '1' }, { follow: false })
  expect([saved.status, saved.headers.location]).toEqual([303, '/team/Garden'])
  const login = await visitor.submit('/team/Garden?action=login', { name: 'Ada', password: 'engine no. 1842' }, { follow: false })
  expect(login.headers.location).toBe('/team/Garden')
  await visitor.submit('/team/Garden?action=edit', { savetext: 'two\n', button_save: '1' })

  for (const action of [
    'edit',
    'info',
    'diff',
    'recall&rev=1',
    'revert&rev=1',
    'DeletePage',
    'RenamePage',
    'CopyPage',
    'AttachFile',
    'userprefs',
    'fullsearch&value=gard',
    'quicklink',
    'logout',
  ]) {
    const page = await visitor.get(`/team/Garden?action=${action}`)
    expect([action, page.status]).toEqual([action, 200])
    const outside = [
      ...links(page.text),
      ...[...page.text.matchAll(/<form[^>]*action="([^"]*)"/g)].map(([, href = '']) => href),
    ].filter((href) => href.startsWith('/') && !href.startsWith('/team/'))
    expect([action, outside]).toEqual([action, []])
  }
  const renamed = await visitor.submit('/team/Garden?action=RenamePage', { newpagename: 'Park', rename: '1' }, { follow: false })
  expect(renamed.headers.location).toBe('/team/Park')
  const gone = await visitor.submit('/team/Park?action=logout', { doit: '1' }, { follow: false })
  expect(gone.headers.location).toBe('/team/Park')
})
