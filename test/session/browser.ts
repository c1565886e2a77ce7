import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a free port of the loopback. */
export async function listen(
  handler: RequestListener,
): Promise<{ server: Server; port: number; url: string; close(): Promise<void> }> {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has one
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly bytes: number
}

/** A browser with a cookie jar: cookies take effect when the head of an answer arrives, as in a real one. */
export class Browser {
  readonly url: string
  jar = new Map<string, string>()

  constructor(url: string) {
    this.url = url
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers)
  }

  post(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, headers)
  }

  /** Resolves when the answer is complete; `onHead` is called when its head is there. */
  send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    onHead?: (answer: { status: number; headers: IncomingHttpHeaders }) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const cookie = Array.from(this.jar, ([name, value]) => `${name}=${value}`).join('; ')
      const req = httpRequest(this.url + path, {
        method,
        headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
        agent: false,
      })
      req.on('error', reject)
      req.on('response', (res) => {
        for (const each of res.headers['set-cookie'] ?? []) this.keep(each)
        onHead?.({ status: res.statusCode ?? 0, headers: res.headers })
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('error', reject)
        res.on('end', () => {
          const all = Buffer.concat(chunks)
          resolve({
            status: res.statusCode ?? 0,
            headers: res.headers,
            body: all.length > 100_000 ? '' : all.toString(),
            bytes: all.length,
          })
        })
      })
      req.end()
    })
  }

  keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ')
    const name = pair.slice(0, pair.indexOf('='))
    if (attributes.includes('Max-Age=0')) this.jar.delete(name)
    else this.jar.set(name, pair.slice(name.length + 1))
  }

  twin(): Browser {
    const twin = new Browser(this.url)
    twin.jar = new Map(this.jar)
    return twin
  }
}
