/**
 * Doubles each family of awkward texts from 64 KB to 1 MB and says by how much the time grows: 2 is linear.
 * `node --conditions=servus-checkout --import tsx test/bench/markup/doubling.ts [parser] [family]`; fails when a step takes more than 2.3 times as long.
 */
import { PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { formatHtml } from '../../../core/markup/format-html.ts'
import { FAMILIES } from './families.ts'
import { plainContext } from '../../../core/testing/plain-context.ts'

const [parser = 'wiki', wanted = ''] = process.argv.slice(2)
const file = ['wiki', 'creole', 'markdown'].includes(parser) ? `${parser}/index.ts` : `${parser}.ts`
const { parse } = await import(`../../../plugins/parsers/${file}`)
const options = { pageName: 'TestPage', args: '', isPage: true, bangMeta: true }
// Below this a step is noise of the clock and the collector, not growth.
const NOISE = 12
const RUNS = 5
const LIMIT = 2.3
const RETRIES = 12

const pauses: PerformanceEntry[] = []
new PerformanceObserver((list) => pauses.push(...list.getEntries())).observe({ entryTypes: ['gc'] })
let worst = 0
for (const [name, make] of Object.entries(FAMILIES)) {
  if (wanted && name !== wanted) continue
  // The compiler learns a family's paths in the first runs; they are not measured.
  for (let run = 0; run < 8; run++) formatHtml(await parse(make(1 << 16), options), plainContext())
  const texts = [16, 17, 18, 19, 20].map((power) => make(1 << power))
  const times: number[] = []
  for (const text of texts) times.push(await fastest(text))
  // What only the collector or another process did is gone when the two sizes are tried again; growth is not.
  for (let again = 0; again < RETRIES; again++) {
    const step = texts.findIndex((_, i) => stepTo(times, i) > LIMIT)
    if (step === -1) break
    for (const i of [step - 1, step]) times[i] = Math.min(times[i] ?? 0, await fastest(texts[i] ?? ''))
  }
  const step = Math.max(...texts.map((_, i) => stepTo(times, i)))
  worst = Math.max(worst, step)
  const flag = step > LIMIT ? '  <-- grows too fast' : ''
  console.log(`${name.padEnd(32)} ${times.map((time) => time.toFixed(1).padStart(8)).join('')} ms${flag}`)
}
console.log(`worst step ${worst.toFixed(2)}`)
process.exitCode = worst > LIMIT ? 1 : 0

/** How much longer a size took than the one before it; 0 where that tells nothing. */
function stepTo(times: readonly number[], i: number): number {
  const [before, time] = [times[i - 1], times[i] ?? 0]
  return before === undefined || time < NOISE ? 0 : time / Math.max(before, NOISE / 4)
}

/** Milliseconds without the garbage collector, whose work comes in steps of its own. */
async function fastest(text: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    formatHtml(await parse(text, options), plainContext())
    const end = performance.now()
    // Told of in a later turn.
    await new Promise((next) => setTimeout(next))
    const collected = pauses.splice(0).filter(({ startTime }) => startTime >= start && startTime < end)
    best = Math.min(best, end - start - collected.reduce((sum, { duration }) => sum + duration, 0))
  }
  return best
}
