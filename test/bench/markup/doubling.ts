/**
 * Doubles each family of awkward texts from 64 KB to 1 MB and says by how much the time grows: 2 is linear.
 * `node --conditions=servus-checkout --expose-gc --max-semi-space-size=128 --import tsx test/bench/markup/doubling.ts [parser] [family]`; fails when the steps of a family take more than 2.3 times as long on average.
 */
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

let worst = 0
for (const [name, make] of Object.entries(FAMILIES)) {
  if (wanted && name !== wanted) continue
  // The compiler learns a family's paths in the first runs; they are not measured.
  for (let run = 0; run < 8; run++) formatHtml(await parse(make(1 << 16), options), plainContext())
  const times: number[] = []
  for (let length = 1 << 16; length <= 1 << 20; length *= 2) times.push(await fastest(make(length)))
  // The mean of the four steps: single ones tell more of the collector and of other processes than of the parser.
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const step = last < NOISE ? 0 : (last / Math.max(first, NOISE / 8)) ** (1 / 4)
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
