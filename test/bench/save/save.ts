import {
  closeSync,
  fsync as fsyncWithCallback,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MoinPageStore } from '../../../core/pages/moin-page-store.ts'
import { quoteName } from '../../../core/pages/quote-name.ts'

/*
 * node --import tsx test/bench/save/save.ts [saves | wikis | histories]
 *
 * 1. A save of 5 KB against the fsync and rename that nothing durable can do without. Promised: below 3.
 * 2. Save, view (state and read) and the look at a missing page, in a wiki of 10,000 pages against one of 10. Promised: below 1.3.
 * 3. The newest 100 entries of a history of 10,000 revisions against one of 100.
 * Rounds of the two sides alternate, so that a busy machine slows both; medians are compared.
 */

const author = { userId: '1700000000.1.1', address: '127.0.0.1', host: 'localhost' }
const fsync = promisify(fsyncWithCallback)
const folder = mkdtempSync(join(tmpdir(), 'servus-bench-save-'))
const text = 'A line of an ordinary page, with [[A Link]] and some words.\n'.repeat(84)
const bytes = Buffer.from(text)

try {
  const parts = { saves: compareSaves, wikis: compareWikis, histories: compareHistories }
  for (const [name, part] of Object.entries(parts)) if (!process.argv[2] || process.argv[2] === name) await part()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function compareSaves(): Promise<void> {
  const store = new MoinPageStore({ dataFolder: join(folder, 'one') })
  let revision = 0
  let files = 0
  const save = async () => {
    const result = await store.save('Page', { text: `${revision}\n${text}`, base: revision, author })
    if (result.status !== 'saved') throw new Error(`the save answered ${result.status}`)
    revision = result.revision
  }
  const bare = async () => {
    const temporary = join(folder, 'temporary')
    const descriptor = openSync(temporary, 'w')
    writeSync(descriptor, bytes)
    // Without holding up other visitors, as a server must.
    await fsync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, join(folder, `bare-${files++}`))
  }
  const [saved, plain] = await alternate(save, bare, 400)
  report('save of 5 KB / bare fsync and rename', saved, plain)
}

async function compareWikis(): Promise<void> {
  const small = wikiOf(10)
  const large = wikiOf(10_000)
  const revisions = new Map<MoinPageStore, number>()
  const save = async (store: MoinPageStore) => {
    const base = revisions.get(store) ?? 1
    await store.save('Page 5', { text: `${base}\n${text}`, base, author })
    revisions.set(store, base + 1)
  }
  const view = async (store: MoinPageStore) => {
    for (let number = 1; number < 10; number++) {
      await store.state(`Page ${number}`)
      await store.read(`Page ${number}`)
    }
  }
  const missing = async (store: MoinPageStore) => {
    for (let number = 0; number < 20; number++) await store.state(`No Page ${number}`)
  }
  report(
    'save at 10,000 pages / at 10',
    ...(await alternate(
      () => save(large),
      () => save(small),
      300,
    )),
  )
  report(
    'view at 10,000 pages / at 10 (nine pages)',
    ...(await alternate(
      () => view(large),
      () => view(small),
      300,
    )),
  )
  report(
    'missing page at 10,000 pages / at 10 (twenty)',
    ...(await alternate(
      () => missing(large),
      () => missing(small),
      300,
    )),
  )
  const started = performance.now()
  const names = await large.names()
  console.log(`names of ${names.length} pages: scan ${(performance.now() - started).toFixed(0)} ms`)
  await large.close()
  const again = new MoinPageStore({ dataFolder: join(folder, 'wiki-10000') })
  const restarted = performance.now()
  await again.names()
  console.log(`names after a restart ${(performance.now() - restarted).toFixed(1)} ms`)
  await again.save('Brand New', { text, base: 0, author })
  const caughtUp = performance.now()
  await again.names()
  console.log(`names after one new page ${(performance.now() - caughtUp).toFixed(1)} ms`)
  const stamps = performance.now()
  for (let time = 0; time < 10_000; time++) again.stamp()
  console.log(`stamp ${((performance.now() - stamps) / 10).toFixed(2)} µs`)
}

async function compareHistories(): Promise<void> {
  const store = new MoinPageStore({ dataFolder: join(folder, 'histories') })
  for (const count of [100, 10_000]) {
    const page = join(folder, 'histories', 'pages', `Of${count}`)
    mkdirSync(join(page, 'revisions'), { recursive: true })
    let log = ''
    for (let revision = 1; revision <= count; revision++) {
      const digits = String(revision).padStart(8, '0')
      writeFileSync(join(page, 'revisions', digits), 'x\r\n')
      log += `${1.7e15 + revision}\t${digits}\tSAVE\tOf${count}\t127.0.0.1\tlocalhost\t1.1.1\t\tcomment\n`
    }
    writeFileSync(join(page, 'edit-log'), log)
    writeFileSync(join(page, 'current'), `${String(count).padStart(8, '0')}\n`)
  }
  const history = (count: number) => async () => {
    if ((await store.history(`Of${count}`, { limit: 100 })).length !== 100) throw new Error('entries are missing')
  }
  report('100 entries of 10,000 revisions / of 100', ...(await alternate(history(10_000), history(100), 200)))
}

function wikiOf(pages: number): MoinPageStore {
  const dataFolder = join(folder, `wiki-${pages}`)
  for (let number = 0; number < pages; number++) {
    const page = join(dataFolder, 'pages', quoteName(`Page ${number}`))
    mkdirSync(join(page, 'revisions'), { recursive: true })
    writeFileSync(join(page, 'revisions', '00000001'), bytes)
    writeFileSync(join(page, 'current'), '00000001\n')
    writeFileSync(join(page, 'edit-log'), `1700000000000000\t00000001\tSAVENEW\t${quoteName(`Page ${number}`)}\n`)
  }
  return new MoinPageStore({ dataFolder })
}

/** Medians in milliseconds of both sides. */
async function alternate(one: () => Promise<void>, other: () => Promise<void>, rounds: number): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds + 20; round++) {
    for (const [side, work] of [one, other].entries()) {
      const started = performance.now()
      await work()
      if (round >= 20) times[side as 0 | 1].push(performance.now() - started) // there are two sides
    }
  }
  return [median(times[0]), median(times[1])]
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0
}

function report(what: string, one: number, other: number): void {
  console.log(`${what}: ${one.toFixed(3)} ms / ${other.toFixed(3)} ms = ${(one / other).toFixed(2)}`)
}
