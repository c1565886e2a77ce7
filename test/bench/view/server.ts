/** The two servers of the view bench in one process: a wiki, and a bare server that sends as many bytes as its path says. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestHost } from '../../../core/testing/test-host.ts'

const paragraph =
  'A wiki is a place where people who know something write it down for people who want to know it. See HelpContents and FrontPage. '
const long = Array.from({ length: 24 }, (_, i) => `== Section ${i} ==\n\n${paragraph.repeat(4)}\n\n * one\n * '''two'''\n`).join(
  '\n',
)

const host = await createTestHost({
  dataDir: process.argv[2] ?? '',
  wiki: { sessionStore: 'memory', cookieLifetime: [1, 12], logLevel: 'silent' },
  pages: { Long: long, Session: `${long}\n<<SessionTest>>\n` },
  now: Date.now(),
})
const bodies = new Map<number, Buffer>()
const bare = createServer((request, response) => {
  const size = Number(request.url?.slice(1))
  let body = bodies.get(size)
  if (body === undefined) bodies.set(size, (body = Buffer.alloc(size, 'x')))
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length })
  response.end(body)
})
bare.listen(0, '127.0.0.1', () => process.send?.({ wiki: host.port, bare: (bare.address() as AddressInfo).port }))
