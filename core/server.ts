import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import { WikiError } from './api/errors.ts'
import type { Reply } from './api/reply.ts'
import type { WikiFarm } from './farm/farm.ts'
import { Facts } from './http/facts.ts'
import { type Form, type FormLimits, readForm } from './http/form.ts'
import { InFlight } from './http/in-flight.ts'
import type { ProxyTrust } from './http/proxy-trust.ts'
import { textReply } from './http/reply.ts'
import { send } from './http/send.ts'

export interface HostParts {
  readonly farm: WikiFarm
  readonly log: Logger
  readonly trust: ProxyTrust
  /** Milliseconds until a request's head must be complete. */
  readonly headersTimeout?: number
  /** Bytes of forms that may be in memory at once. */
  readonly mostInFlight?: number | undefined
}

/** The life of a request: facts, the wiki that answers, the reply on the wire, one line in the log. */
export function openServer({ farm, log, trust, headersTimeout = limits.headersTimeout, mostInFlight }: HostParts): Server {
  const server = createServer(
    { ...limits, headersTimeout, connectionsCheckingInterval: Math.min(limits.connectionsCheckingInterval, headersTimeout) },
    (message, response) => {
      void handle(message, response)
    },
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const [status, words] = refusals.get(error.code ?? '') ?? [400, 'Bad Request']
    if (socket.writable) socket.end(`HTTP/1.1 ${status} ${words}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    else socket.destroy()
  })
  const inFlight = new InFlight(mostInFlight)
  return server

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const begin = performance.now()
    let facts: Facts | null = null
    let reply: Reply
    let giveBack = (): void => {}
    const readBody = (limits: FormLimits): Promise<Form> => {
      giveBack = inFlight.take(message, limits)
      return readForm(message, limits)
    }
    try {
      facts = new Facts(message, trust)
      reply =
        facts.target === '/healthz' ? textReply(200, 'ok\n', { 'cache-control': 'no-store' }) : await farm.answer(facts, readBody)
    } catch (error) {
      reply = plainError(error, facts)
    }
    // A body nobody read would otherwise be taken for the next request.
    if (!message.complete && message.method !== 'GET' && message.method !== 'HEAD') reply.headers.set('connection', 'close')
    const whose =
      facts ??
      new Facts({ ...message, method: message.method, url: '/', headers: {}, socket: message.socket } as IncomingMessage, trust)
    try {
      const sent = send(response, whose, reply)
      if (sent instanceof Promise) await sent
    } catch (error) {
      // A reply of a plugin's own making may be none that HTTP can say; nothing of it is on the wire then.
      if (!response.headersSent && !response.destroyed) {
        reply = { ...plainError(error, facts), note: reply.note }
        await send(response, whose, reply)
      } else {
        // The visitor has gone, or a stream broke in the middle: nothing more can be said to them.
        response.destroy()
        if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE')
          log.warn({ request: facts?.id, err: error }, 'reply broke off')
      }
    } finally {
      giveBack()
    }
    if (log.isLevelEnabled('info'))
      log.info(
        {
          request: facts?.id,
          method: message.method,
          status: reply.status,
          ms: Math.round((performance.now() - begin) * 10) / 10,
          // Without the query: tickets and session ids may stand in it.
          ...(reply.note ?? { path: facts?.target.split(/[?#]/, 1)[0]?.slice(0, 200) }),
        },
        'request',
      )
  }

  /** What went wrong before or outside of a wiki: a plain sentence, never a stack. */
  function plainError(error: unknown, facts: Facts | null): Reply {
    if (error instanceof WikiError && error.expose)
      return textReply(error.status, `${error.message}\n`, { ...error.headers, 'cache-control': 'no-store' })
    const id = facts?.id ?? 'none'
    log.error({ request: id, err: error }, 'request failed')
    return textReply(500, `Something went wrong here. Reference: ${id}\n`, { 'cache-control': 'no-store' })
  }
}

const limits = {
  // Slow visitors: the head of a request within 10 s, all of it within 2 minutes, and no more than 16 KB of head.
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
}

/** What a visitor is told who does not speak HTTP well enough to be answered. */
const refusals = new Map<string, readonly [number, string]>([
  ['HPE_HEADER_OVERFLOW', [431, 'Request Header Fields Too Large']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'Request Timeout']],
])
