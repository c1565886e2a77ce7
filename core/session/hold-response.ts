import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { badChunk, badStatus, headNamedTwice } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import type { Soon } from '../api/session.ts'
import { after } from '../base/soon.ts'

/** Asked once, before the first byte. A rejection makes the answer a 503. */
export interface BeforeFirstByte {
  beforeFirstByte(reply: Reply): Soon<void>
}

const heldKey = Symbol('servus held response')

type Held = ServerResponse & { [heldKey]?: Hold }

/**
 * Lets `work` run between the handler's last word on the head and the first byte on the wire, and holds everything back while
 * it waits: an answer that a browser can see is an answer whose session is stored (expressjs/session#360). What is written
 * meanwhile keeps its order; a stream is told to wait, not stored up. `instant`: the work never answers with a promise.
 */
export function holdResponse(res: ServerResponse, work: BeforeFirstByte, instant: boolean): void {
  const held = res as Held
  const before = held[heldKey]
  // Held twice (two kinds of sessions on one server): whoever came last has the last word, then the first.
  if (before === undefined) held[heldKey] = new Hold(res, work)
  else before.work = new BothWorks(work, before.work)
  // Whatever makes the head goes through writeHead; where nothing is waited for, that one is enough.
  if (instant) {
    held.writeHead = writeHead as ServerResponse['writeHead']
    return
  }
  // The same four functions on every response: they find their hold through `this`, so nothing is made for each request.
  held.writeHead = writeHead as ServerResponse['writeHead']
  held.write = write as ServerResponse['write']
  held.end = end as ServerResponse['end']
  held.flushHeaders = flushHeaders
}

class BothWorks implements BeforeFirstByte {
  readonly #first: BeforeFirstByte
  readonly #second: BeforeFirstByte

  constructor(first: BeforeFirstByte, second: BeforeFirstByte) {
    this.#first = first
    this.#second = second
  }

  beforeFirstByte(reply: Reply): Soon<void> {
    return after(this.#first.beforeFirstByte(reply), () => this.#second.beforeFirstByte(reply))
  }
}

class Hold {
  work: BeforeFirstByte
  readonly writeHead: ServerResponse['writeHead']
  readonly write: (...args: unknown[]) => boolean
  readonly end: (...args: unknown[]) => ServerResponse
  readonly flushHeaders: () => void
  phase: 'open' | 'waiting' | 'done' = 'open'
  waiting: (() => void)[] = noCalls
  wantsDrain = false
  /** `writeHead` was called and waits. */
  headNamed = false

  constructor(res: ServerResponse, work: BeforeFirstByte) {
    this.work = work
    this.writeHead = res.writeHead
    this.write = res.write as (...args: unknown[]) => boolean
    this.end = res.end as (...args: unknown[]) => ServerResponse
    this.flushHeaders = res.flushHeaders
  }

  /** True when the head may go out now; false when whatever is put into `waiting` will be done later. */
  pass(res: ServerResponse): boolean {
    if (this.phase === 'done') return true
    if (this.phase === 'open') {
      if (res.headersSent) {
        this.phase = 'done'
        return true
      }
      const reply = new NodeReply(res)
      let done: Soon<void>
      try {
        done = this.work.beforeFirstByte(reply)
      } catch (error) {
        done = Promise.reject(error)
      }
      if (!(done instanceof Promise)) {
        reply.settle()
        this.phase = 'done'
        return true
      }
      this.phase = 'waiting'
      this.waiting = []
      done.then(
        () => {
          if (!res.headersSent) reply.settle()
          this.#release(res)
        },
        () => this.#refuse(res),
      )
    }
    return false
  }

  #release(res: ServerResponse): void {
    this.phase = 'done'
    const calls = this.waiting
    this.waiting = noCalls
    try {
      for (const call of calls) call()
    } catch (error) {
      // The handler has gone on long ago: nobody is left who could catch this, and half an answer is none.
      res.destroy(error instanceof Error ? error : undefined)
      return
    }
    if (this.wantsDrain && !res.writableNeedDrain) res.emit('drain')
  }

  /** The changes could not be kept: whatever was to be said is not true. */
  #refuse(res: ServerResponse): void {
    this.phase = 'done'
    this.waiting = noCalls
    if (res.headersSent) return
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    res.statusCode = 503
    res.setHeader('Retry-After', '2')
    res.setHeader('Content-Type', 'text/plain; charset=utf-8')
    res.setHeader('Cache-Control', 'no-store')
    this.end.call(res, 'Your session cannot be kept at the moment. Nothing was changed; please try again.\n')
  }
}

const noCalls: (() => void)[] = []

function writeHead(this: Held, status: number, ...rest: unknown[]): ServerResponse {
  const hold = this[heldKey] as Hold
  if (hold.phase !== 'done') {
    if (hold.headNamed) throw headNamedTwice()
    // Believed before it is checked, it would spoil the answer that tells of it.
    if (!(status >= 100 && status <= 999)) throw badStatus(status)
    this.statusCode = status
    if (rest.length > 0) {
      const headers = rest[typeof rest[0] === 'string' ? 1 : 0]
      // Named here they would replace what the session adds; set before, both are kept.
      setAll(this, headers as OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined)
      if (typeof rest[0] === 'string') this.statusMessage = rest[0]
    }
    if (hold.pass(this)) hold.writeHead.call(this, this.statusCode)
    else {
      hold.headNamed = true
      hold.waiting.push(() => hold.writeHead.call(this, this.statusCode))
    }
    return this
  }
  return hold.writeHead.apply(this, [status, ...rest] as unknown as Parameters<ServerResponse['writeHead']>)
}

function write(this: Held, ...args: unknown[]): boolean {
  const hold = this[heldKey] as Hold
  if (hold.pass(this)) return hold.write.apply(this, args)
  checkChunk(args[0])
  hold.waiting.push(() => hold.write.apply(this, args))
  hold.wantsDrain = true
  return false
}

function end(this: Held, ...args: unknown[]): ServerResponse {
  const hold = this[heldKey] as Hold
  if (hold.pass(this)) return hold.end.apply(this, args)
  if (args[0] !== undefined && args[0] !== null && typeof args[0] !== 'function') checkChunk(args[0])
  hold.waiting.push(() => hold.end.apply(this, args))
  return this
}

/** What Node would say at once must not come when nobody can catch it any more. */
function checkChunk(chunk: unknown): void {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return
  throw badChunk(chunk === null ? 'null' : Array.isArray(chunk) ? 'a list' : `a value of type ${typeof chunk}`)
}

function flushHeaders(this: Held): void {
  const hold = this[heldKey] as Hold
  if (hold.pass(this)) hold.flushHeaders.call(this)
  else hold.waiting.push(() => hold.flushHeaders.call(this))
}

function setAll(res: ServerResponse, headers: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined): void {
  if (headers === undefined || headers === null) return
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value)
    return
  }
  const flat = headers.flat()
  const seen = new Set<string>()
  for (let n = 0; n + 1 < flat.length; n += 2) {
    const name = String(flat[n])
    const value = String(flat[n + 1])
    if (seen.has(name.toLowerCase())) res.appendHeader(name, value)
    else res.setHeader(name, value)
    seen.add(name.toLowerCase())
  }
}

/** The response as a reply: a session service reads and writes its head as if it were a value. */
class NodeReply implements Reply {
  body = ''
  readonly #res: ServerResponse
  #cookies: string[] | null = null
  #headers: ResponseHeaders | null = null

  constructor(res: ServerResponse) {
    this.#res = res
  }

  /** Those the handler has set come first. */
  get cookies(): string[] {
    if (this.#cookies === null) {
      const set = this.#res.getHeader('set-cookie')
      this.#cookies = set === undefined ? [] : Array.isArray(set) ? [...set] : [String(set)]
    }
    return this.#cookies
  }

  get status(): number {
    return this.#res.statusCode
  }

  set status(status: number) {
    this.#res.statusCode = status
  }

  get headers(): Map<string, string> {
    this.#headers ??= new ResponseHeaders(this.#res)
    return this.#headers
  }

  settle(): void {
    const cookies = this.#cookies
    if (cookies !== null && cookies.length > 0)
      this.#res.setHeader('Set-Cookie', cookies.length === 1 ? (cookies[0] as string) : cookies)
  }
}

/** A Map whose content is the response's own head. It has the members of one and keeps nothing: one is made for each request. */
class ResponseHeaders implements Map<string, string> {
  readonly #res: ServerResponse

  constructor(res: ServerResponse) {
    this.#res = res
  }

  get [Symbol.toStringTag](): string {
    return 'Map'
  }

  get size(): number {
    return this.#res.getHeaderNames().length
  }

  get(name: string): string | undefined {
    const value = this.#res.getHeader(name)
    return value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value)
  }

  has(name: string): boolean {
    return this.#res.hasHeader(name)
  }

  set(name: string, value: string): this {
    this.#res.setHeader(name, value)
    return this
  }

  delete(name: string): boolean {
    const there = this.#res.hasHeader(name)
    this.#res.removeHeader(name)
    return there
  }

  clear(): void {
    for (const name of this.#res.getHeaderNames()) this.#res.removeHeader(name)
  }

  forEach(told: (value: string, name: string, headers: Map<string, string>) => void): void {
    for (const [name, value] of this) told(value, name, this)
  }

  *[Symbol.iterator](): MapIterator<[string, string]> {
    for (const name of this.#res.getHeaderNames()) yield [name, this.get(name) ?? '']
  }

  entries(): MapIterator<[string, string]> {
    return this[Symbol.iterator]()
  }

  keys(): MapIterator<string> {
    return this.#res.getHeaderNames().values()
  }

  values(): MapIterator<string> {
    return this.#res
      .getHeaderNames()
      .map((name) => this.get(name) ?? '')
      .values()
  }
}
