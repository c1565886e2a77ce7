import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { parseQuery } from '../../core/search/query.ts'
import { MiniWordIndex } from '../../core/search/word-index.ts'
import { queryWords, wordsOf } from '../../core/search/words.ts'

const pages = {
  GardenPlan: 'A plan with *roses*, tools and C++ code. [[Tokyo]]\n----\nCategoryGarden\n',
  GardenDiary: "Rain today. '''Exact''' words matter here, roses do not.\n",
  Tokyo: '#language ja\n東京都庁は新宿にある。\n',
  Thai: 'ภาษาไทยเป็นภาษาที่สวยงาม\n',
  Beijing: '我们在北京大学学习中文。\n',
  Secret: '#acl Ada:read\nroses in secret, [[Tokyo]]\n',
}

describe('full-text search', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await createTestHost({ pages, users: { Ada: 'correct horse' } })
  })
  afterAll(() => host.close())

  const search = (query: string, options = {}) =>
    host.wiki.parts.search.search(query, host.wiki.parts.accounts.anonymous().may, options)
  const found = async (query: string, options = {}) =>
    (await search(query, options)).results
      .map(({ page }) => page)
      .filter((page) => page in pages)
      .sort()

  it.each([
    ['roses', ['GardenDiary', 'GardenPlan']],
    ['ROSES', ['GardenDiary', 'GardenPlan']],
    ['ros', ['GardenDiary', 'GardenPlan']],
    ['roses -rain', ['GardenPlan']],
    ['rain or tools', ['GardenDiary', 'GardenPlan']],
    ['roses (rain or nothing)', ['GardenDiary']],
    ['"exact words"', ['GardenDiary']],
    ['"words exact"', []],
    ['case:Rain', ['GardenDiary']],
    ['case:rain', []],
    ['title:diary', ['GardenDiary']],
    ['t:case:diary', []],
    ['title:regex:^Garden', ['GardenDiary', 'GardenPlan']],
    ['regex:roses\\W', ['GardenDiary', 'GardenPlan']],
    ['category:CategoryGarden', ['GardenPlan']],
    ['linkto:Tokyo', ['GardenPlan']],
    ['language:ja', ['Tokyo']],
    ['C++', ['GardenPlan']],
    ['garden', ['GardenDiary', 'GardenPlan']],
    ['東京', ['Tokyo']],
    ['都庁', ['Tokyo']],
    ['新宿', ['Tokyo']],
    ['北京', ['Beijing']],
    ['学习', ['Beijing']],
    ['ภาษา', ['Thai']],
    ['nothing-like-this', []],
  ])('finds %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it('neither shows nor counts what the reader may not read', async () => {
    const { may } = host.wiki.parts.accounts.anonymous()
    expect((await search('secret')).results.map(({ page }) => page)).not.toContain('Secret')
    const everyones = await search('roses')
    const all = await host.wiki.parts.search.search('roses', { read: async () => true })
    expect(all.count).toBe(everyones.count + 1)
    expect((await host.wiki.parts.search.search('"in secret"', may)).count).toBe(0)
  })

  it('marks what was found, in titles and in snippets without markup', async () => {
    const { results } = await search('exact', { snippets: true })
    const diary = results.find(({ page }) => page === 'GardenDiary')
    expect(diary?.snippets.flat().filter(({ mark }) => mark)).toEqual([{ text: 'Exact', mark: true }])
    expect(
      diary?.snippets
        .flat()
        .map(({ text }) => text)
        .join(''),
    ).not.toContain("'''")
  })

  it('knows a page as soon as it is saved, and no longer when it is gone', async () => {
    const author = { userId: '', address: '', host: '' }
    await host.wiki.store.save('Fresh', { text: 'brandnewword', base: 0, author })
    expect((await search('brandnewword')).results.map(({ page }) => page)).toEqual(['Fresh'])
    await host.wiki.store.save('Fresh', { text: 'otherword', base: 1, author })
    expect((await search('brandnewword')).count).toBe(0)
    expect((await search('otherword')).count).toBe(1)
    await host.wiki.store.save('Fresh', { text: null, base: 2, author })
    expect((await search('otherword')).count).toBe(0)
  })

  it('minds a right that was taken away a moment ago', async () => {
    const author = { userId: '', address: '', host: '' }
    await host.wiki.store.save('Opened', { text: 'gatekeeper', base: 0, author })
    const browser = host.browser()
    const title = 'href="/Opened"'
    expect((await browser.get('/?action=fullsearch&value=gatekeeper')).text).toContain(title)
    await host.wiki.store.save('Opened', { text: '#acl Ada:read\ngatekeeper', base: 1, author })
    expect((await browser.get('/?action=fullsearch&value=gatekeeper')).text).not.toContain(title)
    await host.wiki.store.save('Opened', { text: 'gatekeeper again', base: 2, author })
    expect((await browser.get('/?action=fullsearch&value=gatekeeper')).text).toContain(title)
  })

  it('says what is wrong with a pattern, and stops one that never ends', async () => {
    expect((await search('regex:[')).problem).toContain('is no regular expression')
    await host.wiki.store.save('Trap', { text: `${'a'.repeat(5000)}!`, base: 0, author: { userId: '', address: '', host: '' } })
    expect((await search('regex:(a+)+$')).problem).toContain('takes too long')
  })

  it('reads no text and tries no pattern on a page that the reader may not read', async () => {
    const { store, search: forReaders, accounts } = host.wiki.parts
    const author = { userId: '', address: '', host: '' }
    await store.save(`${'b'.repeat(100)}Hidden`, { text: `#acl Ada:read\n${'b'.repeat(5000)}!`, base: 0, author })
    const ada = { read: async () => true }
    const read = store.read
    const texts: string[] = []
    store.read = (name, revision) => {
      texts.push(name)
      return read.call(store, name, revision)
    }
    try {
      for (const query of [
        'regex:(b+)+$',
        'title:regex:(b+)+$',
        'linkto:regex:(b+)+$',
        'regex:roses.in.se[c]ret',
        '"roses in secret"',
      ]) {
        // Whatever was found for somebody else says nothing either.
        const theirs = await forReaders.search(query, ada)
        expect([query, theirs.problem !== '' || theirs.count > 0]).toEqual([query, true])
        texts.length = 0
        const { problem, count } = await forReaders.search(query, accounts.anonymous().may)
        expect([query, problem, count]).toEqual([query, '', 0])
        expect(texts.filter((name) => name === 'Secret' || name.endsWith('Hidden'))).toEqual([])
      }
    } finally {
      store.read = read
    }
  })

  it('stands any query', async () => {
    const spice = fc.constantFrom(
      '"',
      "'",
      '(',
      ')',
      '-',
      ':',
      'or',
      'title:',
      'regex:',
      'case:',
      'linkto:',
      ' ',
      '漢',
      'a',
      '*',
      '[',
      '\\',
      '__proto__',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(spice, { maxLength: 12 }).map((parts) => parts.join('')),
        ),
        async (query) => {
          expect((await search(query, { snippets: true })).count).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 150 },
    )
  }, 60_000)

  it('reads brackets and signs in any depth in time', () => {
    for (const text of ['('.repeat(100_000), '-'.repeat(100_000), 'or '.repeat(50_000), 'title:'.repeat(20_000)])
      parseQuery(text, { titles: false, caseSensitive: false })
  })

  it('looks once for what many ask, and again when a page has changed', async () => {
    const { store, search, accounts } = host.wiki.parts
    const { may } = accounts.anonymous()
    let reads = 0
    const read = store.read
    store.read = (name, revision) => {
      reads++
      return read.call(store, name, revision)
    }
    try {
      const ask = async (): Promise<number> => {
        const { problem, count } = await search.search('regex:kept.?words', may)
        expect(problem).toBe('')
        return count
      }
      const readsOfOne = async (): Promise<number> => {
        reads = 0
        expect(await ask()).toBe(0)
        return reads
      }
      expect(await readsOfOne()).toBeGreaterThan(0)
      // The news of what earlier tests changed may still be on its way, and makes it look again.
      await expect.poll(readsOfOne, { timeout: 10_000 }).toBe(0)
      await store.save('Kept', { text: 'kept words', base: 0, author: { userId: '', address: '', host: '' } })
      expect(await ask()).toBe(1)
    } finally {
      store.read = read
    }
  })

  it('shows results in the browser', async () => {
    const { text } = await host.browser().get('/?action=fullsearch&value=exact+words')
    expect(text).toContain('<mark>Exact</mark>')
    const ada = await host.signedIn('Ada', 'correct horse')
    expect((await ada.get('/?action=fullsearch&value=secret')).text).toContain('/Secret')
    expect((await host.browser().get('/?action=fullsearch&value=secret')).text).not.toContain('href="/Secret"')
  })
})

describe('the index', () => {
  it('survives a restart and then reads only what has changed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'servus-index-'))
    const author = { userId: '', address: '', host: '' }
    try {
      const many = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`Page${at}`, `quuxword word${at}`]))
      const first = await createTestHost({ dataDir, pages: many })
      await first.wiki.parts.search.index.update()
      const file = join(dataDir, 'cache/servus/search.jsonl')
      await expect.poll(() => statSync(file, { throwIfNoEntry: false })?.size ?? 0, { timeout: 15_000 }).toBeGreaterThan(0)
      await first.wiki.store.save('Page7', { text: 'changed quuxnew', base: 1, author })
      await first.close()

      const second = await createTestHost({ dataDir })
      const { search, accounts } = second.wiki.parts
      const read: string[] = []
      const { store } = second.wiki.parts
      const original = store.read.bind(store)
      store.read = (name, revision) => {
        read.push(name)
        return original(name, revision)
      }
      await search.index.update()
      expect(read).toEqual(['Page7'])
      const { may } = accounts.anonymous()
      expect((await search.search('quuxword', may)).count).toBe(599)
      expect((await search.search('quuxnew', may)).results.map(({ page }) => page)).toEqual(['Page7'])
      expect((await search.search('word7', may, { limit: 1000 })).results.map(({ page }) => page)).not.toContain('Page7')
      await second.close()
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  }, 60_000)

  it('is made after the first page of a wiki that is served, before anybody searches', async () => {
    const served = await createTestHost({ pages: { Words: 'quuxword' } })
    try {
      const { search } = served.wiki.parts
      search.warmAfterFirstPage(0)
      expect(search.index.entries.size).toBe(0)
      await served.browser().get('/Words')
      await expect.poll(() => search.index.entries.has('Words'), { timeout: 10_000 }).toBe(true)
    } finally {
      await served.close()
    }
  })

  it('answers while a page is only half in it', () => {
    const index = new MiniWordIndex()
    const between = Array.from({ length: 30 }, (_, i) => `fruit${i}`)
    const putting = index.put('Page', [], ['apple', ...between, 'pear'])[Symbol.iterator]()
    putting.next()
    expect([...index.find(['apple']).keys()]).toEqual(['Page'])
    expect(index.find(['pear']).size).toBe(0)
    for (let step = putting.next(); !step.done; ) step = putting.next()
    expect([...index.find(['pear']).keys()]).toEqual(['Page'])
  })

  it('cuts texts into words of all languages', () => {
    expect(wordsOf('The WikiName and snake_case.')).toEqual([
      'the',
      'wikiname',
      'wiki',
      'name',
      'and',
      'snake_case',
      'snake',
      'case',
    ])
    expect(wordsOf('東京へ')).toContain('東京')
    expect(queryWords('東京都')).toEqual(['東京', '京都'])
  })
})
