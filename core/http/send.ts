import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RequestFacts } from '../api/request-facts.ts'
import type { Reply } from '../api/reply.ts'
import type { Soon } from '../api/session.ts'
import { compress, encodingFor } from './compress.ts'
import { endAfterRest } from './end-after-rest.ts'
import { addVary } from './vary.ts'

/** Puts a finished reply on the wire: conditional answers, compression, HEAD. Nothing decides anything after this. */
export function send(response: ServerResponse, facts: RequestFacts, reply: Reply): Soon<void> {
  const headers = reply.headers
  const etag = headers.get('etag')
  if (etag !== undefined && reply.status === 200 && matches(facts.headers['if-none-match'], etag)) {
    headers.delete('content-type')
    if (reply.body instanceof Readable) reply.body.destroy()
    return finish(response, 304, reply, null)
  }
  if (reply.body instanceof Readable) return stream(response, facts, reply, reply.body)

  const size = sizeOf(reply.body)
  const isTextual = isText(headers.get('content-type'))
  if (isTextual) addVary(headers, 'Accept-Encoding')
  const encoding = isTextual ? encodingFor(facts.headers['accept-encoding'], size) : null
  if (encoding === null) return sendWhole(response, facts, reply, reply.body, size)
  return compress(whole(reply.body), encoding).then((body) => {
    headers.set('content-encoding', encoding)
    sendWhole(response, facts, reply, body, body.length)
  })
}

function sendWhole(response: ServerResponse, { method }: RequestFacts, reply: Reply, body: Bytes, size: number): void {
  if (reply.status !== 204 && reply.status !== 304) reply.headers.set('content-length', String(size))
  finish(response, reply.status, reply, method === 'HEAD' ? null : body)
}

function finish(response: ServerResponse, status: number, reply: Reply, body: Bytes | null): void {
  response.writeHead(status, headerList(reply))
  // One copy costs less than a call for each part.
  const bytes = body === null ? null : whole(body)
  if (reply.headers.get('connection') !== 'close' || response.req.complete) response.end(bytes)
  else endAfterRest(response, bytes)
}

type Bytes = Exclude<Reply['body'], Readable>

/** `Array.isArray` does not know readonly lists. */
function isList(body: Bytes | null): body is readonly Uint8Array[] {
  return Array.isArray(body)
}

function whole(body: Bytes): string | Uint8Array {
  return isList(body) ? Buffer.concat(body) : body
}

function sizeOf(body: Bytes): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return isList(body) ? body.reduce((sum, part) => sum + part.length, 0) : body.length
}

async function stream(response: ServerResponse, facts: RequestFacts, reply: Reply, body: Readable): Promise<void> {
  response.writeHead(reply.status, headerList(reply))
  if (facts.method === 'HEAD') {
    body.destroy()
    response.end()
    return
  }
  await pipeline(body, response)
}

function headerList(reply: Reply): string[] {
  const list: string[] = []
  for (const [name, value] of reply.headers) list.push(name, value)
  for (const cookie of reply.cookies) list.push('set-cookie', cookie)
  return list
}

function matches(sent: string | undefined, etag: string): boolean {
  if (sent === undefined) return false
  return sent === '*' || sent.split(',').some((item) => item.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''))
}

function isText(type: string | undefined): boolean {
  return type !== undefined && /^(text\/|application\/(json|xml|atom\+xml|rss\+xml|javascript)|image\/svg)/.test(type)
}
