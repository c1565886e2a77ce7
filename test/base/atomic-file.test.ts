import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFileAtomic, isTemporaryName, writeFileAtomic, writeFileAtomicSync } from '../../core/base/atomic-file.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'servus-atomic-'))

test('replaces a file and leaves nothing beside it', async () => {
  const dir = folder()
  const file = join(dir, 'a.json')
  await writeFileAtomic(file, 'one')
  writeFileAtomicSync(file, 'two')
  expect(readFileSync(file, 'utf8')).toBe('two')
  expect(readdirSync(dir)).toEqual(['a.json'])
})

test('lets exactly one of many claim a name, with whole content', async () => {
  const dir = folder()
  const file = join(dir, '00000001')
  const won = await Promise.all(Array.from({ length: 20 }, (_, n) => createFileAtomic(file, `text ${n}`)))
  expect(won.filter(Boolean)).toHaveLength(1)
  expect(readFileSync(file, 'utf8')).toBe(`text ${won.indexOf(true)}`)
  expect(readdirSync(dir)).toEqual(['00000001'])
})

test('tells its own temporary names from others', () => {
  expect(isTemporaryName('.a.json.123-0123456789ab.tmp')).toBe(true)
  expect(isTemporaryName('.a.json.tmp')).toBe(false)
})
