import { describe, expect, it } from 'vitest'
import type { PageStore } from '../api/page-store.ts'
import type { Author, Change } from '../api/page.ts'

/**
 * The conformance suite of page stores: run it in a test file of your own. `open` gives a store on fresh, empty data;
 * `reopen` a second one on the same data, as another process would see it.
 */
export function describePageStore(name: string, open: () => Promise<{ store: PageStore; reopen(): Promise<PageStore> }>): void {
  describe(`${name} as a page store`, () => {
    it('answers for a page that was never written', async () => {
      const { store } = await open()
      for (const name of ['Nobody Knows', '', '../../etc/passwd', '__proto__', '日'.repeat(300)]) {
        expect(await store.state(name)).toMatchObject({ exists: false, revision: 0, deleted: false, size: 0, modified: null })
        expect(await store.read(name)).toBeNull()
        expect(await store.read(name, 1)).toBeNull()
        expect(await store.history(name)).toEqual([])
        expect(await store.attachments(name)).toEqual([])
        expect(await store.attachment(name, 'x.txt')).toBeNull()
        expect(await store.lock(name)).toBeNull()
      }
      expect(await store.names()).toEqual([])
      expect(await all(store.changes())).toEqual([])
    })

    it('keeps a page and its revisions, for every reader', async () => {
      const { store, reopen } = await open()
      const time = new Date(1_700_000_000_000)
      const first = await store.save('Süß/Sub Page', { text: 'one\n', base: 0, author: ann, comment: 'begun', time })
      expect(first).toEqual({ status: 'saved', revision: 1 })
      expect(await store.save('Süß/Sub Page', { text: 'two\n', base: 1, author: bob })).toEqual({ status: 'saved', revision: 2 })
      for (const view of [store, await reopen()]) {
        expect(await view.state('Süß/Sub Page')).toMatchObject({ exists: true, revision: 2, deleted: false, underlay: false })
        expect(await view.read('Süß/Sub Page')).toBe('two\n')
        expect(await view.read('Süß/Sub Page', 1)).toBe('one\n')
        expect(await view.read('Süß/Sub Page', 3)).toBeNull()
        expect(await view.names()).toEqual(['Süß/Sub Page'])
        const history = await view.history('Süß/Sub Page')
        expect(history.map(({ revision, action, author }) => [revision, action, author.userId])).toEqual([
          [2, 'SAVE', 'bob'],
          [1, 'SAVENEW', 'ann'],
        ])
        expect(history[1]).toMatchObject({ time, comment: 'begun', extra: '', author: ann })
      }
    })

    it('stores lines with LF and one line end at the end', async () => {
      const { store } = await open()
      await store.save('Lines', { text: 'a\r\nb\rc\u2028d\n\n\n', base: 0, author: ann })
      expect(await store.read('Lines')).toBe('a\nb\nc\nd\n')
      await store.save('Empty', { text: '\n', base: 0, author: ann })
      expect(await store.state('Empty')).toMatchObject({ exists: true, size: 0 })
      expect(await store.read('Empty')).toBe('')
    })

    it('refuses a save that started from another revision, and tells the one that is', async () => {
      const { store } = await open()
      await store.save('Page', { text: 'one', base: 0, author: ann })
      await store.save('Page', { text: 'two', base: 1, author: ann })
      for (const base of [0, 1, 3]) {
        const result = await store.save('Page', { text: 'mine', base, author: bob })
        expect(result).toMatchObject({ status: 'conflict', current: { revision: 2, exists: true } })
      }
      expect(await store.read('Page')).toBe('two\n')
    })

    it('makes no revision of an equal text', async () => {
      const { store } = await open()
      await store.save('Page', { text: 'same\n', base: 0, author: ann })
      expect(await store.save('Page', { text: 'same\r\n\r\n', base: 1, author: bob })).toEqual({
        status: 'unchanged',
        revision: 1,
      })
      // The same form sent twice is no conflict.
      expect(await store.save('Page', { text: 'same', base: 0, author: ann })).toEqual({ status: 'unchanged', revision: 1 })
      expect(await store.history('Page')).toHaveLength(1)
    })

    it('lets exactly one of many writers at the same time win a revision', async () => {
      const { store, reopen } = await open()
      const other = await reopen()
      for (let base = 0; base < 5; base++) {
        const saves = Array.from({ length: 8 }, (_, at) =>
          (at % 2 ? store : other).save('Page', { text: `${base} by ${at}`, base, author: ann }),
        )
        const results = await Promise.all(saves)
        const winners = results.flatMap((result, at) => (result.status === 'saved' ? [{ ...result, at }] : []))
        expect(winners).toHaveLength(1)
        expect(winners[0]?.revision).toBe(base + 1)
        expect(await store.read('Page')).toBe(`${base} by ${winners[0]?.at}\n`)
        for (const result of results) if (result.status === 'conflict') expect(result.current.revision).toBe(base + 1)
      }
      expect((await store.history('Page')).map(({ revision }) => revision)).toEqual([5, 4, 3, 2, 1])
      expect(await all(store.changes())).toHaveLength(5)
    })

    it('deletes a page, keeps its history, and lets it come back', async () => {
      const { store } = await open()
      await store.save('Page', { text: 'one', base: 0, author: ann })
      expect(await store.save('Page', { text: null, base: 0, author: bob })).toMatchObject({ status: 'conflict' })
      const deletion = await store.save('Page', { text: null, base: 1, author: bob, comment: 'gone' })
      expect(deletion).toEqual({ status: 'saved', revision: 2 })
      expect(await store.state('Page')).toMatchObject({ exists: false, deleted: true, revision: 2, size: 0 })
      expect(await store.read('Page')).toBeNull()
      expect(await store.read('Page', 1)).toBe('one\n')
      expect(await store.names()).toEqual([])
      expect((await store.history('Page'))[0]).toMatchObject({ revision: 2, action: 'SAVE', size: null, comment: 'gone' })
      expect(await store.save('Page', { text: null, base: 2, author: bob })).toEqual({ status: 'unchanged', revision: 2 })
      expect(await store.save('Page', { text: 'again', base: 2, author: ann })).toEqual({ status: 'saved', revision: 3 })
      expect(await store.names()).toEqual(['Page'])
    })

    it('renames a page with its history and attachments', async () => {
      const { store, reopen } = await open()
      await store.save('Old', { text: 'words', base: 0, author: ann })
      await store.attach('Old', 'a.txt', Buffer.from('a'), ann)
      await store.save('Taken', { text: 'x', base: 0, author: ann })
      expect(await store.names()).toEqual(['Old', 'Taken'])
      expect(await store.rename('Old', 'Taken', { author: bob })).toBe(false)
      expect(await store.rename('Nobody Knows', 'New', { author: bob })).toBe(false)
      expect(await store.rename('Old', 'New', { author: bob, comment: 'better' })).toBe(true)
      for (const view of [store, await reopen()]) {
        expect(await view.state('Old')).toMatchObject({ exists: false })
        expect(await view.names()).toEqual(['New', 'Taken'])
        expect(await view.read('New')).toBe('## page was renamed from Old\nwords\n')
        expect((await view.attachments('New')).map(({ name }) => name)).toEqual(['a.txt'])
        const [newest, ...older] = await view.history('New')
        expect(newest).toMatchObject({ revision: 2, action: 'SAVE/RENAME', extra: 'Old', comment: 'better', author: bob })
        expect(older.map(({ revision }) => revision)).toEqual([1])
      }
    })

    it('does not rename onto the history of a deleted page', async () => {
      const { store } = await open()
      await store.save('Page', { text: 'x', base: 0, author: ann })
      await store.save('Gone', { text: 'x', base: 0, author: ann })
      await store.save('Gone', { text: null, base: 1, author: ann })
      expect(await store.rename('Page', 'Gone', { author: ann })).toBe(false)
      expect(await store.read('Gone', 1)).toBe('x\n')
    })

    it('pages through a history', async () => {
      const { store } = await open()
      for (let base = 0; base < 5; base++) {
        await store.save('Page', { text: `${base}`, base, author: ann })
        await store.attach('Page', `${base}.txt`, Buffer.from('x'), ann)
      }
      const numbers = async (options: Parameters<PageStore['history']>[1]) =>
        (await store.history('Page', options)).map(({ revision, extra }) => extra || revision)
      expect(await numbers({ limit: 2 })).toEqual([5, 4])
      expect(await numbers({ limit: 2, before: 4 })).toEqual([3, 2])
      expect(await numbers({ before: 1 })).toEqual([])
      expect(await numbers({ limit: 0 })).toEqual([])
      expect(await numbers({ limit: 4, attachments: true })).toEqual(['4.txt', 5, '3.txt', 4])
      expect(await numbers({ limit: 4, attachments: true, before: 4 })).toEqual(['2.txt', 3, '1.txt', 2])
    })

    it('tells all changes, newest first, and those since a moment', async () => {
      const { store } = await open()
      for (const [at, name] of ['A', 'B', 'C'].entries()) {
        await store.save(name, { text: name, base: 0, author: ann, time: new Date(1_700_000_000_000 + at * 600_000) })
      }
      expect((await all(store.changes())).map(({ page }) => page)).toEqual(['C', 'B', 'A'])
      const since = new Date(1_700_000_600_000)
      expect((await all(store.changes({ since }))).map(({ page }) => page)).toEqual(['C', 'B'])
    })

    it('keeps comments of 201 characters, on one line, and drops longer ones', async () => {
      const { store } = await open()
      const comments = ['tab\there\nand there  ', 'x'.repeat(201), 'x'.repeat(202)]
      for (const [base, comment] of comments.entries()) await store.save('Page', { text: `${base}`, base, author: ann, comment })
      const kept = (await store.history('Page')).map(({ comment }) => comment)
      expect(kept).toEqual(['', 'x'.repeat(201), 'tab here and there'])
    })

    it('shows by its stamp that anything has changed, and tells what', async () => {
      const { store, reopen } = await open()
      const other = await reopen()
      const seen = [other.stamp()]
      const start = seen[0] ?? ''
      const steps: (() => Promise<unknown>)[] = [
        () => store.save('A', { text: 'a', base: 0, author: ann }),
        () => store.save('B', { text: 'b', base: 0, author: ann }),
        () => store.save('A', { text: null, base: 1, author: ann }),
        () => store.rename('B', 'C', { author: ann }),
        () => store.attach('D', 'x', Buffer.from('x'), ann),
        () => store.detach('D', 'x', ann),
      ]
      for (const step of steps) {
        await step()
        expect(seen).not.toContain(other.stamp())
        seen.push(other.stamp())
      }
      expect(new Set(await other.changedSince(start))).toEqual(new Set(['A', 'B', 'C', 'D']))
      expect(await other.changedSince(seen[5] ?? '')).toEqual(['D'])
      expect(await other.changedSince(other.stamp())).toEqual([])
      expect(await other.changedSince('a stamp of another store')).toBeNull()
    })

    it('keeps attachments, whole and in parts', async () => {
      const { store, reopen } = await open()
      await store.save('Page', { text: 'x', base: 0, author: ann })
      expect(await store.attach('Page', 'hällo: wörld?.txt', Buffer.from('0123456789'), ann)).toBe('saved')
      expect(await store.attach('Page', 'hällo_ wörld_.txt', Buffer.from('other'), ann)).toBe('exists')
      for (const view of [store, await reopen()]) {
        expect(await view.attachments('Page')).toMatchObject([{ name: 'hällo_ wörld_.txt', size: 10 }])
        const file = await view.attachment('Page', 'hällo_ wörld_.txt')
        expect(file?.size).toBe(10)
        expect(await bytes(file?.open())).toBe('0123456789')
        expect(await bytes(file?.open({ start: 2, end: 4 }))).toBe('234')
      }
      expect(await store.attach('Page', 'hällo_ wörld_.txt', Buffer.from('new'), ann, { overwrite: true })).toBe('saved')
      expect(await bytes((await store.attachment('Page', 'hällo_ wörld_.txt'))?.open())).toBe('new')
      expect(await store.detach('Page', 'hällo_ wörld_.txt', bob)).toBe(true)
      expect(await store.detach('Page', 'hällo_ wörld_.txt', bob)).toBe(false)
      expect(await store.attachments('Page')).toEqual([])
      const [last] = await store.history('Page', { attachments: true })
      expect(last).toMatchObject({ action: 'ATTDEL', extra: 'hällo_ wörld_.txt', author: bob })
    })

    it('opens and removes nothing outside the attachments of a page', async () => {
      const { store } = await open()
      await store.save('Page', { text: 'x', base: 0, author: ann })
      await store.attach('Page', 'a', Buffer.from('x'), ann)
      for (const file of ['../current', '..', '.', '', '../../Page/current', '/etc/passwd', 'a/../a', 'a\0', '..\\current']) {
        expect(await store.attachment('Page', file)).toBeNull()
        expect(await store.detach('Page', file, ann)).toBe(false)
      }
      await store.attach('Page', '../../evil', Buffer.from('x'), ann)
      expect((await store.attachments('Page')).map(({ name }) => name)).toEqual(['.._.._evil', 'a'])
      await expect(store.attach('Page', '..', Buffer.from('x'), ann)).rejects.toMatchObject({ code: 'bad-attachment-name' })
    })

    it('keeps who edits a page', async () => {
      const { store, reopen } = await open()
      const lock = { time: new Date(1_700_000_000_000), author: ann }
      await store.setLock('Page', lock)
      for (const view of [store, await reopen()]) expect(await view.lock('Page')).toEqual(lock)
      expect(await store.state('Page')).toMatchObject({ exists: false })
      await store.setLock('Page', null)
      expect(await store.lock('Page')).toBeNull()
    })

    it('refuses names that cannot be stored', async () => {
      const { store } = await open()
      await expect(store.save('', { text: 'x', base: 0, author: ann })).rejects.toMatchObject({ code: 'bad-page-name' })
      const long = 'ü'.repeat(128)
      await expect(store.save(long, { text: 'x', base: 0, author: ann })).rejects.toMatchObject({
        code: 'page-name-too-long',
        status: 400,
      })
    })

    it('sorts names by code points', async () => {
      const { store } = await open()
      const sorted = ['A', 'B', 'a', 'Ä', '日', '\u{ff0c}', '\u{1f600}']
      for (const name of [...sorted].reverse()) await store.save(name, { text: 'x', base: 0, author: ann })
      expect(await store.names()).toEqual(sorted)
    })
  })
}

const ann: Author = { userId: 'ann', address: '127.0.0.1', host: 'localhost' }
const bob: Author = { userId: 'bob', address: '::1', host: '::1' }

async function all(changes: AsyncIterable<Change>): Promise<Change[]> {
  const list: Change[] = []
  for await (const change of changes) list.push(change)
  return list
}

async function bytes(stream: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
