import { createHash } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ann, openStore, temporaryFolder } from './data-folder.ts'

const time = new Date(1_700_000_000_123)

describe('the files of a page', () => {
  it("are MoinMoin's, byte for byte", async () => {
    const { store, data } = openStore()
    await store.save('A b', { text: '= Head =\nzwölf\n', base: 0, author: ann, comment: 'first', time })
    const page = join(data, 'pages', 'A(20)b')
    expect(readdirSync(page).sort()).toEqual(['current', 'edit-log', 'revisions'])
    expect(readFileSync(join(page, 'current'), 'latin1')).toBe('00000001\n')
    expect(readFileSync(join(page, 'revisions', '00000001'), 'utf8')).toBe('= Head =\r\nzwölf\r\n')
    const line = '1700000000123000\t00000001\tSAVENEW\tA(20)b\t127.0.0.1\tlocalhost\t1700000000.11.1\t\tfirst\n'
    expect(readFileSync(join(page, 'edit-log'), 'utf8')).toBe(line)
    expect(readFileSync(join(data, 'edit-log'), 'utf8')).toBe(line)
  })

  it('hold nothing more after many saves than what MoinMoin ignores', async () => {
    const { store, data } = openStore()
    for (let base = 0; base < 10; base++) await store.save('Page', { text: `${base}`, base, author: ann })
    const page = join(data, 'pages', 'Page')
    expect(readdirSync(page).sort()).toEqual(['.current-spare', 'current', 'edit-log', 'revisions'])
    expect(readdirSync(join(page, 'revisions'))).toHaveLength(10)
    expect(statSync(join(page, 'revisions', '00000010')).nlink).toBe(1)
  })

  it('have no file for a deletion, only a number', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'x', base: 0, author: ann })
    await store.save('Page', { text: null, base: 1, author: ann })
    const page = join(data, 'pages', 'Page')
    expect(readFileSync(join(page, 'current'), 'latin1')).toBe('00000002\n')
    expect(readdirSync(join(page, 'revisions'))).toEqual(['00000001'])
  })

  it('write the source of a revert in eight digits', async () => {
    const { store } = openStore()
    await store.save('Page', { text: 'x', base: 0, author: ann })
    await store.save('Page', { text: 'y', base: 1, author: ann })
    await store.save('Page', { text: 'x', base: 2, author: ann, action: 'SAVE/REVERT', extra: '1' })
    expect((await store.history('Page'))[0]).toMatchObject({ revision: 3, action: 'SAVE/REVERT', extra: '00000001' })
  })

  it('are read with carriage returns anywhere, and with letters that are no UTF-8', async () => {
    const { store, data } = openStore()
    const page = makePage(data, 'Page', '00000001\n', { '00000001': Buffer.from('a\r\r\nb\rc\n\xff', 'latin1') })
    expect(existsSync(page)).toBe(true)
    expect(await store.read('Page')).toBe('a\nbc\n\ufffd')
  })

  it.each(['', 'x', '0000000x', '-1', '999999999', '00000001 00000002'])('are no page when current says %j', async (current) => {
    const { store, data } = openStore()
    makePage(data, 'Page', current, { '00000001': 'one\r\n', '00000003': 'three\r\n' })
    expect(await store.state('Page')).toMatchObject({ exists: false, revision: 0 })
    expect(await store.names()).toEqual([])
    expect(await store.read('Page')).toBeNull()
    expect((await store.history('Page')).map(({ revision }) => revision)).toEqual([3, 1])
    expect(await store.save('Page', { text: 'new', base: 0, author: ann })).toEqual({ status: 'saved', revision: 4 })
    expect(await store.read('Page', 3)).toBe('three\n')
  })

  it('may have gaps, a shortened log and a lock of an old crash', async () => {
    const { store, data } = openStore()
    const page = makePage(data, 'Page', '00000009\n', {
      '00000002': 'two\r\n',
      '00000005': 'five\r\n',
      '00000008': '8',
      '00000009': '9',
    })
    writeFileSync(join(page, 'edit-log'), '1700000000000000\t00000005\tSAVE\tPage\t\t\t\t\tkept\nrubbish\n')
    writeFileSync(join(page, 'current-locked'), '')
    writeFileSync(join(page, 'edit-lock'), '')
    expect(await store.state('Page')).toMatchObject({ exists: true, revision: 9 })
    const history = await store.history('Page')
    expect(history.map(({ revision, comment, size }) => [revision, comment, size])).toEqual([
      [9, '', 1],
      [8, '', 1],
      [5, 'kept', 6],
      [2, '', 5],
    ])
    expect(await store.history('Page', { limit: 3, before: 9 })).toEqual(history.slice(1))
    expect(await store.history('Page', { limit: 1, before: 8 })).toEqual(history.slice(2, 3))
    expect(await store.save('Page', { text: 'ten', base: 9, author: ann })).toEqual({ status: 'saved', revision: 10 })
  })

  it('may be a directory with nothing but a cache', async () => {
    const { store, data } = openStore()
    mkdirSync(join(data, 'pages', 'Missing', 'cache'), { recursive: true })
    writeFileSync(join(data, 'pages', 'Missing', 'cache', 'pagelinks'), 'x')
    expect(await store.names()).toEqual([])
    await store.save('Page', { text: 'x', base: 0, author: ann })
    expect(await store.rename('Page', 'Missing', { author: ann })).toBe(true)
  })

  it('move with a page under the hands of a writer, who loses nothing', async () => {
    const { store, data } = openStore()
    const other = openStore({ dataFolder: data }).store
    await store.setLock('Moved 0', { time, author: ann })
    await store.save('Page', { text: 'x', base: 0, author: ann })
    let [name, won] = ['Page', 0]
    for (let round = 0; round < 12; round++) {
      const { revision } = await store.state(name)
      const target = `Moved ${round}`
      const [saved, renamed] = await Promise.all([
        other.save(name, { text: `text ${round}`, base: revision, author: ann }),
        store.rename(name, target, { author: ann }),
      ])
      expect(renamed).toBe(true)
      if (saved.status === 'saved') {
        won++
        expect(await store.read(target, saved.revision)).toBe(`text ${round}\n`)
        expect(await store.read(target)).toBe(`## page was renamed from ${name}\ntext ${round}\n`)
      } else {
        expect(saved).toMatchObject({ status: 'conflict', current: { exists: false } })
      }
      expect(await store.names()).toEqual([target])
      name = target
    }
    expect((await store.history(name)).length).toBeGreaterThanOrEqual(13 + won)
  })

  it('follow an administrator who sets current back, and overwrite nothing', async () => {
    const { store, data } = openStore()
    for (let base = 0; base < 3; base++) await store.save('Page', { text: `${base + 1}`, base, author: ann })
    writeFileSync(join(data, 'pages', 'Page', 'current'), '00000001\n')
    expect(await store.read('Page')).toBe('1\n')
    expect(await store.save('Page', { text: 'on top of 1', base: 1, author: ann })).toEqual({ status: 'saved', revision: 4 })
    expect(await store.read('Page', 3)).toBe('3\n')
  })

  it('take the place of the old current even when a backup holds that by a hard link', async () => {
    const { store, data } = openStore()
    const backup = join(temporaryFolder(), 'current')
    for (let base = 0; base < 3; base++) {
      await store.save('Page', { text: `${base + 1}`, base, author: ann })
      if (base === 0) linkSync(join(data, 'pages', 'Page', 'current'), backup)
    }
    expect(readFileSync(backup, 'latin1')).toBe('00000001\n')
    expect((await store.state('Page')).revision).toBe(3)
  })
})

describe('a claim that its writer did not finish', () => {
  it('is finished by the next one who meets it', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'one', base: 0, author: ann })
    const page = join(data, 'pages', 'Page')
    leaveClaim(page, 'two\r\n')
    expect(await store.read('Page')).toBe('one\n')
    const before = store.stamp()
    const conflict = await store.save('Page', { text: 'mine', base: 1, author: ann })
    expect(conflict).toMatchObject({ status: 'conflict', current: { revision: 2 } })
    expect(await store.read('Page')).toBe('two\n')
    expect(await store.changedSince(before)).toEqual(['Page'])
    expect((await store.history('Page')).map(({ revision }) => revision)).toEqual([2, 1])
    expect(await store.save('Page', { text: 'mine', base: 2, author: ann })).toEqual({ status: 'saved', revision: 3 })
    expect(readdirSync(page).filter((name) => name.startsWith('.draft'))).toEqual([])
  })

  it('is his own when he sends the same text again', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'one', base: 0, author: ann })
    const page = join(data, 'pages', 'Page')
    leaveClaim(page, 'two\r\n')
    expect(await store.save('Page', { text: 'two', base: 1, author: ann })).toEqual({ status: 'unchanged', revision: 2 })
  })

  it('keeps its line when the writer came that far', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'one', base: 0, author: ann })
    const page = join(data, 'pages', 'Page')
    leaveClaim(page, 'two\r\n')
    const log = readFileSync(join(page, 'edit-log'), 'utf8')
    const line = '1700000000000000\t00000002\tSAVE\tPage\t\t\tbob\t\tmine\n'
    writeFileSync(join(page, 'edit-log'), log + line)
    await store.save('Page', { text: 'other', base: 1, author: ann })
    expect((await store.history('Page'))[0]).toMatchObject({ revision: 2, author: { userId: 'bob' }, comment: 'mine' })
    expect(readFileSync(join(data, 'edit-log'), 'utf8').endsWith(line)).toBe(true)
  })

  it('may have been a deletion', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'one', base: 0, author: ann })
    const page = join(data, 'pages', 'Page')
    mkdirSync(join(page, 'revisions', '00000002'))
    expect(await store.read('Page')).toBe('one\n')
    expect(await store.save('Page', { text: 'mine', base: 1, author: ann })).toMatchObject({
      status: 'conflict',
      current: { exists: false, deleted: true, revision: 2 },
    })
    expect(readdirSync(join(page, 'revisions'))).toEqual(['00000001'])
  })

  it('is stepped over when a power cut has damaged its text', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'one', base: 0, author: ann })
    const page = join(data, 'pages', 'Page')
    leaveClaim(page, 'two\r\n')
    writeFileSync(join(page, 'revisions', '00000002'), 'tw')
    expect(await store.save('Page', { text: 'mine', base: 1, author: ann })).toEqual({ status: 'saved', revision: 3 })
  })

  it('of another program is stepped over', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: 'one', base: 0, author: ann })
    writeFileSync(join(data, 'pages', 'Page', 'revisions', '00000002'), 'half a te')
    expect(await store.read('Page')).toBe('one\n')
    expect(await store.save('Page', { text: 'mine', base: 1, author: ann })).toEqual({ status: 'saved', revision: 3 })
    expect(await store.save('Page', { text: 'mine too', base: 3, author: ann })).toEqual({ status: 'saved', revision: 4 })
  })
})

describe('what killed writers leave behind', () => {
  it('is swept away when it is old', async () => {
    const { store, data } = openStore()
    await store.save('Page', { text: '0', base: 0, author: ann })
    const page = join(data, 'pages', 'Page')
    for (const name of ['.draft-00000009-0123-4567', '.current-00000009-0123']) {
      writeFileSync(join(page, name), 'x')
      utimesSync(join(page, name), 1, 1)
    }
    writeFileSync(join(page, '.draft-00000009-new-one'), 'somebody may be writing it')
    for (let base = 1; base < 16; base++) await store.save('Page', { text: `${base}`, base, author: ann })
    expect(readdirSync(page).filter((name) => name.startsWith('.'))).toEqual(['.current-spare', '.draft-00000009-new-one'])
  })
})

describe('the list of names', () => {
  it('survives in a folder that MoinMoin ignores, and is never trusted blindly', async () => {
    const { store, data } = openStore()
    const listFile = join(data, 'cache', 'servus', 'names.json')
    await store.save('A', { text: 'x', base: 0, author: ann })
    await store.save('B', { text: 'x', base: 0, author: ann })
    expect(await store.names()).toEqual(['A', 'B'])
    await store.close()
    expect(existsSync(listFile)).toBe(true)

    const caughtUp = openStore({ dataFolder: data }).store
    await store.save('C', { text: 'x', base: 0, author: ann })
    await store.save('A', { text: null, base: 1, author: ann })
    expect(await caughtUp.names()).toEqual(['B', 'C'])

    for (const damage of ['', '{', '[]', '{"format":1}', '{"format":1,"stamp":1,"folderTime":0,"names":["X"]}']) {
      writeFileSync(listFile, damage)
      expect(await openStore({ dataFolder: data }).store.names()).toEqual(['B', 'C'])
    }
    writeFileSync(listFile, '{"format":1,"stamp":"1:1:1","folderTime":0,"names":["X"]}')
    expect(await openStore({ dataFolder: data }).store.names()).toEqual(['B', 'C'])
  })

  it('notices directories that came and went without the log', async () => {
    const { store, data } = openStore()
    await store.save('A', { text: 'x', base: 0, author: ann })
    expect(await store.names()).toEqual(['A'])
    makePage(data, 'Restored', '00000001\n', { '00000001': 'x' })
    expect(await store.names()).toEqual(['A', 'Restored'])
    rmSync(join(data, 'pages', 'A'), { recursive: true })
    expect(await store.names()).toEqual(['Restored'])
  })

  it('is not needed for anything but lists', async () => {
    const { store, data } = openStore()
    await store.save('A', { text: 'x', base: 0, author: ann })
    await store.read('A')
    await store.history('A')
    await store.save('A', { text: 'y', base: 1, author: ann })
    expect(existsSync(join(data, 'cache'))).toBe(false)
  })
})

function makePage(data: string, folder: string, current: string, revisions: Record<string, string | Buffer>): string {
  const page = join(data, 'pages', folder)
  mkdirSync(join(page, 'revisions'), { recursive: true })
  writeFileSync(join(page, 'current'), current)
  for (const [digits, text] of Object.entries(revisions)) writeFileSync(join(page, 'revisions', digits), text)
  return page
}

/** What a writer has done when it is killed right after its claim of revision 2. */
function leaveClaim(page: string, text: string): void {
  const digest = createHash('sha1').update(text).digest('hex').slice(0, 16)
  const draft = join(page, `.draft-00000002-0123456789ab-${digest}`)
  writeFileSync(draft, text)
  linkSync(draft, join(page, 'revisions', '00000002'))
}
