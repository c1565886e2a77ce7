/**
 * Many sessions: `node --import tsx test/bench/sessions/many.ts [--memory 1000000] [--files 100000]`. What a million of them take in
 * memory, and whether reading or writing one in files takes longer when there are a hundred times as many.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SessionRecord } from '../../../core/session/index.ts'
import { FileStore, MemoryStore, noChange } from '../../../core/session/index.ts'
import { storeKey } from '../../../core/session/token.ts'

const { values } = parseArgs({
  options: { memory: { type: 'string', default: '1000000' }, files: { type: 'string', default: '100000' } },
})
const now = Date.now()
const record = (n: number): SessionRecord => ({
  kind: 'anonymous',
  user: '',
  realm: 'realm',
  handle: storeKey(`handle ${n}`).slice(0, 22),
  created: now,
  lastSeen: now,
  expires: now + 3_600_000,
  device: '',
  address: '',
  values: new Map([
    ['n', String(n)],
    ['trail', `["FrontPage","Page${n}"]`],
  ]),
})

const many = Number(values.memory)
const before = process.memoryUsage().rss
const memory = new MemoryStore({ most: many })
for (let n = 0; n < many; n++) memory.create(storeKey(`id ${n}`), record(n))
const taken = (process.memoryUsage().rss - before) / 1e6
process.stdout.write(`${many} sessions in memory: ${taken.toFixed(0)} MB, ${((taken * 1e6) / many).toFixed(0)} bytes each\n`)
await memory.close()

const folder = mkdtempSync(join(tmpdir(), 'servus-many-'))
try {
  const files = new FileStore(folder, { durable: 'none' })
  let made = 0
  for (const count of [1000, Number(values.files)]) {
    for (; made < count; made++) await files.create(storeKey(`id ${made}`), record(made))
    const times: number[] = []
    for (let n = 0; n < 5000; n++) {
      const key = storeKey(`id ${Math.floor(Math.random() * count)}`)
      const start = performance.now()
      if (files.readSync(key) === null) throw new Error('a session is missing')
      times.push((performance.now() - start) * 1000)
    }
    times.sort((a, b) => a - b)
    // More than the store keeps open: each is opened, read, and added to.
    const start = performance.now()
    for (let n = 0; n < 2000; n++) {
      const key = storeKey(`id ${Math.floor(Math.random() * count)}`)
      files.readSync(key)
      await files.merge(key, { ...noChange, increment: new Map([['n', 1]]) })
    }
    const written = (performance.now() - start) / 2
    process.stdout.write(
      `${count} sessions in files: a read takes ${times[2500]?.toFixed(0)} us (median), ${times[4950]?.toFixed(0)} us (99 of 100); a read and a write ${written.toFixed(0)} us (mean)\n`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
