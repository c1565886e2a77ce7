import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../api/errors.ts'
import { type CommandCall, textOption } from './command.ts'
import { serveOnce } from './dev-child.ts'
import { additions, devRoot, devStyle, problemPage, reloadScript } from './dev-pages.ts'
import { childMark, DevWiki, faultsOf } from './dev-wiki.ts'
import { portError, portNumber } from './port.ts'

const house = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
/** How often open pages ask whether something has changed, in milliseconds. */
const interval = 300

/**
 * `servus serve --dev`: the wiki for people who write plugins. A changed, new or removed plugin, template, catalogue or configuration
 * is there on the next view; what does not load is shown with the lines around it, and pages reload themselves. The wiki runs in a
 * process of its own behind this one, which is replaced after a change. For one person on one machine: it listens nowhere else.
 */
export async function serveForDevelopment(call: CommandCall): Promise<number> {
  if (process.env[childMark] !== undefined && process.send !== undefined) return serveOnce(call, process.env[childMark])
  const host = textOption(call, 'host') ?? '127.0.0.1'
  if (!isLocal(host))
    throw new ConfigError('--host', `--dev shows sources to whoever asks, so it serves this machine only, not ${host}`)
  const args = process.argv.slice(process.argv[2] === 'serve' ? 3 : 2)
  const config = resolve(textOption(call, 'config') ?? 'config')
  const data = resolve(textOption(call, 'data') ?? 'data')
  let wiki: DevWiki | null = null
  const listeners = new Set<ServerResponse>()
  const server = createServer((message, response) => {
    if (wiki === null) response.destroy()
    else void answer(wiki, listeners, message, response).catch((error: Error) => refuse(response, error.message))
  })
  const port = portNumber(textOption(call, 'port') ?? '8080')
  await new Promise<void>((ready, fail) => {
    server.once('error', (error) => fail(portError(error, host, port))).listen(port, host, ready)
  })
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/`
  const known = [config, join(data, 'plugins'), house('core'), house('plugins'), house('macros')]
  const watched = (wiki = new DevWiki(args, known, address))
  process.stderr.write(`Servus is at ${address} and shows every change of a plugin on the next view\n`)
  const timer = setInterval(() => {
    if (listeners.size > 0 && watched.changed()) void watched.now().then(() => tellAll(listeners))
  }, interval)
  await new Promise<void>((over) => {
    process.once('SIGTERM', over)
    process.once('SIGINT', over)
  })
  clearInterval(timer)
  server.close()
  server.closeAllConnections()
  await watched.close()
  return 0
}

async function answer(
  wiki: DevWiki,
  listeners: Set<ServerResponse>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = message.url ?? '/'
  if (path.startsWith(devRoot)) return ownFile(path.slice(devRoot.length), listeners, response)
  const { report, last, process: child } = await wiki.now()
  // Another name for this machine may be a stranger's site that was pointed here: it learns nothing of the sources.
  const mayKnow = isLocal(hostName(message.headers.host ?? ''))
  if (report.port === null) {
    const page = mayKnow ? problemPage(report.problems, last) : 'This wiki cannot be opened.\n'
    response.writeHead(500, { 'content-type': mayKnow ? 'text/html; charset=utf-8' : 'text/plain', 'cache-control': 'no-store' })
    response.end(message.method === 'HEAD' ? '' : page)
    return
  }
  pass(report.port, message, response, async (page) => {
    if (!mayKnow) return additions([]).markup
    const faults = page.includes('class="macro-error"') ? await faultsOf(child) : []
    const shown = faults.filter(({ reference }) => page.includes(reference)).map(({ problem }) => problem)
    return additions([...report.problems, ...shown.filter(({ file }) => !report.problems.some((known) => known.file === file))])
      .markup
  })
}

/** Hands a request on to the wiki's process, and its answer back; a page gets what `added` says before its end. */
function pass(port: number, message: IncomingMessage, response: ServerResponse, added: (page: string) => Promise<string>): void {
  const headers = { ...message.headers }
  // A page that is the same may stand under other problems than before.
  if (!message.url?.includes('/+static/')) for (const name of ['if-none-match', 'if-modified-since']) delete headers[name]
  delete headers['accept-encoding']
  const passed = request(
    { host: '127.0.0.1', port, method: message.method, path: message.url, headers, setHost: false },
    (answered) => {
      const { statusCode = 502, headers: sent } = answered
      const isPage = /^text\/html\b/.test(sent['content-type'] ?? '') && message.method !== 'HEAD'
      if (!isPage) {
        response.writeHead(statusCode, sent)
        answered.pipe(response)
        return
      }
      const chunks: Buffer[] = []
      answered.on('data', (chunk: Buffer) => chunks.push(chunk))
      answered.on('end', async () => {
        const { 'content-length': _, 'transfer-encoding': __, ...rest } = sent
        const page = Buffer.concat(chunks).toString('utf8')
        const end = page.lastIndexOf('</body>')
        const more = await added(page)
        response.writeHead(statusCode, { ...rest, 'cache-control': 'no-store' })
        // A frame may do without the tag, as the barest one does when a layout fails.
        response.end(end < 0 ? page + more : page.slice(0, end) + more + page.slice(end))
      })
    },
  )
  passed.on('error', (error) => refuse(response, `the wiki's process does not answer: ${error.message}`))
  message.pipe(passed)
}

function ownFile(name: string, listeners: Set<ServerResponse>, response: ServerResponse): void {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  if (name === 'events') {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
    response.write('retry: 500\n\n')
    listeners.add(response)
    response.on('close', () => listeners.delete(response))
  } else if (name === 'reload.js') response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(reloadScript)
  else if (name === 'dev.css') response.writeHead(200, { ...headers, 'content-type': 'text/css' }).end(devStyle)
  else response.writeHead(404, headers).end()
}

function tellAll(listeners: ReadonlySet<ServerResponse>): void {
  for (const listener of listeners) listener.write('event: change\ndata:\n\n')
}

function refuse(response: ServerResponse, why: string): void {
  if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${why}\n`)
}

function hostName(header: string): string {
  return header.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}

function isLocal(name: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|::1)$/i.test(name)
}
