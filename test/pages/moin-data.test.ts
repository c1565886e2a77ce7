import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ann, copyOfMoinData, moinData, openStore } from './data-folder.ts'

describe.skipIf(moinData === null)('a data directory that MoinMoin has written', () => {
  it('shows every page', async () => {
    const { store } = openStore({ dataFolder: copyOfMoinData() })
    expect(await store.names()).toEqual([
      'EditorGroup',
      'FrontPage',
      'New Name (v2)',
      'OtherGroup',
      'Some Page/Süb Page',
      'TestDict',
    ])
    expect(await store.read('FrontPage')).toBe('= Welcome =\nfirst\n')
    expect(await store.read('FrontPage', 2)).toContain('second')
    expect(await store.read('Some Page/Süb Page')).toContain('#acl ')
    expect(await store.state('ToDelete')).toMatchObject({ exists: false, deleted: true, revision: 2 })
    expect(await store.state('MissingPage')).toMatchObject({ exists: false, deleted: false, revision: 0 })
  })

  it('keeps its history: a revert, a rename, a deletion', async () => {
    const { store } = openStore({ dataFolder: copyOfMoinData() })
    const [revert, second, first] = await store.history('FrontPage')
    expect(revert).toMatchObject({ revision: 3, action: 'SAVE/REVERT', extra: '00000001', comment: 'revert it', size: 20 })
    expect(revert?.time.toISOString()).toBe('2026-11-21T04:11:58.958Z')
    expect(second).toMatchObject({ revision: 2, action: 'SAVE', comment: 'second' })
    expect(first).toMatchObject({ revision: 1, action: 'SAVENEW', author: { userId: '1795234315.85.58883' } })
    expect(await store.history('New Name (v2)')).toMatchObject([
      { revision: 2, action: 'SAVE/RENAME', extra: 'OldName' },
      { revision: 1, action: 'SAVENEW' },
    ])
    expect(await store.history('ToDelete')).toMatchObject([
      { revision: 2, size: null, comment: 'gone' },
      { revision: 1, size: 5 },
    ])
    const changes = []
    for await (const change of store.changes()) changes.push(change)
    expect(changes).toHaveLength(14)
    expect(changes[0]).toMatchObject({ page: 'FrontPage', action: 'ATTDEL', extra: 'gone.txt' })
  })

  it('lists and sends its attachments', async () => {
    const { store } = openStore({ dataFolder: copyOfMoinData() })
    const [file] = await store.attachments('FrontPage')
    expect(file?.name.normalize('NFC')).toBe('hällo wörld_.txt')
    expect(await store.attachment('FrontPage', file?.name ?? '')).toMatchObject({ size: file?.size })
  })

  it('stays as it was where nothing was done to it', async () => {
    const data = copyOfMoinData()
    const before = filesIn(data)
    const { store } = openStore({ dataFolder: data })
    await store.names()
    await store.read('FrontPage')
    await store.save('FrontPage', { text: 'new', base: 3, author: ann })
    await store.save('ToDelete', { text: 'back', base: 2, author: ann })
    await store.rename('TestDict', 'TestDict2', { author: ann })
    await store.close()
    const after = filesIn(data)
    for (const [file, text] of before) {
      if (/^pages\/TestDict\/|\/current$/.test(file)) continue
      // Logs only grow.
      if (file.endsWith('edit-log')) expect(after.get(file)?.startsWith(text), file).toBe(true)
      else expect(after.get(file), file).toBe(text)
    }
    const added = [...after.keys()].filter((file) => !before.has(file) && !file.includes('TestDict2')).sort()
    expect(added).toEqual([
      'cache/servus/names.json',
      'pages/FrontPage/.current-spare',
      'pages/FrontPage/revisions/00000004',
      'pages/ToDelete/.current-spare',
      'pages/ToDelete/revisions/00000003',
    ])
    expect(existsSync(join(data, 'event-log'))).toBe(true)
  })
})

function filesIn(folder: string, below = ''): Map<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(join(folder, below))) {
    const path = join(below, entry)
    if (statSync(join(folder, path)).isDirectory()) for (const [file, text] of filesIn(folder, path)) files.set(file, text)
    else files.set(path, readFileSync(join(folder, path), 'latin1'))
  }
  return files
}
