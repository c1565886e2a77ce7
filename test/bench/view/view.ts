/**
 * Views of a wiki started as `npm start` does, side by side with a bare node:http server that sends the same bytes, interleaved in one
 * run; ratios to the bare server.
 *   node --conditions=servus-checkout --import tsx test/bench/view/view.ts
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serveWiki } from '../../../core/testing/run-servus.ts'
import { createTestHost } from '../../../core/testing/test-host.ts'

const rounds = Number(process.env['ROUNDS'] ?? 5)
const seconds = Number(process.env['SECONDS'] ?? 2)
const connections = 16

interface Case {
  readonly name: string
  readonly path: string
  readonly cookie: boolean
  readonly target: number
}

const cases: readonly Case[] = [
  { name: 'cached 20 KB page, anonymous', path: '/Long', cookie: false, target: 0.6 },
  { name: 'cached 60 KB help page, table of contents, 200 links', path: '/Help', cookie: false, target: 0.5 },
  { name: 'page with the session macro, returning visitor', path: '/Session', cookie: true, target: 0.35 },
]

const folder = mkdtempSync(join(tmpdir(), 'servus-bench-'))
const dataDir = join(folder, 'data')
writeFileSync(
  join(folder, 'wikiconfig.ts'),
  "import { defineWiki } from 'servus'\nexport default defineWiki({ sessionStore: 'memory', cookieLifetime: [1, 12], logLevel: 'silent' })\n",
)
await writePages()
// The second start is the one that counts: the first leaves the bundle behind.
const fast = (await import(new URL('../../../bin/fast-start.js', import.meta.url).href)) as {
  bundleFolder(): string
  makeBundle(bundle: string): Promise<void>
}
await fast.makeBundle(fast.bundleFolder())
const child = fork(fileURLToPath(new URL('bare.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
const served = await serveWiki(['--config', folder, '--data', dataDir])
try {
  const [bare] = (await once(child, 'message')) as [number]
  const wiki = served.port
  for (const { name, path, cookie, target } of cases) {
    const header = cookie ? await sessionCookie(wiki, path) : ''
    const wikiRequest = requestBytes(path, header)
    const size = await oneAnswer(wiki, wikiRequest)
    const bareRequest = requestBytes(`/${size}`, header)
    await load(wiki, wikiRequest, 1)
    await load(bare, bareRequest, 1)
    const ratios: number[] = []
    for (let round = 0; round < rounds; round++) {
      const before = await load(bare, bareRequest, seconds)
      const ours = await load(wiki, wikiRequest, seconds)
      const after = await load(bare, bareRequest, seconds)
      ratios.push((2 * ours) / (before + after))
      process.stderr.write(`  ${name}: ${Math.round(ours)}/s, bare ${Math.round((before + after) / 2)}/s\n`)
    }
    ratios.sort((a, b) => a - b)
    const median = ratios[Math.floor(ratios.length / 2)] ?? 0
    process.stdout.write(
      `${name} (${size} bytes): ${median.toFixed(2)} of bare node:http (at least ${target}; ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})\n`,
    )
  }
} finally {
  child.kill()
  await served.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function writePages(): Promise<void> {
  const paragraph =
    'A wiki is a place where people who know something write it down for people who want to know it. See HelpContents and FrontPage. '
  const long = Array.from(
    { length: 24 },
    (_, i) => `== Section ${i} ==\n\n${paragraph.repeat(4)}\n\n * one\n * '''two'''\n`,
  ).join('\n')
  const help = Array.from(
    { length: 40 },
    (_, i) =>
      `== Topic ${i} ==\n${paragraph.repeat(10)}\n\n * ${[1, 2, 3, 4, 5].map((n) => `[[Topic/${i}/${n}|more]]`).join('\n * ')}\n`,
  )
  const pages = {
    Long: long,
    Help: `<<TableOfContents>>\n\n${help.join('\n')}`,
    Session: `${long}\n<<SessionTest>>\n`,
  }
  const host = await createTestHost({ dataDir, pages, now: Date.now() })
  await host.close()
}

function requestBytes(path: string, cookie: string): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n${cookie === '' ? '' : `Cookie: ${cookie}\r\n`}\r\n`,
  )
}

async function oneAnswer(port: number, request: Buffer): Promise<number> {
  let length = 0
  await talk(
    port,
    (answer) => {
      length = answer.length
      return null
    },
    request,
  )
  return length
}

async function sessionCookie(port: number, path: string): Promise<string> {
  let cookie = ''
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: cookie === '' ? {} : { cookie } })
    const set = response.headers.getSetCookie()[0]
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    await response.text()
  }
  return cookie
}

/** Requests a second over keep-alive connections, one request at a time on each. */
async function load(port: number, request: Buffer, forSeconds: number): Promise<number> {
  const end = performance.now() + forSeconds * 1000
  let count = 0
  await Promise.all(
    Array.from({ length: connections }, () =>
      talk(
        port,
        () => {
          count++
          return performance.now() < end ? request : null
        },
        request,
      ),
    ),
  )
  return count / forSeconds
}

/** Sends requests one after the other on one connection; `next` is asked after every answer. */
async function talk(port: number, next: (answer: { length: number }) => Buffer | null, first: Buffer): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  let wanted = -1
  let got = 0
  let head = ''
  let length = 0
  socket.on('data', (chunk) => {
    if (wanted < 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head.slice(0, 300))
      length = Number(/content-length: (\d+)/i.exec(head)?.[1])
      wanted = end + 4 + length
      got = head.length
    } else got += chunk.length
    if (got < wanted) return
    wanted = -1
    head = ''
    const more = next({ length })
    if (more === null) socket.end()
    else socket.write(more)
  })
  await once(socket, 'connect')
  socket.write(first)
  await once(socket, 'close')
}
