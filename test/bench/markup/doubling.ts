/**
 * Doubles each family of awkward texts from 64 KB to 1 MB and says by how much the time grows: 2 is linear.
 * `node --expose-gc --max-semi-space-size=128 --import tsx test/bench/markup/doubling.ts [parser] [family]`; fails when a step takes more than 2.3 times as long.
 */
import { formatHtml } from '../../../core/markup/format-html.ts'
import { FAMILIES } from './families.ts'
import { plainContext } from '../../markup/plain-context.ts'

const [parser = 'wiki', wanted = ''] = process.argv.slice(2)
const file = ['wiki', 'creole', 'markdown'].includes(parser) ? `${parser}/index.ts` : `${parser}.ts`
const { parse } = await import(`../../../plugins/parsers/${file}`)
const options = { pageName: 'TestPage', args: '', isPage: true, bangMeta: true }
// Below this a step is noise of the clock and the collector, not growth.
const NOISE = 12
const RUNS = 5

let worst = 0
for (const [name, make] of Object.entries(FAMILIES)) {
  if (wanted && name !== wanted) continue
  // The compiler learns a family's paths in the first runs; they are not measured.
  for (let run = 0; run < 8; run++) formatHtml(await parse(make(1 << 16), options), plainContext())
  const times: number[] = []
  for (let length = 1 << 16; length <= 1 << 20; length *= 2) times.push(await fastest(make(length)))
  const steps = times.slice(1).map((time, index) => (time < NOISE ? 0 : time / Math.max(times[index] ?? 0, NOISE / 2)))
  const step = Math.max(...steps)
  worst = Math.max(worst, step)
  const flag = step > 2.3 ? '  <-- grows too fast' : ''
  console.log(`${name.padEnd(32)} ${times.map((time) => time.toFixed(1).padStart(8)).join('')} ms${flag}`)
}
console.log(`worst step ${worst.toFixed(2)}`)
process.exitCode = worst > 2.3 ? 1 : 0

async function fastest(text: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run++) {
    // Without the garbage of the run before, and without the time that other processes take.
    globalThis.gc?.()
    const start = process.cpuUsage()
    formatHtml(await parse(text, options), plainContext())
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}
