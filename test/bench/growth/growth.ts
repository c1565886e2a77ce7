/**
 * What a view, a 404, a save and a start cost in a wiki of 10,000 pages, as ratios to the same in a wiki of 10.
 *   node --import tsx test/bench/growth/growth.ts
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestHost } from '../../../core/testing/test-host.ts'

const rounds = Number(process.env['ROUNDS'] ?? 5)
const sizes = [10, 10_000] as const
const folder = mkdtempSync(join(tmpdir(), 'servus-growth-'))
const command = fileURLToPath(new URL('../../../bin/servus.js', import.meta.url))

try {
  const dirs = new Map<number, string>(sizes.map((size) => [size, makeWiki(size)]))
  await compare(dirs)
  for (const size of sizes) {
    const times: number[] = []
    for (let i = 0; i < rounds + 1; i++) times.push(await startToFirstPage(dirs.get(size) ?? ''))
    const [, ...warm] = times
    process.stdout.write(
      `start to the first 200 with ${size} pages: ${Math.round(median(warm))} ms (at most ${size === 10 ? 1000 : 600}; first start ${Math.round(times[0] ?? 0)} ms)\n`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function compare(dirs: ReadonlyMap<number, string>): Promise<void> {
  const hosts = await Promise.all(
    sizes.map(async (size) => ({ size, host: await createTestHost({ dataDir: dirs.get(size) ?? '', now: Date.now() }) })),
  )
  const author = { userId: '', address: '', host: '' }
  const costs = new Map<string, number[]>()
  for (let round = 0; round < rounds * 3; round++) {
    for (const { size, host } of hosts) {
      const visitor = host.browser()
      const note = async (what: string, work: () => Promise<unknown>): Promise<void> => {
        const begin = performance.now()
        await work()
        const key = `${what} ${size}`
        costs.set(key, [...(costs.get(key) ?? []), performance.now() - begin])
      }
      for (let i = 0; i < 50; i++) await note('view', () => visitor.get(`/Page${i % 10}`))
      for (let i = 0; i < 20; i++) await note('404', () => visitor.get(`/Page${i}x${round}`))
      for (let i = 0; i < 10; i++) {
        const { revision } = await host.wiki.store.state('Page5')
        await note('save', () =>
          host.wiki.store.save('Page5', { text: `${round} ${i} ${'words '.repeat(800)}`, base: revision, author }),
        )
        await note('view after a save', () => visitor.get('/Page5'))
      }
      for (let i = 0; i < 5; i++) {
        await note('new page', () => host.wiki.store.save(`New${round}_${i}`, { text: 'new\n', base: 0, author }))
        await note('view of a new page', () => visitor.get(`/New${round}_${i}`))
      }
    }
  }
  for (const what of ['view', '404', 'save', 'view after a save', 'new page', 'view of a new page']) {
    const [small, large] = sizes.map((size) => median(costs.get(`${what} ${size}`) ?? []))
    process.stdout.write(`${what} at 10,000 pages: ${((large ?? 0) / (small ?? 1)).toFixed(2)} of the same at 10 (at most 1.3)\n`)
  }
  for (const { host } of hosts) await host.close()
}

function makeWiki(size: number): string {
  const data = join(folder, String(size))
  const lines: string[] = []
  for (let i = 0; i < size; i++) {
    const page = join(data, 'pages', `Page${i}`)
    mkdirSync(join(page, 'revisions'), { recursive: true })
    const line = `${1_700_000_000_000_000 + i}\t00000001\tSAVENEW\tPage${i}\t127.0.0.1\t127.0.0.1\t\t\t\n`
    writeFileSync(
      join(page, 'revisions/00000001'),
      `= Page ${i} =\r\nSee Page${(i + 1) % size} and FrontPage.\r\n${'Some words. '.repeat(50)}\r\n`,
    )
    writeFileSync(join(page, 'current'), '00000001\n')
    writeFileSync(join(page, 'edit-log'), line)
    lines.push(line)
  }
  writeFileSync(join(data, 'edit-log'), lines.join(''))
  return data
}

/** Milliseconds from the start of the process to the first page. */
async function startToFirstPage(data: string): Promise<number> {
  const begin = performance.now()
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const child = spawn(process.execPath, [command, 'serve', '--port', String(port), '--data', data], { stdio: 'ignore' })
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/Page1`).catch(() => null)
      if (answer?.status === 200) {
        await answer.text()
        return performance.now() - begin
      }
      if (performance.now() - begin > 20_000) throw new Error('the wiki does not start')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  } finally {
    child.kill()
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
