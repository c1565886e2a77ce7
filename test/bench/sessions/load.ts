import { createConnection } from 'node:net'
import type { Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly path: string
  /** Cookie headers, used in turn; empty: none is sent. */
  readonly cookies: readonly string[]
  readonly connections: number
  readonly ms: number
}

export interface Loaded {
  readonly requests: number
  readonly seconds: number
  /** Answers that were not 200. */
  readonly bad: number
}

/** Sends requests over keep-alive connections on the loopback, the next when the last is answered, for a set time. */
export function load({ port, path, cookies, connections, ms }: Load): Promise<Loaded> {
  const requests = (cookies.length === 0 ? [''] : cookies).map((cookie) =>
    Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${cookie === '' ? '' : `Cookie: ${cookie}\r\n`}\r\n`),
  )
  let done = 0
  let bad = 0
  let turn = 0
  let stopped = false
  const start = performance.now()
  return new Promise((resolve, reject) => {
    let open = connections
    const finish = (socket: Socket): void => {
      socket.destroy()
      open--
      if (open === 0) resolve({ requests: done, seconds: (performance.now() - start) / 1000, bad })
    }
    for (let n = 0; n < connections; n++) {
      const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
      let rest: Buffer | null = null
      const send = (): void => {
        socket.write(requests[turn++ % requests.length] as Buffer)
      }
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        const data = rest === null ? chunk : Buffer.concat([rest, chunk])
        const head = data.indexOf('\r\n\r\n')
        if (head === -1 || !isWhole(data, head)) {
          rest = data
          return
        }
        rest = null
        done++
        if (data[9] !== 50) bad++
        if (stopped) finish(socket)
        else send()
      })
    }
    setTimeout(() => {
      stopped = true
    }, ms)
  })
}

function isWhole(data: Buffer, head: number): boolean {
  const text = data.toString('latin1', 0, head)
  const at = text.search(/content-length:/i)
  if (at !== -1) return data.length >= head + 4 + Number.parseInt(text.slice(at + 15), 10)
  // express-session writes its last byte apart, which makes an answer chunked.
  return data.toString('latin1', data.length - 5) === '0\r\n\r\n'
}
