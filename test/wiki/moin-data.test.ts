import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

// A data directory that MoinMoin 1.9 wrote, where one is at hand.
const original = fileURLToPath(new URL('../../../shared/moin-data/data', import.meta.url))

let dataDir = ''
let host: TestHost
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'servus-moin-'))
  if (!existsSync(original)) return
  cpSync(original, dataDir, { recursive: true })
  host = await createTestHost({
    dataDir,
    wiki: { aclRightsDefault: 'Known:read,write,delete,revert All:read', superuser: ['Admin'] },
  })
})
afterEach(async () => {
  await host?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe.skipIf(!existsSync(original))('a data directory of MoinMoin 1.9', () => {
  it('shows every page, unicode and spaced names included, and hides what is deleted or was never a page', async () => {
    const visitor = host.browser()
    for (const name of ['FrontPage', 'New Name (v2)', 'OtherGroup', 'TestDict'])
      expect([name, (await visitor.get(`/${encodeURIComponent(name)}`)).status]).toEqual([name, 200])
    for (const name of ['ToDelete', 'MissingPage', 'OldName'])
      expect([name, (await visitor.get(`/${name}`)).status]).toEqual([name, 404])
  })

  it('obeys its ACL lines and groups', async () => {
    const page = `/${encodeURIComponent('Some Page')}/${encodeURIComponent('Süb Page')}`
    expect((await host.browser().get(page)).status).toBe(403)
    expect((await (await host.signedIn('Admin', 'correct horse')).get(page)).status).toBe(200)
    // A member of OtherGroup, which EditorGroup contains; and somebody who is in neither.
    expect((await (await host.signedIn('UserSsha', 'correct horse')).get(page)).status).toBe(200)
    expect((await (await host.signedIn('UserDes', 'correct horse')).get(page)).status).toBe(403)
  })

  it('shows the history with revert and rename, and every old revision', async () => {
    const visitor = host.browser()
    const history = (await visitor.get('/FrontPage?action=info')).text
    for (const comment of ['initial', 'revert it']) expect(history).toContain(comment)
    for (const revision of [1, 2, 3]) expect((await visitor.get(`/FrontPage?action=recall&rev=${revision}`)).status).toBe(200)
    expect((await visitor.get(`/${encodeURIComponent('New Name (v2)')}?action=info`)).text).toContain('renamed')
  })

  it('lists attachments and hands them out', async () => {
    const visitor = host.browser()
    expect((await visitor.get('/FrontPage?action=AttachFile')).text).toContain('hällo wörld_.txt')
    const file = await visitor.get(`/FrontPage?action=AttachFile&do=get&target=${encodeURIComponent('hällo wörld_.txt')}`)
    expect(file.status).toBe(200)
    expect(file.text).toBe(readFileSync(join(dataDir, 'pages/FrontPage/attachments/hällo wörld_.txt'), 'utf8'))
  })

  it.each(['UserSsha', 'UserSha', 'UserApr1', 'UserMd5', 'UserDes', 'UserPasslib', 'Admin'])(
    'lets %s log in with the old password, now kept by scrypt',
    // One of them was hashed 656,000 times over.
    { timeout: 60_000 },
    async (name) => {
      await host.signedIn(name, 'correct horse')
      const record = await host.wiki.parts.users.byName(name)
      expect(record?.password).toMatch(/^\$scrypt\$/)
      // Once more, against the new hash.
      await host.signedIn(name, 'correct horse')
    },
  )

  it('refuses the disabled account', async () => {
    await expect(host.signedIn('Jörg Müller', 'pässwörd')).rejects.toThrow('could not sign in')
  })

  it('leaves every file of MoinMoin as it was, but for pages that were edited and the logs that say so', async () => {
    const before = digests(dataDir)
    await host.signedIn('UserSsha', 'correct horse')
    const editor = await host.signedIn('UserDes', 'correct horse')
    await editor.get('/FrontPage')
    const saved = await editor.submit(
      '/FrontPage?action=edit',
      { savetext: 'New words.\n', comment: 'edited here', button_save: 'Save' },
      { follow: false },
    )
    expect(saved.status).toBe(303)
    // Views are counted in a file of our own, written when the wiki closes at the latest.
    await host.wiki.parts.hits.flush()
    const changed = [...digests(dataDir)]
      .filter(([file, digest]) => before.has(file) && before.get(file) !== digest)
      .map(([file]) => file)
    expect(changed.sort()).toEqual(['edit-log', 'pages/FrontPage/current', 'pages/FrontPage/edit-log'])
    // What was added where MoinMoin looks is what MoinMoin would have added.
    const added = [...digests(dataDir).keys()].filter(
      (file) => !before.has(file) && !/^(cache|servus|servus-secret|user\/servus|user\/cache)(\/|$)|\/\.[^/]*$/.test(file),
    )
    expect(added).toEqual(['pages/FrontPage/revisions/00000004'])
    expect(readFileSync(join(dataDir, 'pages/FrontPage/current'), 'utf8')).toBe('00000004\n')
    expect(readFileSync(join(dataDir, 'edit-log'), 'utf8').trimEnd().split('\n').at(-1)?.split('\t').slice(1, 4)).toEqual([
      '00000004',
      'SAVE',
      'FrontPage',
    ])
  })
})

function digests(folder: string, base = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of readdirSync(join(folder, base))) {
    const path = base === '' ? name : `${base}/${name}`
    if (statSync(join(folder, path)).isDirectory()) for (const [file, digest] of digests(folder, path)) found.set(file, digest)
    else
      found.set(
        path,
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      )
  }
  return found
}
