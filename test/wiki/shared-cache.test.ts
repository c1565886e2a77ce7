import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { TestBrowser } from '../../core/testing/test-browser.ts'

let host: TestHost
let proxy: CachingProxy
afterEach(async () => {
  await proxy.close()
  await host.close()
})

const password = 'a long password'

/** A shared cache that keeps all it may (RFC 9111) and obeys Vary; its heart is some thirty lines. */
class CachingProxy {
  readonly kept = new Map<string, { headers: IncomingHttpHeaders; body: Buffer; asked: IncomingHttpHeaders }[]>()
  hits = 0
  readonly #server: Server

  constructor(upstream: number) {
    this.#server = createServer((message, response) => {
      const { method, headers, url = '/' } = message
      const found =
        method === 'GET'
          ? this.kept
              .get(url)
              ?.find(({ headers: { vary = '' }, asked }) =>
                fields(vary).every((name) => name !== '*' && asked[name] === headers[name]),
              )
          : undefined
      if (found !== undefined) {
        this.hits++
        response.writeHead(200, { ...found.headers, 'x-cache': 'hit' }).end(found.body)
        return
      }
      const forwarded = httpRequest({ host: '127.0.0.1', port: upstream, method, path: url, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const body = Buffer.concat(chunks)
          const caching = answer.headers['cache-control'] ?? ''
          // Greedy: whatever is not forbidden is kept, for ever, even what says max-age=0 or sets a cookie.
          if (method === 'GET' && answer.statusCode === 200 && !/private|no-store/i.test(caching)) {
            const list = this.kept.get(url) ?? []
            this.kept.set(url, [...list, { headers: answer.headers, body, asked: headers }])
          }
          response.writeHead(answer.statusCode ?? 500, answer.headers).end(body)
        })
      })
      message.pipe(forwarded)
    })
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(resolve))
  }
}

const fields = (vary: string): string[] =>
  vary
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)

const shop = (body: string): string => `import { reply } from 'servus'
export const right = null
export async function execute({ request, wiki }) {
  const { session } = request
  ${body}
}
`
const files = {
  // A plugin that believes its page is everyone's.
  'plugins/actions/greedy.ts': shop(`session['n'] = (session['n'] ?? 0) + 1
  return reply(200, 'seen ' + session['n'], { 'cache-control': 'public, max-age=3600, s-maxage=3600', 'content-type': 'text/plain' })`),
  'plugins/actions/cookie.ts':
    shop(`const made = reply(200, 'x', { 'cache-control': 'public, max-age=3600', 'content-type': 'text/plain' })
  made.cookies.push('theirs=' + Math.random())
  return made`),
  'plugins/actions/who.ts': shop(
    `return reply(200, 'hello ' + request.user.name, { 'cache-control': 'public, max-age=3600', 'content-type': 'text/plain' })`,
  ),
  'plugins/actions/fair.ts': shop(
    `return reply(200, 'for all', { 'cache-control': 'public, max-age=3600', 'content-type': 'text/plain' })`,
  ),
}

// Caches: Vary and Cache-Control by observation; a plugin's `public` never survives a Set-Cookie.
describe('a shared cache between the wiki and its visitors', () => {
  it('never gets anything with a cookie in it, nor what is one visitor’s', async () => {
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12] },
      users: { Ada: password, Bob: password },
      pages: { Garden: 'A garden.\n', S: '<<SessionTest>>\n' },
      files,
    })
    proxy = new CachingProxy(host.port)
    const port = await proxy.listen()
    const visitor = () => new TestBrowser(port, { now: () => Date.UTC(2026, 0, 15, 12) })
    const addresses = [
      '/Garden',
      '/S',
      '/Garden?action=greedy',
      '/Garden?action=cookie',
      '/Garden?action=who',
      '/Garden?action=login',
      '/Garden?action=info',
    ]
    const people = [visitor(), visitor(), visitor()]
    for (const [i, name] of ['Ada', 'Bob'].entries()) await people[i]!.submit('/Garden?action=login', { name, password })
    for (let round = 0; round < 3; round++) {
      for (const [i, person] of people.entries()) {
        for (const address of addresses) {
          const { text } = await person.get(address)
          const other = ['Bob', 'Ada', 'Ada'][i]!
          expect(text).not.toContain(`<span class="user-name">${other}</span>`)
          if (address.endsWith('who')) expect(text).toBe(`hello ${['Ada', 'Bob', ''][i]}`)
        }
      }
    }
    const kept = [...proxy.kept].flatMap(([url, list]) => list.map((one) => ({ url, ...one })))
    expect(kept.filter(({ headers }) => headers['set-cookie'] !== undefined)).toEqual([])
    for (const { body } of kept) expect(body.toString()).not.toMatch(/user-name|Loaded value|Set to value|seen \d|hello [AB]/)
    expect(kept.filter(({ url }) => url.includes('greedy') || url === '/S')).toEqual([])
  })

  it('serves all strangers from one answer where nobody looked at the session', async () => {
    host = await createTestHost({ wiki: { cookieLifetime: [1, 12] }, pages: { Garden: 'A garden.\n' }, files })
    proxy = new CachingProxy(host.port)
    const port = await proxy.listen()
    const visitor = () => new TestBrowser(port)
    for (let i = 0; i < 3; i++) for (const address of ['/Garden', '/Garden?action=fair']) await visitor().get(address)
    expect(proxy.hits).toBe(4)
  })
})
