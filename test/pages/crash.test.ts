import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { claimRevision } from '../../core/pages/claim-revision.ts'
import type { MoinPageStore } from '../../core/pages/moin-page-store.ts'
import { PageFolder } from '../../core/pages/page-folder.ts'
import { ann, openStore } from './data-folder.ts'
import { seedOf, wordsOf } from './loop-text.ts'

const program = fileURLToPath(new URL('./save-loop.ts', import.meta.url))

describe('processes that save to one folder', () => {
  it('share out the revisions among them', { timeout: 60_000 }, async () => {
    const { store, data } = openStore()
    const writers = ['ann', 'bob', 'cid'].map((name) => startWriter(data, name, 60))
    await Promise.all(writers.map(({ ended }) => ended))
    const won = writers.flatMap(({ acknowledged }) => acknowledged)
    // Nobody won what another had won.
    expect(new Set(won.map(({ revision }) => revision)).size).toBe(won.length)
    await expectIntact(store, data, won)
    const lines = []
    for await (const change of store.changes()) if (change.page === 'Loop') lines.push(change.revision)
    expect(lines.sort((a, b) => a - b)).toEqual(won.map(({ revision }) => revision).sort((a, b) => a - b))
  })

  it('let nobody have the number of a deletion that ended between the look at the page and the claim', async () => {
    for (const text of [null, 'mine\n']) {
      const { store, data } = openStore()
      await store.save('Loop', { text: 'first\n', base: 0, author: ann })
      const folder = new DeletedMeanwhile(join(data, 'pages', 'Loop'), 'Loop')
      const line = { time: new Date(0), revision: 2, action: 'SAVE', page: 'Loop', author: ann, extra: '', comment: '' } as const
      const bytes = text === null ? null : Buffer.from(text)
      expect(await claimRevision(folder, 1, bytes, line, join(data, 'edit-log'))).toBe('taken')
      expect(existsSync(folder.revisionFile(2))).toBe(false)
      expect(readdirSync(folder.path).filter((name) => name.startsWith('.draft'))).toEqual([])
    }
  })

  it('lose nothing acknowledged when they are killed, and never show half a text', { timeout: 120_000 }, async () => {
    const { store, data } = openStore()
    const won: Acknowledged[] = []
    for (let round = 0; round < 5; round++) {
      const writers = ['ann', 'bob'].map((name) => startWriter(data, name))
      // A different moment in each round, at the pace of the machine: after so many acknowledged saves.
      await Promise.all(writers.map((writer) => writer.hasSaved(3 + round * 5)))
      for (let read = 0; read < 50; read++) await expectWhole(store)
      for (const { child } of writers) child.kill('SIGKILL')
      await Promise.all(writers.map(({ ended }) => ended))
      for (const { acknowledged } of writers) won.push(...acknowledged)
      await expectIntact(store, data, won)
      const { revision } = await store.state('Loop')
      const saved = await saveOnTop(store, wordsOf(`after ${round}`))
      expect(saved).toBeGreaterThan(revision)
      await expectWhole(store)
    }
  })
})

/** A page that another process deletes right after the first look at its `current`. */
class DeletedMeanwhile extends PageFolder {
  #looked = false
  override current(): number {
    const seen = super.current()
    if (!this.#looked) writeFileSync(this.currentFile, `${String(seen + 1).padStart(8, '0')}\n`)
    this.#looked = true
    return seen
  }
}

interface Acknowledged {
  readonly revision: number
  readonly what: string
}

interface Writer {
  readonly child: ChildProcess
  readonly acknowledged: Acknowledged[]
  readonly ended: Promise<unknown>
  hasSaved(count: number): Promise<void>
}

function startWriter(data: string, name: string, rounds?: number): Writer {
  const args = ['--import', 'tsx', program, data, name, ...(rounds === undefined ? [] : [String(rounds)])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: Acknowledged[] = []
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [revision = '', ...what] = line.split(' ')
      acknowledged.push({ revision: Number(revision), what: `${name} ${what.join(' ')}` })
    }
  })
  const ended = once(child, 'close')
  const hasSaved = async (count: number) => {
    while (acknowledged.length < count) await Promise.race([once(child.stdout, 'data'), ended])
  }
  return { child, acknowledged, ended, hasSaved }
}

/** Everything acknowledged is there, and all that is there is whole. */
async function expectIntact(store: MoinPageStore, data: string, won: readonly Acknowledged[]): Promise<void> {
  const { revision: current } = await store.state('Loop')
  for (const { revision, what } of won) {
    expect(revision).toBeLessThanOrEqual(current)
    const text = await store.read('Loop', revision)
    expect(text === null ? what.replace(/^\w+ /, '') : seedOf(text)).toBe(text === null ? 'deleted' : what)
  }
  const logged = new Set((await store.history('Loop')).map(({ revision }) => revision))
  for (const { revision } of won) expect(logged).toContain(revision)
  for (const file of readdirSync(join(data, 'pages', 'Loop', 'revisions'))) {
    const text = await store.read('Loop', Number(file))
    if (text !== null) expect(seedOf(text), file).not.toBeNull()
  }
  for (const name of await store.names()) expect(seedOf((await store.read(name)) ?? ''), name).not.toBeNull()
}

async function expectWhole(store: MoinPageStore): Promise<void> {
  const text = await store.read('Loop')
  if (text !== null) expect(seedOf(text)).not.toBeNull()
}

async function saveOnTop(store: MoinPageStore, text: string): Promise<number> {
  for (;;) {
    const { revision } = await store.state('Loop')
    const result = await store.save('Loop', { text, base: revision, author: ann })
    if (result.status === 'saved') return result.revision
  }
}
