import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import type { UserRecord, UserStore } from '../../core/api/user-store.ts'
import { describeUserStore } from '../../core/testing/describe-user-store.ts'
import { FileUserStore } from '../../core/users/file-user-store.ts'

const root = mkdtempSync(join(tmpdir(), 'servus-users-'))
afterAll(() => rmSync(root, { recursive: true }))

let folders = 0
const newFolder = () => join(root, String(++folders))

describeUserStore('FileUserStore', async () => {
  const folder = newFolder()
  return { store: new FileUserStore(folder), reopen: async () => new FileUserStore(folder) }
})

async function made(store: UserStore, name: string, email = ''): Promise<UserRecord> {
  const record = await store.create({ name, email })
  if (typeof record === 'string') throw new Error(record)
  return record
}

describe('FileUserStore', () => {
  it('keeps one small file per account, in a folder MoinMoin ignores', async () => {
    const folder = newFolder()
    const store = new FileUserStore(folder)
    const ann = await made(store, 'Ann')
    for (let i = 0; i < 5; i++) await store.save({ ...ann, aliasName: String(i) })
    expect(readdirSync(folder)).toEqual(['servus'])
    expect(readdirSync(join(folder, 'servus', ann.id))).toEqual(['6.json'])
    expect(JSON.parse(readFileSync(join(folder, 'servus', ann.id, '6.json'), 'utf8'))).toMatchObject({
      name: 'Ann',
      aliasName: '4',
    })
  })

  it("names new accounts in MoinMoin's form, by the clock it is given", async () => {
    const store = new FileUserStore(newFolder(), { clock: { now: () => 1795234315851 } })
    const ann = await made(store, 'Ann')
    expect(ann.id).toMatch(/^1795234315\.85\.\d{1,5}$/)
    expect(ann).toMatchObject({ created: 1795234315851, saved: 1795234315851 })
  })

  it('reads a changed profile of MoinMoin until the account is ours', async () => {
    const folder = newFolder()
    mkdirSync(folder)
    const profile = join(folder, '1795234311.51.24077')
    writeFileSync(profile, 'name=Ann\nemail=a@example.org\n')
    const store = new FileUserStore(folder)
    const ann = await store.byName('Ann')
    writeFileSync(profile, 'name=Ann\nemail=other@example.org\n')
    expect(await store.byId('1795234311.51.24077')).toMatchObject({ email: 'other@example.org', version: 0 })
    if (ann) await store.save({ ...ann, aliasName: 'A.' })
    writeFileSync(profile, 'name=Changed\n')
    expect(await store.byName('Ann')).toMatchObject({ version: 1, aliasName: 'A.', email: 'a@example.org' })
  })

  it('finds an account by the name and address that MoinMoin gave it later, also after a restart', async () => {
    const folder = newFolder()
    mkdirSync(folder)
    let time = 1_800_000_000_000
    const clock = { now: () => time }
    const profile = join(folder, '1795234311.51.24077')
    writeFileSync(profile, 'name=Ann\nemail=a@example.org\n')
    const store = new FileUserStore(folder, { clock })
    expect(await store.byName('Anna')).toBeNull()
    writeFileSync(profile, 'name=Anna\nemail=anna@example.org\n')
    expect(await new FileUserStore(folder, { clock }).byEmail('anna@example.org')).toMatchObject({ name: 'Anna' })
    writeFileSync(profile, 'name=Anne\nemail=anne@example.org\n')
    expect(await store.byName('Anne')).toBeNull()
    time += 60_000
    expect(await store.byName('Anne')).toMatchObject({ email: 'anne@example.org' })
    expect(await store.byName('Ann')).toBeNull()
  })

  it('survives an index that was lost, cut or damaged', async () => {
    const folder = newFolder()
    const store = new FileUserStore(folder)
    await made(store, 'Ann', 'ann@example.org')
    const index = join(folder, 'servus', 'index.jsonl')
    appendFileSync(index, '\n{"id":"179')
    await made(store, 'Bob')
    for (const damage of [
      () => {},
      () => rmSync(index),
      () => writeFileSync(index, 'x'),
      () => writeFileSync(index, '\n[]\nnull\n{"id":1,"name":2,"email":3}\n'),
    ]) {
      damage()
      for (const view of [store, new FileUserStore(folder)]) {
        expect(await view.byName('Ann')).toMatchObject({ name: 'Ann' })
        expect(await view.byName('Bob')).toMatchObject({ name: 'Bob' })
        expect(await view.byEmail('ANN@example.org')).toMatchObject({ name: 'Ann' })
      }
    }
  })

  it('finds an account that was put back from a backup', async () => {
    const [from, to] = [newFolder(), newFolder()]
    const ann = await made(new FileUserStore(from), 'Ann')
    const store = new FileUserStore(to)
    await made(store, 'Bob')
    expect(await store.byName('Ann')).toBeNull()
    cpSync(join(from, 'servus', ann.id), join(to, 'servus', ann.id), { recursive: true })
    expect(await store.byName('Ann')).toEqual(ann)
  })

  it('lets nobody be kept out by one damaged account, and names the file', async () => {
    const folder = newFolder()
    const ann = await made(new FileUserStore(folder), 'Ann')
    await made(new FileUserStore(folder), 'Bob')
    const file = join(folder, 'servus', ann.id, '1.json')
    writeFileSync(file, '{"name": "An')
    rmSync(join(folder, 'servus', 'index.jsonl'))
    const store = new FileUserStore(folder)
    expect(await store.byName('Bob')).toMatchObject({ name: 'Bob' })
    await expect(store.byId(ann.id)).rejects.toMatchObject({ code: 'account-unreadable', message: expect.stringContaining(file) })
  })

  it('is not stopped by what a crash leaves behind', async () => {
    const folder = newFolder()
    const store = new FileUserStore(folder)
    await made(store, 'Ann')
    // A folder without a record: the process died between the two.
    mkdirSync(join(folder, 'servus', '1795234999.12.1'))
    expect(await store.byId('1795234999.12.1')).toBeNull()
    // A claim that nobody gives up any more.
    const claims = join(folder, 'servus', 'claims')
    expect(readdirSync(claims)).toEqual([])
    const name = 'Claimed'
    const stuck = join(claims, createHash('sha256').update(`name ${name}`).digest('hex'))
    writeFileSync(stuck, '1\n')
    expect(await store.create({ name })).toBe('name-taken')
    utimesSync(stuck, Date.now() / 1000 - 60, Date.now() / 1000 - 60)
    await made(store, name)
  })

  it('finds a name among many accounts without opening them', { timeout: 30_000 }, async () => {
    const folder = newFolder()
    mkdirSync(folder)
    for (let i = 0; i < 2000; i++) writeFileSync(join(folder, `1795234311.${i}.1`), `name=User ${i}\nemail=u${i}@example.org\n`)
    await new FileUserStore(folder).byName('User 7')
    const size = statSync(join(folder, 'servus', 'index.jsonl')).size
    const store = new FileUserStore(folder)
    for (let i = 0; i < 2000; i += 500) {
      expect(await store.byName(`User ${i}`)).toMatchObject({ email: `u${i}@example.org` })
      expect(await store.byEmail(`U${i}@example.org`)).toMatchObject({ name: `User ${i}` })
    }
    expect(statSync(join(folder, 'servus', 'index.jsonl')).size).toBe(size)
  })

  it('lets two processes write: no save is lost, and no name is given twice', { timeout: 60_000 }, async () => {
    const folder = newFolder()
    const ann = await made(new FileUserStore(folder), 'Ann')
    const script = fileURLToPath(new URL('./write-accounts.ts', import.meta.url))
    const rounds = 15
    const run = () => promisify(execFile)(process.execPath, ['--import', 'tsx', script, folder, ann.id, String(rounds)])
    const outputs = await Promise.all([run(), run()])
    expect(outputs.map(({ stdout }) => Number(stdout)).reduce((a, b) => a + b)).toBe(rounds)
    const store = new FileUserStore(folder)
    expect(await store.byId(ann.id)).toMatchObject({ epoch: 2 * rounds, version: 2 * rounds + 1 })
    const names: string[] = []
    for await (const { name } of store.list()) names.push(name)
    expect(names).toHaveLength(rounds + 1)
    expect(new Set(names).size).toBe(rounds + 1)
  })
})
