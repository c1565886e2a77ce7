import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { RecordFolder, VersionTaken } from '../../core/users/record-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'servus-record-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(++folders))

interface Note {
  readonly version: number
  readonly text: string
}

describe('A record folder', () => {
  it('has nothing, then the newest version, and one file', async () => {
    const folder = newFolder()
    const record = new RecordFolder<Note>(folder)
    expect(await record.read()).toBeNull()
    for (let version = 1; version <= 12; version++) await record.write({ version, text: `no. ${version}` })
    expect(await record.read()).toEqual({ version: 12, text: 'no. 12' })
    expect(readdirSync(folder)).toEqual(['12.json'])
  })

  it('takes a version once, and only on top of the one before', async () => {
    const folder = newFolder()
    const [one, two] = [new RecordFolder<Note>(folder), new RecordFolder<Note>(folder)]
    const write = (record: RecordFolder<Note>, version: number, text: string) =>
      record.write({ version, text }).then(
        () => text,
        (error: unknown) => (error instanceof VersionTaken ? 'taken' : String(error)),
      )
    expect(await write(one, 2, 'too early')).toBe('taken')
    expect((await Promise.all([write(one, 1, 'a'), write(two, 1, 'b')])).sort()[1]).toBe('taken')
    const answers = await Promise.all([write(one, 2, 'c'), write(two, 2, 'd'), write(one, 2, 'e')])
    expect(answers.filter((answer) => answer !== 'taken')).toHaveLength(1)
    expect(await write(one, 1, 'too late')).toBe('taken')
    expect(await write(one, 2, 'too late')).toBe('taken')
    expect(answers).toContain((await two.read())?.text)
    expect(readdirSync(folder)).toEqual(['2.json'])
  })

  it('is readable while a version is replaced, and goes on when the writer died over it', async () => {
    const folder = newFolder()
    await new RecordFolder<Note>(folder).write({ version: 1, text: 'kept' })
    renameSync(join(folder, '1.json'), join(folder, '1.0123456789ab.taken'))
    writeFileSync(join(folder, '.2.json.7-0123456789ab.tmp'), '{"version": 2, "te')
    const record = new RecordFolder<Note>(folder)
    expect(await record.read()).toEqual({ version: 1, text: 'kept' })
    await expect(record.write({ version: 2, text: 'too soon' })).rejects.toThrow(VersionTaken)
    await expect(record.write({ version: 1, text: 'no' })).rejects.toThrow(VersionTaken)
    await new RecordFolder<Note>(folder, 0).write({ version: 2, text: 'later' })
    expect(await record.read()).toEqual({ version: 2, text: 'later' })
    expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual(['2.json'])
  })

  it('forgets what a crash left of older versions', async () => {
    const folder = newFolder()
    const record = new RecordFolder<Note>(folder)
    await record.write({ version: 1, text: 'old' })
    await record.write({ version: 2, text: 'new' })
    writeFileSync(join(folder, '1.0123456789ab.taken'), '{}')
    const half = join(folder, '.1.json.7-0123456789ab.tmp')
    writeFileSync(half, '{"ver')
    utimesSync(half, 1, 1)
    expect(await record.read()).toEqual({ version: 2, text: 'new' })
    await record.write({ version: 3, text: 'newest' })
    expect(readdirSync(folder)).toEqual(['3.json'])
  })

  it('keeps the version before when the new one cannot be written', async () => {
    const folder = newFolder()
    const record = new RecordFolder<Note>(folder)
    await record.write({ version: 1, text: 'kept' })
    const tooMuch = {
      version: 2,
      text: 'x',
      toJSON: () => {
        throw new Error('disk full')
      },
    } // fails where a full disk would
    await expect(record.write(tooMuch)).rejects.toThrow('disk full')
    expect(await record.read()).toEqual({ version: 1, text: 'kept' })
    expect(readdirSync(folder)).toEqual(['1.json'])
  })
})
