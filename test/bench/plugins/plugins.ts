/**
 * What the host costs per plugin: a call of a synchronous macro on a warm page, a page of fifty against a bare node:http server that
 * sends the same bytes, the start with a hundred plugin files.
 *   npm run bench -- plugins
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serveWiki } from '../../../core/testing/run-servus.ts'

const folder = mkdtempSync(join(tmpdir(), 'servus-bench-plugins-'))
const dataDir = join(folder, 'data')
const source = "export const execute = (macro, args) => 'x' + args\n"
writeFileSync(join(folder, 'wikiconfig.ts'), "export default { logLevel: 'silent' }\n")
mkdirSync(join(dataDir, 'plugins/macros'), { recursive: true })
for (let i = 0; i < 100; i++) writeFileSync(join(dataDir, 'plugins/macros', `Plain${i}.ts`), source)
const calls = (count: number, macro: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `<<${macro(i)}(${i})>>\n`).join('')
page(
  'Many',
  calls(1000, () => 'Plain0'),
)
page(
  'Fifty',
  calls(50, () => 'Plain0'),
)
page('None', 'nothing\n')
page(
  'All',
  calls(100, (i) => `Plain${i}`),
)

// The second start is the one that counts: the first leaves the bundle behind.
const fast = (await import(new URL('../../../bin/fast-start.js', import.meta.url).href)) as {
  bundleFolder(): string
  makeBundle(bundle: string): Promise<void>
}
await fast.makeBundle(fast.bundleFolder())
const begin = performance.now()
const wiki = await serveWiki(['--config', folder, '--data', dataDir])
const bareServer = fork(fileURLToPath(new URL('../view/bare.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
try {
  await bytes(wiki.port, '/None')
  const first = performance.now() - begin
  await bytes(wiki.port, '/All')
  const all = performance.now() - begin
  console.log(
    `first page with 100 plugin files: ${Math.round(first)} ms (target 1500); a page that calls all of them: ${Math.round(all)} ms`,
  )

  const [bare] = (await once(bareServer, 'message')) as [number]
  const size = await bytes(wiki.port, '/Fifty')
  const rates = { wiki: [] as number[], bare: [] as number[], perCall: [] as number[] }
  for (let round = 0; round < 5; round++) {
    rates.wiki.push(await rate(wiki.port, '/Fifty'))
    rates.bare.push(await rate(bare, `/${size}`))
    const none = await rate(wiki.port, '/Fifty')
    const many = await rate(wiki.port, '/Many', 200)
    rates.perCall.push((1e6 / many - 1e6 / none) / 950)
  }
  const ratio = median(rates.wiki) / median(rates.bare)
  console.log(
    `fifty macros, ${size} bytes: ${Math.round(median(rates.wiki))}/s, bare ${Math.round(median(rates.bare))}/s: ${ratio.toFixed(2)} (target 0.25)`,
  )
  console.log(`one more call of a macro on a page: ${median(rates.perCall).toFixed(2)} us (target 5)`)
} finally {
  agent.destroy()
  bareServer.kill()
  await wiki.stop()
  rmSync(folder, { recursive: true, force: true })
}

function page(name: string, text: string): void {
  const home = join(dataDir, 'pages', name)
  mkdirSync(join(home, 'revisions'), { recursive: true })
  writeFileSync(join(home, 'current'), '00000001\n')
  writeFileSync(join(home, 'revisions/00000001'), text)
}

/** Views a second, eight at a time. */
async function rate(port: number, path: string, count = 1500): Promise<number> {
  const start = performance.now()
  let left = count
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await bytes(port, path)
    }),
  )
  return (count / (performance.now() - start)) * 1000
}

function bytes(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (answer) => {
      let size = 0
      answer.on('data', (chunk: Buffer) => (size += chunk.length))
      answer.on('end', () => resolve(size))
    }).on('error', reject)
  })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
