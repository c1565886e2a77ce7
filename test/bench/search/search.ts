/**
 * Full-text search over 10,000 pages of 5 KB: `node --conditions=servus-checkout --expose-gc --import tsx test/bench/search/search.ts [pages]`.
 * Marks: index made in 20 s, 400 MB, 20 ms for a word on one page of a hundred (p95), 10 ms to take in a saved page, no turn of the
 * event loop longer than 20 ms while it is made, and a restart that reads no text.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createTestHost } from '../../../core/testing/test-host.ts'
import { generator, nameOf, rareWords, textOf, writePages } from './pages.ts'

const count = Number(process.argv[2] ?? 10_000)
const dataDir = mkdtempSync(join(tmpdir(), 'servus-bench-search-'))
writePages(dataDir, count)
const results: Record<string, string | number> = { pages: count }
const note = (name: string, value: number, unit: string): void => {
  results[name] = `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`
}

try {
  const memoryBefore = memory()
  const host = await createTestHost({ dataDir })
  const { search, accounts } = host.wiki.parts
  const { may } = accounts.anonymous()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  let began = performance.now()
  await search.index.update()
  note('build', (performance.now() - began) / 1000, 's')
  const { user, system } = process.cpuUsage(cpu)
  note('build, processor time', (user + system) / 1e6, 's')
  note('longest turn while building', delay.max / 1e6, 'ms')
  note('99.9 % of turns while building', delay.percentile(99.9) / 1e6, 'ms')
  note('memory', (memory() - memoryBefore) / 1e6, 'MB')
  while (statSync(join(dataDir, 'cache/servus/search.jsonl'), { throwIfNoEntry: false }) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 50))
  note('longest turn with writing', delay.max / 1e6, 'ms')
  note('index file', statSync(join(dataDir, 'cache/servus/search.jsonl')).size / 1e6, 'MB')

  for (const name of ['first', 'second']) {
    const times: number[] = []
    for (const word of rareWords) {
      const start = performance.now()
      const answer = await search.search(word, may, { limit: 20, snippets: true })
      times.push(performance.now() - start)
      if (answer.count !== count / 100) throw new Error(`${word}: ${answer.count} pages`)
    }
    note(`a word, ${name} time, p95`, percentile(times, 95), 'ms')
    note(`a word, ${name} time, median`, percentile(times, 50), 'ms')
  }
  const times: number[] = []
  const random = generator(7)
  for (let at = 0; at < 100; at++) {
    const name = nameOf(at * 50)
    const state = await host.wiki.store.state(name)
    await host.wiki.store.save(name, {
      text: `${textOf(at, random)} changed`,
      base: state.revision,
      author: { userId: '', address: '', host: '' },
    })
    const start = performance.now()
    await search.index.update()
    times.push(performance.now() - start)
  }
  note('update on save, median', percentile(times, 50), 'ms')
  note('update on save, p95', percentile(times, 95), 'ms')
  await host.close()

  const again = await createTestHost({ dataDir })
  began = performance.now()
  await again.wiki.parts.search.index.update()
  note('ready after a restart', (performance.now() - began) / 1000, 's')
  await again.close()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
console.log(JSON.stringify(results, null, 1))

function memory(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function percentile(values: readonly number[], percent: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? 0
}
