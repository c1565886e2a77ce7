/**
 * Views side by side with a bare node:http server that sends the same bytes, interleaved in one run; ratios to the bare server.
 *   node --import tsx test/bench/view/view.ts
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
  { name: 'page with the session macro, returning visitor', path: '/Session', cookie: true, target: 0.35 },
]

const dataDir = mkdtempSync(join(tmpdir(), 'servus-bench-'))
const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [dataDir], { execArgv: ['--import', 'tsx'] })
try {
  const [{ wiki, bare }] = (await once(child, 'message')) as [{ wiki: number; bare: number }]
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
  rmSync(dataDir, { recursive: true, force: true })
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
