import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MoinPageStore } from '../../core/pages/moin-page-store.ts'
import { PageLinks } from '../../core/pages/page-links.ts'
import { PageNames } from '../../core/pages/page-names.ts'
import { ann, openStore, temporaryFolder } from './data-folder.ts'

describe('the links between pages', () => {
  it('are found in both directions', async () => {
    const { store, links } = await open()
    await write(store, 'A', '[[B]] [[C]] [[B]]')
    await write(store, 'B', '[[C]]')
    expect(await links.links('A')).toEqual(['B', 'C'])
    expect(await links.backlinks('C')).toEqual(['A', 'B'])
    expect(await links.backlinks('Nobody')).toEqual([])
    expect(await links.links('Nobody')).toEqual([])
  })

  it('follow every change, whoever makes it', async () => {
    const { store, data, links } = await open()
    await write(store, 'A', '[[X]]')
    expect(await links.backlinks('X')).toEqual(['A'])
    const other = openStore({ dataFolder: data }).store
    await write(other, 'B', '[[X]]')
    await write(other, 'A', '[[Y]]')
    expect(await links.backlinks('X')).toEqual(['B'])
    expect(await links.backlinks('Y')).toEqual(['A'])
    await other.rename('B', 'C', { author: ann })
    expect(await links.backlinks('X')).toEqual(['C'])
    await write(other, 'C', null)
    expect(await links.backlinks('X')).toEqual([])
  })

  it('need one text for one page, and each text once for all', async () => {
    const { store, links, read } = await open()
    for (const name of ['A', 'B', 'C']) await write(store, name, '[[X]]')
    expect(await links.links('B')).toEqual(['X'])
    expect(read).toEqual(['B'])
    await links.backlinks('X')
    expect(read).toEqual(['B', 'A', 'C'])
    await links.backlinks('X')
    await write(store, 'B', '[[Y]]')
    await links.backlinks('Y')
    expect(read).toEqual(['B', 'A', 'C', 'B'])
  })

  it('survive a restart, and are made anew when the index cannot be used', async () => {
    const { store, links, indexFile } = await open()
    for (const name of ['A', 'B']) await write(store, name, '[[X]]')
    await links.backlinks('X')
    await links.close()
    expect(existsSync(indexFile)).toBe(true)
    await write(store, 'C', '[[X]]')
    const again = reopen(store, indexFile)
    expect(await again.links.backlinks('X')).toEqual(['A', 'B', 'C'])
    expect(again.read).toEqual(['C'])

    const changedParser = reopen(store, indexFile, '2')
    expect(await changedParser.links.backlinks('X')).toEqual(['A', 'B', 'C'])
    expect(changedParser.read).toHaveLength(3)

    for (const damage of [
      '',
      '{}',
      '{"version":"1 ","stamp":"no","pages":[["A"]]}',
      '{"version":"1 ","stamp":"no","pages":[["Z","","X"]]}',
    ]) {
      writeFileSync(indexFile, damage)
      expect(await reopen(store, indexFile).links.backlinks('X')).toEqual(['A', 'B', 'C'])
    }
  })

  it('of help pages change with the program', async () => {
    const help = temporaryFolder()
    writeFileSync(join(help, 'Help.wiki'), '[[X]]')
    const { store, links, indexFile } = await open([help])
    expect(await links.backlinks('X')).toEqual(['Help'])
    await links.close()
    writeFileSync(join(help, 'Help.wiki'), '[[Other Page]]')
    const again = reopen(store, indexFile)
    expect(await again.links.backlinks('X')).toEqual([])
    expect(await again.links.backlinks('Other Page')).toEqual(['Help'])
  })
})

describe('the names of pages', () => {
  it('can be asked at once after loading', async () => {
    const { store } = await open()
    const names = new PageNames(store)
    await write(store, 'A', 'x')
    expect(names.has('A')).toBe(false)
    await names.load()
    expect([names.has('A'), names.has('B'), names.stamp]).toEqual([true, false, store.stamp()])
    await write(store, 'B', 'x')
    await write(store, 'A', null)
    await names.load()
    expect([names.has('A'), names.has('B'), names.all]).toEqual([false, true, ['B']])
  })
})

async function open(underlays: string[] = []) {
  const { store, data } = openStore({ underlays })
  const indexFile = join(data, 'cache', 'servus', 'links.json')
  return { store, data, indexFile, ...reopen(store, indexFile) }
}

function reopen(store: MoinPageStore, indexFile: string, version?: string) {
  const read: string[] = []
  const linksOf = (text: string, name: string) => {
    read.push(name)
    return [...text.matchAll(/\[\[(.*?)\]\]/g)].map((match) => match[1] ?? '')
  }
  return { links: new PageLinks({ store, linksOf, indexFile, version }), read }
}

async function write(store: MoinPageStore, name: string, text: string | null): Promise<void> {
  const { revision } = await store.state(name)
  const result = await store.save(name, { text, base: revision, author: ann })
  expect(result.status).toBe('saved')
}
