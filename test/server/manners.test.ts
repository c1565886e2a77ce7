import { once } from 'node:events'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

/** What the server says to bytes sent as they are. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(host.port, '127.0.0.1')
  let said = ''
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  socket.write(bytes)
  await once(socket, 'close')
  return said
}

function bytesOf(
  path: string,
  encoding: string,
): Promise<{ bytes: Buffer; encoding: string | undefined; vary: string | undefined }> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: host.port, path, headers: { 'accept-encoding': encoding } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ bytes: Buffer.concat(chunks), encoding: response.headers['content-encoding'], vary: response.headers.vary }),
      )
    })
      .on('error', reject)
      .end()
  })
}

describe('bad input', () => {
  it.each(['/%ff', '/%', '/a%zz', '/%c3%28'])('answers 400 to the address %s, without a stack', async (path) => {
    host = await createTestHost()
    const said = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect(said).toMatch(/^HTTP\/1\.1 400 /)
    expect(said).not.toMatch(/\bat .*\.ts:\d+/)
  })

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    ['a head of 20 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a broken cookie', 'GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ;;=;%%%=\u0001\r\nConnection: close\r\n\r\n', 400],
    [
      'a strange cookie',
      'GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a; =b; __proto__=c; d="e\r\nConnection: close\r\n\r\n',
      200,
    ],
  ])('answers %s with a status and no stack', async (_, bytes, status) => {
    host = await createTestHost()
    const said = await raw(bytes)
    expect(said.slice(0, 12)).toBe(`HTTP/1.1 ${status}`)
    expect(said).not.toMatch(/\bat .*\.ts:\d+/)
  })

  it('answers 400 to a form that is no UTF-8, and 413 to one that is too large', async () => {
    host = await createTestHost({ wiki: { formSizeLimit: 10_000 } })
    const visitor = host.browser()
    expect((await visitor.post('/Page?action=edit', {}, { body: 'savetext=%ff' })).status).toBe(400)
    const large = await visitor.post('/Page?action=edit', { savetext: 'x'.repeat(20_000) })
    expect(large.status).toBe(413)
    expect(large.text).toContain('10000')
  })

  it.each(['Content-Length: 20000000', 'Transfer-Encoding: chunked'])(
    'gets its answer to a program that sends everything before it reads, much too much with %s',
    async (length) => {
      host = await createTestHost({ wiki: { formSizeLimit: 10_000 } })
      const socket = connect({ port: host.port, host: '127.0.0.1', noDelay: true })
      socket.pause()
      const body = 'x'.repeat(20_000_000)
      socket.write(`POST /?action=xmlrpc2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n${length}\r\n\r\n`)
      await new Promise<void>((sent, failed) => {
        socket.once('error', failed)
        socket.write(length.startsWith('T') ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body, () => sent())
      })
      let said = ''
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1')
      })
      socket.resume()
      await once(socket, 'close')
      expect(said).toContain('larger than the 10000 bytes')
    },
  )

  it('answers 405 with the methods it knows, and 404 to an unknown action', async () => {
    host = await createTestHost()
    const put = await host.browser().send('/FrontPage', { method: 'PUT' })
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD'])
    expect((await host.browser().get('/FrontPage?action=nosuch')).status).toBe(404)
  })

  it('closes the connection of a visitor who never finishes the head', async () => {
    host = await createTestHost({ headersTimeout: 200 })
    const said = await raw('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    expect(said).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('forms from elsewhere', () => {
  it('are refused when the browser says that they come from another site, or the ticket is not theirs', async () => {
    host = await createTestHost()
    const visitor = host.browser()
    const fields = { savetext: 'Evil.', rev: '0', button_save: 'Save' }
    const cross = await visitor.post('/Page?action=edit', fields, {
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    })
    expect(cross.status).toBe(403)
    const guessed = await visitor.post('/Page?action=edit', { ...fields, ticket: 'abc.def' })
    expect(guessed.status).toBe(403)
    // Nothing was done, and nothing that was typed is lost.
    expect(guessed.text).toContain('Evil.')
    expect((await visitor.get('/Page')).status).toBe(404)
  })
})

describe('proxy headers', () => {
  it('count from a trusted proxy only', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }
    host = await createTestHost({ wiki: { cookieLifetime: [1, 12] }, pages: { S: '<<SessionTest>>' } })
    expect((await host.browser().get('/S', { headers })).setCookies.join()).not.toContain('Secure')
    await host.close()
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12], trustedProxies: ['127.0.0.0/8'] },
      pages: { S: '<<SessionTest>>' },
    })
    const cookie = (await host.browser().get('/S', { headers })).setCookies.join()
    expect(cookie).toContain('Secure')
    expect(cookie).toMatch(/^__Host-/)
  })
})

describe('answers', () => {
  it('carry the security headers: a strict CSP without inline scripts, nosniff, frames and referrers kept at home', async () => {
    host = await createTestHost()
    const { headers } = await host.browser().get('/')
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/)
    expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('same-origin')
  })

  it('are not sent again to a browser that has them: ETag and 304', async () => {
    host = await createTestHost({ pages: { Page: 'Words.' } })
    const visitor = host.browser()
    const first = await visitor.get('/Page')
    const etag = String(first.headers.etag)
    const again = await visitor.get('/Page', { headers: { 'if-none-match': etag } })
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag])
    await visitor.submit('/Page?action=edit', { savetext: 'Other words.', button_save: 'Save' })
    expect((await visitor.get('/Page', { headers: { 'if-none-match': etag } })).status).toBe(200)
  })

  it('are compressed as the browser likes, by brotli before gzip', async () => {
    host = await createTestHost({ pages: { Page: 'Words. '.repeat(500) } })
    const plain = await bytesOf('/Page', 'identity')
    const gzip = await bytesOf('/Page', 'gzip')
    const brotli = await bytesOf('/Page', 'gzip, br')
    expect([plain.encoding, gzip.encoding, brotli.encoding]).toEqual([undefined, 'gzip', 'br'])
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true)
    expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true)
    expect(brotli.vary).toContain('Accept-Encoding')
  })

  it('to HEAD have the head of a GET and no body', async () => {
    host = await createTestHost({ pages: { Page: 'Words.' } })
    const get = await host.browser().get('/Page')
    const head = await host.browser().send('/Page', { method: 'HEAD' })
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', get.headers['content-length']])
  })

  it('say at /healthz that the server lives', async () => {
    host = await createTestHost()
    const answer = await host.browser().get('/healthz')
    expect([answer.status, answer.text]).toEqual([200, 'ok\n'])
  })

  it('of static files are kept for a year, need no session, and never leave their folder', async () => {
    host = await createTestHost({ wiki: { cookieLifetime: [1, 12] } })
    const visitor = host.browser()
    const page = (await visitor.get('/')).text
    const style = /<link rel="stylesheet" href="([^"]+)"/.exec(page)?.[1] ?? ''
    const answer = await visitor.get(style)
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect([answer.setCookies, answer.headers.vary]).toEqual([[], 'Accept-Encoding'])
    for (const path of [
      '/+static/default/x/..%2f..%2ftheme.ts',
      '/+static/default/x/../../../package.json',
      '/+static/nosuch/x/servus.css',
    ]) {
      const said = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      expect(said).toMatch(/^HTTP\/1\.1 404/)
    }
  })
})

describe('the log', () => {
  it('has a line for each request: id, wiki, page, action, status, milliseconds, store reads', async () => {
    host = await createTestHost({ pages: { Page: 'Words.' } })
    await host.browser().get('/Page?action=raw')
    expect(host.log().at(-1)).toMatchObject({
      wiki: 'wiki',
      page: 'Page',
      action: 'raw',
      status: 200,
      storeReads: 0,
      request: expect.stringMatching(/./),
      ms: expect.any(Number),
    })
  })

  it('has no query of an address that no wiki answers: a ticket may stand in it', async () => {
    host = await createTestHost()
    await host.browser().get('/+static/none.css?superuser=secret-ticket')
    expect(host.log().at(-1)).toMatchObject({ path: '/+static/none.css', status: 404 })
    expect(JSON.stringify(host.log())).not.toContain('secret-ticket')
  })

  it.each([
    ['a field that HTTP cannot say', "{ title: 'Odd', body: '', headers: { 'x y': 'a' } }"],
    ['a field of two lines', "{ title: 'Odd', body: '', headers: { 'x-y': 'a\\nb' } }"],
    ['a reply without a body', '{ status: 200, headers: new Map(), cookies: [], body: null }'],
    ['a status that is none', "{ status: 7, headers: new Map(), cookies: [], body: '' }"],
  ])('has what an action answers that cannot be sent: %s; the visitor gets its number', async (_, answer) => {
    host = await createTestHost({ files: { 'plugins/actions/Odd.ts': `export const execute = async () => (${answer})\n` } })
    const { status, text } = await host.get('/FrontPage?action=Odd')
    expect(status).toBe(500)
    const failure = host.log().find((line) => line['msg'] === 'request failed')
    expect(text).toContain(String(failure?.['request']))
    expect((await host.get('/FrontPage')).status).toBe(200)
  })

  it('has the stack of a failure under the id that the error page shows, which has no stack', async () => {
    host = await createTestHost({
      files: { 'plugins/actions/Break.ts': "export async function execute() {\n  throw new Error('the secret reason')\n}\n" },
    })
    const answer = await host.browser().get('/FrontPage?action=Break')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('the secret reason')
    const failure = host.log().find((line) => line['msg'] === 'request failed')
    expect(JSON.stringify(failure)).toContain('the secret reason')
    expect(answer.text).toContain(String(failure?.['request']))
  })
})
