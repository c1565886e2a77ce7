/**
 * The session benchmark: `node --import tsx test/bench/sessions/sessions.ts [--rounds 3] [--seconds 0.5] [--only servus,express]`.
 * All systems in one run, each sample beside one of bare node:http; the ratios count, not the numbers. Also compared is the
 * processor's time for a request, which says the same and does not depend on what else the machine does.
 */
import { execFileSync, fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { load } from './load.ts'
import { startWiki, wikiPath } from './wiki.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '0.5' },
    only: { type: 'string', default: '' },
    connections: { type: 'string', default: '16' },
  },
})
const here = import.meta.dirname
const rounds = Number(values.rounds)
const ms = Number(values.seconds) * 1000
const connections = Number(values.connections)

const all = [
  'servus memory',
  'servus file',
  'servus redis',
  'servus cookie',
  'wiki memory',
  'express',
  'express memory',
  'express redis',
  'express file',
  'fastify',
  'fastify memory',
  'fastify redis',
  'fastify file',
  'fastify secure',
  'koa',
  'koa memory',
  'koa redis',
  'koa file',
  'koa cookie',
  'iron cookie',
]
/** Stores of one kind, side by side. */
const pairs = [
  ['servus file', 'express file'],
  ['servus redis', 'express redis'],
] as const
const wanted =
  values.only === ''
    ? all
    : all.filter((name) => values.only.split(',').some((each) => name === each || name.startsWith(`${each} `)))
const scenarios = [
  ['a', '/new', false],
  ['b', '/read', true],
  ['c', '/write', true],
  ['d', '/none', true],
] as const

interface Running {
  readonly name: string
  readonly port: number
  readonly cookies: string[]
  /** Where the system has one of the benchmark's paths. */
  address(path: string): string
  stop(): Promise<unknown>
}

interface Sample {
  readonly perSecond: number
  /** Microseconds of the processor for one request. */
  readonly cost: number
  readonly bad: number
}

if (!existsSync(join(here, 'node_modules/express')))
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })
execFileSync(process.execPath, [join(here, '../../../node_modules/typescript/bin/tsc'), '-p', join(here, 'tsconfig.json')], {
  stdio: 'inherit',
})

const folder = mkdtempSync(join(tmpdir(), 'servus-bench-'))
let nextPort = 9750
const bare = await start('bare')
for (const [, path] of scenarios) await measure(bare, path, [])
const found = new Map<string, { ratios: number[]; costs: number[]; bad: number }>()
const survived = new Map<string, number[]>()

try {
  for (const name of wanted) {
    // One system at a time beside the bare server: sixteen idle processes would share the cache and the memory.
    const system = await start(name)
    try {
      const stateless = !name.includes(' ')
      if (!stateless) await establish(system)
      // What the compiler has not seen yet is slow, the more so the less processor time there is.
      for (const [, path, sends] of scenarios) await measure(system, path, sends && !stateless ? system.cookies : [])
      for (let round = 0; round < rounds; round++) {
        for (const [letter, path, sends] of scenarios) {
          const cookies = sends && !stateless ? system.cookies : []
          const sample = await measure(system, path, cookies)
          const beside = await measure(bare, path, cookies)
          const key = `${name}|${letter}`
          const entry = found.get(key) ?? { ratios: [], costs: [], bad: 0 }
          entry.ratios.push(sample.perSecond / beside.perSecond)
          entry.costs.push(beside.cost / sample.cost)
          entry.bad += sample.bad
          found.set(key, entry)
        }
      }
      if (!stateless) survived.set(name, [await fiftyKeys(system), await fiftyKeys(system), await fiftyKeys(system)])
    } finally {
      await system.stop()
    }
    process.stderr.write(`${name} `)
  }
} finally {
  await bare.stop()
}

process.stdout.write(
  `\n\nNode ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'processor'}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString().slice(0, 10)}; ${rounds} rounds x ${ms / 1000} s, ${connections} connections\n`,
)
process.stdout.write('Requests per second as part of bare node:http (in brackets: by processor time per request)\n\n')
process.stdout.write(
  '| system | (a) new visitor | (b) returning, read | (c) returning, read + write | (d) cookie sent, untouched | 50 keys set at once, kept |\n|---|---|---|---|---|---|\n',
)
for (const name of wanted) {
  const cells = scenarios.map(([letter]) => {
    const entry = found.get(`${name}|${letter}`)
    return entry ? `${short(median(entry.ratios))} (${short(median(entry.costs))})${entry.bad ? ` ${entry.bad} bad` : ''}` : ''
  })
  process.stdout.write(`| ${name} | ${cells.join(' | ')} | ${survived.get(name)?.join(' ') ?? ''} |\n`)
}

process.stdout.write('\nIn turns with each other (in brackets: by processor time per request)\n\n')
for (const [ours, theirs] of pairs) if (wanted.includes(ours) && wanted.includes(theirs)) await compare(ours, theirs)

/** Two systems in turns, without a third between them: what one is to the other. */
async function compare(ours: string, theirs: string): Promise<void> {
  const pair = [await start(ours), await start(theirs)] as const
  try {
    for (const system of pair) await establish(system)
    const ratios: number[] = []
    const costs: number[] = []
    // What the compiler has not seen yet is slow on both sides, and not by the same factor.
    for (const system of pair) await measure(system, '/write', system.cookies)
    for (let round = 0; round < rounds + 2; round++) {
      const [one, other] = [await measure(pair[0], '/write', pair[0].cookies), await measure(pair[1], '/write', pair[1].cookies)]
      ratios.push(one.perSecond / other.perSecond)
      costs.push(other.cost / one.cost)
    }
    process.stdout.write(`${ours} : ${theirs}, read + write: ${median(ratios).toFixed(1)} (${median(costs).toFixed(1)})\n`)
  } finally {
    for (const system of pair) await system.stop()
  }
}

async function start(name: string): Promise<Running> {
  if (name.startsWith('wiki ')) return { name, cookies: [], address: wikiPath, ...(await startWiki(folder)) }
  const port = nextPort++
  const child = fork(join(here, 'systems.mjs'), [name, String(port), folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: [],
  })
  await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended`)))])
  return { name, port, cookies: [], address: (path) => path, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

/** A hundred visitors who have been here before. */
async function establish(system: Running): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const jar = new Map<string, string>()
    for (let visit = 0; visit < 3; visit++) await get(system, '/write', jar)
    system.cookies.push(cookieHeader(jar))
  }
}

async function get(system: Running, path: string, jar: Map<string, string>): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${system.port}${system.address(path)}`, { headers: { cookie: cookieHeader(jar) } })
  for (const each of answer.headers.getSetCookie()) {
    const pair = each.split(';')[0] ?? ''
    jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
  }
  return answer.text()
}

async function measure(system: Running, path: string, cookies: readonly string[]): Promise<Sample> {
  const before = await spent(system)
  const { requests, seconds, bad } = await load({ port: system.port, path: system.address(path), cookies, connections, ms })
  return { perSecond: requests / seconds, cost: ((await spent(system)) - before) / requests, bad }
}

async function spent(system: Running): Promise<number> {
  const { cpu } = (await (await fetch(`http://127.0.0.1:${system.port}${system.address('/cpu')}`)).json()) as { cpu: number } // systems.mjs says so
  return cpu
}

async function fiftyKeys(system: Running): Promise<number> {
  const jar = new Map<string, string>()
  for (let visit = 0; visit < 3; visit++) await get(system, '/write', jar)
  await Promise.all(Array.from({ length: 50 }, (_, n) => get(system, `/key?k=k${n}&d=${Math.floor(Math.random() * 50)}`, jar)))
  return Number(await get(system, '/keys', jar))
}

function cookieHeader(jar: ReadonlyMap<string, string>): string {
  return Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')
}

function short(ratio: number): string {
  return ratio.toFixed(ratio < 0.095 ? 3 : 2)
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
