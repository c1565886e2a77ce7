import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import express from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { MemoryStore, StoreSessionService, sessions, signIn, signedIn } from '../../core/session/index.ts'
import type { Reply } from '../../core/api/reply.ts'
import type { Session, SessionRequest, SessionService, SessionStore } from '../../core/session/index.ts'
import { Browser, listen } from './browser.ts'
import { probe } from './probe.ts'
import { secret } from './visitor.ts'
import { sure } from './sure.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
const serve = async (handler: Parameters<typeof listen>[0]): Promise<Awaited<ReturnType<typeof listen>>> => {
  const server = await listen(handler)
  open.push(server)
  return server
}

/** A store that answers later: `slow` names operations and milliseconds. */
function later(slow: Partial<Record<keyof SessionStore, number>> = {}): SessionStore & { memory: MemoryStore; log: string[] } {
  const memory = new MemoryStore()
  const log: string[] = []
  const call = async <R>(name: keyof SessionStore, work: () => R): Promise<R> => {
    await new Promise((resolve) => setTimeout(resolve, slow[name] ?? 1))
    log.push(name)
    return work()
  }
  return {
    memory,
    log,
    read: (key) => call('read', () => memory.read(key)),
    create: (key, record) => call('create', () => memory.create(key, record)),
    merge: (key, change) => call('merge', () => memory.merge(key, change)),
    rename: (from, to, change) => call('rename', () => memory.rename(from, to, change)),
    destroy: (key) => call('destroy', () => memory.destroy(key)),
    list: (filter) => memory.list(filter),
    purge: (now) => memory.purge(now),
  }
}

describe('servus/session on a plain server', () => {
  test('is five lines', async () => {
    const { handle } = sessions({ secrets: [secret] })
    const { url } = await serve(handle(({ session }, res) => res.end(`Visit ${(session['n'] = Number(session['n'] ?? 0) + 1)}`)))
    const browser = new Browser(url)
    expect([(await browser.get('/')).body, (await browser.get('/')).body, (await browser.get('/')).body]).toEqual([
      'Visit 1',
      'Visit 2',
      'Visit 3',
    ])
  })

  test.each(['at once', 'later'])('scenarios 29 to 34 by hand: a store that answers %s', async (when) => {
    const { url } = await serve(probe({ secrets: [secret], store: when === 'later' ? later() : new MemoryStore() }))
    const browser = new Browser(url)
    await browser.get('/set?k=a&v=1')
    const planted = browser.twin()
    await browser.post('/login?u=anna')
    expect((await browser.get('/who')).body).toBe('"anna"')
    expect((await browser.get('/all')).body).toContain('"a":"1"')
    expect((await planted.get('/all')).body).toBe('{}')
    const copy = browser.twin()
    await browser.post('/logout')
    expect(browser.jar.size).toBe(0)
    expect((await copy.get('/who')).body).toBe('null')
  })

  test('scenario 40, bug 2: whoever follows a redirect when its head arrives is signed in, however slow the store', async () => {
    const store = later({ create: 150, rename: 150 })
    const { url } = await serve(probe({ secrets: [secret], store }))
    const browser = new Browser(url)
    const who = await new Promise<string>((resolve, reject) => {
      browser
        .send('POST', '/login?u=bob', {}, ({ status }) => {
          expect(status).toBe(303)
          expect(store.log).toContain('create')
          browser.get('/who').then(({ body }) => resolve(body), reject)
        })
        .catch(reject)
    })
    expect(who).toBe('"bob"')
  })

  test('scenario 41, bug 34: streams, large bodies, HEAD, 304, 204 and callbacks are what they are without a session', async () => {
    for (const store of [new MemoryStore(), later()]) {
      const middleware = sessions({ secrets: [secret], store })
      let ended = 0
      let wrote = 0
      const { url } = await serve((req, res) =>
        middleware(req, res, () => {
          const { session } = req as typeof req & { session: Record<string, unknown> }
          session[`k${ended}`] = 1
          const done = (): void => void ended++
          switch (req.url) {
            case '/large':
              return void res.end(Buffer.alloc(20_000_000, 'x'), done)
            case '/stream':
              return void Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(50_000, 'y')))
                .pipe(res)
                .on('finish', done)
            case '/chunks':
              res.write('one,', () => wrote++)
              res.write(Buffer.from('two,'), () => wrote++)
              return void setTimeout(() => res.end('three', 'utf8', done), 5)
            case '/raw-head':
              res.writeHead(201, 'Made', ['X-One', '1', 'Set-Cookie', 'other=1', 'Set-Cookie', 'more=2'])
              return void res.end('made', done)
            case '/head':
              res.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': '5', 'Set-Cookie': 'other=1' })
              return void res.end('12345', done)
            case '/304':
              res.writeHead(304)
              return void res.end(done)
            case '/204':
              res.statusCode = 204
              return void res.end(done)
            case '/flush':
              res.flushHeaders()
              return void setTimeout(() => res.end('late', done), 5)
            default:
              return void res.end(done)
          }
        }),
      )
      const browser = new Browser(url)
      expect((await browser.get('/large')).bytes).toBe(20_000_000)
      expect((await browser.get('/stream')).bytes).toBe(5_000_000)
      const chunks = await browser.get('/chunks')
      expect([chunks.body, wrote, chunks.headers['transfer-encoding']]).toEqual(['one,two,three', 2, 'chunked'])
      const raw = await new Browser(url).get('/raw-head')
      expect([raw.status, raw.headers['x-one'], raw.body, raw.headers['set-cookie']?.length]).toEqual([201, '1', 'made', 3])
      const head = await new Browser(url).send('HEAD', '/head')
      expect([head.bytes, head.headers['content-length'], head.headers['set-cookie']?.length]).toEqual([0, '5', 2])
      expect((await browser.get('/304')).status).toBe(304)
      expect((await browser.get('/204')).status).toBe(204)
      expect((await browser.get('/flush')).body).toBe('late')
      const before = ended
      expect((await browser.get('/empty')).body).toBe('')
      expect(ended - before).toBeLessThanOrEqual(1)
      await expect.poll(() => ended).toBe(9)
    }
  })

  test.each(['at once', 'later'])(
    'bug 34: a handler hears of its own mistakes where it makes them, with a store that answers %s',
    async (when) => {
      const middleware = sessions({ secrets: [secret], store: when === 'later' ? later() : new MemoryStore() })
      const mistakes: Record<string, (res: ServerResponse) => unknown> = {
        '/number': (res) => res.end(42 as never),
        '/object': (res) => res.write({} as never),
        '/null': (res) => res.write(null as never),
        '/status': (res) => res.writeHead(99_999),
        '/twice': (res) => res.writeHead(200).writeHead(201),
        '/header': (res) => res.writeHead(200, { 'X-Bad': 'a\nb' }),
      }
      const { url } = await serve((req, res) =>
        middleware(req, res, () => {
          const { session } = req as typeof req & { session: Record<string, unknown> }
          session[req.url ?? ''] = 1
          try {
            mistakes[req.url ?? '']?.(res)
          } catch (error) {
            return void res.end((error as { code?: string }).code)
          }
          res.end('never')
        }),
      )
      const browser = new Browser(url)
      for (const [path, code] of Object.entries({
        '/number': 'ERR_INVALID_ARG_TYPE',
        '/object': 'ERR_INVALID_ARG_TYPE',
        '/null': when === 'later' ? 'ERR_INVALID_ARG_TYPE' : 'ERR_STREAM_NULL_VALUES',
        '/status': 'ERR_HTTP_INVALID_STATUS_CODE',
        '/twice': 'ERR_HTTP_HEADERS_SENT',
        '/header': 'ERR_INVALID_CHAR',
      }))
        expect((await browser.get(path)).body, path).toBe(code)
    },
  )

  test.each(['read', 'create', 'merge', 'rename', 'destroy'] as const)(
    'scenario 46, bug 10: a store of whatever kind that never answers %s keeps nobody waiting',
    async (silent) => {
      const store = later()
      const service = new StoreSessionService(store, { ioTimeout: 60 })
      const reasons: string[] = []
      service.on('error', (event) => reasons.push(event.reason))
      const { url } = await serve(probe({ secrets: [secret], service }))
      const [known, stranger] = [new Browser(url), new Browser(url)]
      await known.get('/set?k=a&v=1')
      const cookies = new Map(known.jar)
      const heals = store[silent]
      store[silent] = () => new Promise<never>(() => undefined)
      const start = performance.now()
      expect((await known.get('/none')).status).toBe(200)
      expect([(await known.get('/get?k=a')).body, (await stranger.get('/none')).status]).toEqual([
        silent === 'read' ? 'null' : '"1"',
        200,
      ])
      const asked = {
        read: () => known.post('/get?k=a'),
        create: () => stranger.post('/set?k=b&v=1'),
        merge: () => known.post('/set?k=b&v=1'),
        rename: () => known.post('/regen'),
        destroy: () => known.post('/logout'),
      }
      const refused = await asked[silent]()
      expect([refused.status, refused.headers['set-cookie']]).toEqual([503, undefined])
      expect(performance.now() - start).toBeLessThan(1000)
      expect(reasons.join()).toContain(`did not answer ${silent} within 60 ms`)
      store[silent] = heals as never
      known.jar = cookies
      expect((await known.get('/get?k=a')).body).toBe('"1"')
    },
  )

  test('bug 43: a value that cannot be kept is an error where it is set, and the answer comes', async () => {
    for (const store of [new MemoryStore(), later()]) {
      const middleware = sessions({ secrets: [secret], store })
      const cycle: unknown[] = []
      cycle.push(cycle)
      const values: readonly unknown[] = [() => 1, Symbol('x'), cycle, new URL('http://x/'), 10n, { __proto__: null, n: 1n }]
      const { url } = await serve((req, res) =>
        middleware(req, res, () => {
          const { session } = req as typeof req & { session: Record<string, unknown> }
          try {
            session['before'] = 1
            session['value'] = values[Number(req.url?.slice(1))]
            res.end('kept')
          } catch (error) {
            res.end((error as { code?: string }).code)
          }
        }),
      )
      const browser = new Browser(url)
      const answers: string[] = []
      for (let n = 0; n < values.length; n++) answers.push((await browser.get(`/${n}`)).body)
      expect(answers).toEqual([...Array<string>(4).fill('bad-session-value'), 'kept', 'kept'])
    }
  })

  test('bug 34: server-sent events arrive one by one', async () => {
    const middleware = sessions({ secrets: [secret], store: later() })
    let more: () => void = () => undefined
    const { url } = await serve((req, res) =>
      middleware(req, res, () => {
        const { session } = req as typeof req & { session: Record<string, unknown> }
        session['a'] = 1
        res.writeHead(200, { 'Content-Type': 'text/event-stream' })
        res.write('data: 1\n\n')
        more = () => res.end('data: 2\n\n')
      }),
    )
    const req = httpRequest(`${url}/events`).end()
    const [res] = await once(req, 'response')
    const [first] = await once(res, 'data')
    expect(String(first)).toBe('data: 1\n\n')
    more()
    const [second] = await once(res, 'data')
    expect(String(second)).toBe('data: 2\n\n')
  })

  test('scenario 43, bug 33: what a client wrote that went away is kept', async () => {
    const store = later({ merge: 20 })
    const { url, port } = await serve(probe({ secrets: [secret], store }))
    const browser = new Browser(url)
    await browser.get('/set?k=a&v=1')
    const socket = connect(port, '127.0.0.1')
    const [name, value] = sure([...browser.jar][0])
    socket.write(`POST /set?k=gone&v=kept&d=30 HTTP/1.1\r\nHost: x\r\nCookie: ${name}=${value}\r\nContent-Length: 0\r\n\r\n`)
    setTimeout(() => socket.destroy(), 15)
    await once(socket, 'close')
    await expect.poll(async () => (await browser.get('/get?k=gone')).body).toBe('"kept"')
  })

  test('bug 35: three writes and a new id make one Set-Cookie', async () => {
    const middleware = sessions({ secrets: [secret] })
    const { url } = await serve((req, res) =>
      middleware(req, res, () => {
        const { session } = req as typeof req & { session: import('../../core/session/index.ts').Session }
        session['a'] = 1
        session['b'] = 2
        session.renew()
        session['c'] = 3
        signIn(session, { id: 'anna' })
        res.end()
      }),
    )
    const browser = new Browser(url)
    for (let n = 0; n < 3; n++) expect((await browser.post('/')).headers['set-cookie']).toHaveLength(1)
  })

  test('scenario 69, bug 38: 200 visitors at once never see each other’s values', async () => {
    const service = new StoreSessionService(later())
    const middleware = sessions({ secrets: [secret], service })
    const { url } = await serve((req, res) =>
      middleware(req, res, async () => {
        const { session } = req as typeof req & { session: import('../../core/session/index.ts').Session }
        const me = new URL(sure(req.url), 'http://x').searchParams.get('me')
        const before = session['me']
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
        session['me'] = me
        res.end(`${before ?? me}`)
      }),
    )
    const browsers = Array.from({ length: 200 }, () => new Browser(url))
    await Promise.all(browsers.map((browser, n) => browser.post(`/?me=${n}`)))
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(browsers.map((browser, n) => browser.get(`/?me=${n}`)))
      expect(answers.map((answer) => answer.body)).toEqual(browsers.map((_, n) => String(n)))
    }
  })

  test('scenario 46, bug 32: a store that takes 200 ms blocks nobody else', async () => {
    const { url } = await serve(probe({ secrets: [secret], store: later({ read: 200 }) }))
    const browser = new Browser(url)
    await browser.get('/set?k=a&v=1')
    const delays: number[] = []
    let last = performance.now()
    const timer = setInterval(() => {
      delays.push(performance.now() - last - 5)
      last = performance.now()
    }, 5)
    const start = performance.now()
    await Promise.all(Array.from({ length: 100 }, () => browser.get('/get?k=a')))
    clearInterval(timer)
    expect(performance.now() - start).toBeLessThan(2000)
    expect(delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)]).toBeLessThan(50)
  })

  test('scenario 12: broken and hostile cookie headers get an answer', async () => {
    const { url, port } = await serve(probe({ secrets: [secret] }))
    await new Browser(url).get('/info')
    for (const cookie of [
      '',
      '=',
      ';;;',
      'servus_server_000000=',
      '"',
      'a=\u00fc',
      `x=${'y'.repeat(8000)}`,
      Array.from({ length: 200 }, (_, n) => `c${n}=1`).join('; '),
    ]) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`GET /info HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`, 'latin1')
      let text = ''
      for await (const chunk of socket) text += String(chunk)
      expect(text, cookie.slice(0, 20)).toMatch(/^HTTP\/1\.1 200 /)
    }
  })

  test('scenario 56, bug 18: a proxy’s word counts only when it is trusted', async () => {
    const say = { 'x-forwarded-proto': 'https' }
    const trusting = await serve(probe({ secrets: [secret], trustProxy: true }))
    expect(sure((await new Browser(trusting.url).get('/set?k=a', say)).headers['set-cookie'])[0]).toMatch(/^__Host-.*; Secure/)
    const careful = await serve(probe({ secrets: [secret] }))
    expect(sure((await new Browser(careful.url).get('/set?k=a', say)).headers['set-cookie'])[0]).not.toContain('Secure')
  })
})

/** The service of HelpOnSessions, by somebody who knows nothing of ours: a session is a plain object. */
class TinySessions implements SessionService {
  #kept = new Map<string, Record<string, unknown>>()

  getSession(request: SessionRequest): Session {
    const id = request.cookies.get('tiny') ?? ''
    const found = this.#kept.get(id)
    return { ...found, id: found ? id : crypto.randomUUID(), isNew: found === undefined } as unknown as Session
  }

  async finalize(_request: SessionRequest, session: Session, reply: Reply): Promise<void> {
    const { isNew, id, ...data } = session as unknown as { isNew: boolean; id: string }
    this.#kept.set(id, data)
    if (isNew) reply.cookies.push(`tiny=${id}; Path=/; HttpOnly; SameSite=Lax`)
  }

  async destroySession(id: string): Promise<void> {
    this.#kept.delete(id)
  }

  async *allSessionIds(): AsyncGenerator<string> {
    yield* this.#kept.keys()
  }
}

test('a service of thirty lines whose session is a plain object serves as well', async () => {
  const { handle } = sessions({ secrets: [secret], service: new TinySessions() })
  const { url } = await serve(
    handle(({ session }, res) => res.end(`${session.isNew} ${(session['n'] = Number(session['n'] ?? 0) + 1)}`)),
  )
  const browser = new Browser(url)
  expect([(await browser.get('/')).body, (await browser.get('/')).body, (await browser.get('/')).body]).toEqual([
    'true 1',
    'false 2',
    'false 3',
  ])
})

test('a service sees the head of the answer as a map, and what it changes there is sent', async () => {
  const seen: unknown[] = []
  class Tagging extends TinySessions {
    override async finalize(_request: SessionRequest, _session: Session, { headers }: Reply): Promise<void> {
      seen.push([...headers], [...headers.keys()], [...headers.values()], headers.size, new Map(headers).get('x-one'))
      headers.forEach((value, name) => {
        headers.set(`${name}-too`, value)
      })
      headers.delete('x-two')
    }
  }
  const { handle } = sessions({ secrets: [secret], service: new Tagging() })
  const { url } = await serve(
    handle((_req, res) => {
      res.setHeader('X-One', '1')
      res.setHeader('X-Two', '2')
      res.end('here')
    }),
  )
  const answer = await fetch(url)
  const pairs = [
    ['x-one', '1'],
    ['x-two', '2'],
  ]
  expect(seen).toEqual([pairs, ['x-one', 'x-two'], ['1', '2'], 2, '1'])
  expect(['x-one', 'x-two', 'x-one-too', 'x-two-too'].map((name) => answer.headers.get(name))).toEqual(['1', null, '1', '2'])
})

describe('scenario 53, bug 15: behind a cache that many share', () => {
  test('nobody ever gets another’s cookie or page, though the plugin said public', async () => {
    const origin = await serve(probe({ secrets: [secret] }))
    const kept = new Map<string, { status: number; headers: Record<string, string | string[] | undefined>; body: string }>()
    let fromCache = 0
    // A proxy as the standard allows: it keeps what is public or has an age, and neither private nor no-store.
    const proxy = await serve((req, res) => {
      const answer = kept.get(sure(req.url))
      if (answer && !/cookie/i.test(String(answer.headers['vary'] ?? ''))) {
        fromCache++
        res.writeHead(answer.status, answer.headers)
        return void res.end(answer.body)
      }
      const onward = httpRequest(origin.url + sure(req.url), { method: sure(req.method), headers: req.headers }, async (from) => {
        let body = ''
        for await (const chunk of from) body += String(chunk)
        const caching = String(from.headers['cache-control'] ?? '')
        if (/public|s-maxage/.test(caching) && !/private|no-store/.test(caching))
          kept.set(sure(req.url), { status: sure(from.statusCode), headers: from.headers, body })
        res.writeHead(sure(from.statusCode), from.headers)
        res.end(body)
      })
      req.pipe(onward)
    })
    const [anna, bert] = [new Browser(proxy.url), new Browser(proxy.url)]
    const first = await anna.get('/public?write=anna')
    expect(first.headers['cache-control']).toBe('private, no-store')
    expect(first.headers['vary']).toBe('Cookie')
    await bert.get('/public?write=anna')
    expect(bert.jar.get(sure([...bert.jar.keys()][0]))).not.toBe(anna.jar.get(sure([...anna.jar.keys()][0])))
    await anna.get('/public?write=anna')
    await bert.get('/public?write=anna')
    expect([fromCache, kept.size]).toEqual([0, 0])
    // A page whose session nobody touched may be kept for all.
    await anna.get('/public')
    const shared = await bert.get('/public')
    expect([shared.body, fromCache, shared.headers['set-cookie']]).toEqual(['"made for everybody"', 1, undefined])
  })
})

describe('as Express middleware', () => {
  test.each(['at once', 'later'])('works in a real Express app, with a store that answers %s', async (when) => {
    const store = when === 'later' ? later() : new MemoryStore()
    const app = express()
    app.use(sessions({ secrets: [secret], store }))
    app.get('/count', (req, res) => {
      req.session['n'] = ((req.session['n'] as number | undefined) ?? 0) + 1
      res.json({ n: req.session['n'] })
    })
    app.post('/login', (req, res) => {
      signIn(req.session, { id: 'anna' })
      res.redirect(303, '/who')
    })
    app.get('/who', async (req, res) => res.send((await signedIn(req.session))?.id ?? 'nobody'))
    app.get('/fail', (req) => {
      req.session['n'] = 100
      throw new Error('a handler’s fault')
    })
    app.use((error: unknown, _req: unknown, res: { statusCode: number; end(text: string): void }, _next: unknown) => {
      res.statusCode = 500
      res.end(String(error))
    })
    const { url } = await serve(app)
    const browser = new Browser(url)
    for (let n = 1; n <= 3; n++) expect((await browser.get('/count')).body).toBe(`{"n":${n}}`)
    expect((await browser.get('/fail')).status).toBe(500)
    expect((await browser.get('/count')).body).toBe('{"n":4}')
    expect((await browser.post('/login')).status).toBe(303)
    expect((await browser.get('/who')).body).toBe('anna')
    expect((await browser.get('/count')).body).toBe('{"n":5}')
  })

  test.each(['at once', 'later'])(
    'may be mounted twice, and two kinds of sessions side by side, with stores that answer %s',
    async (when) => {
      const store = (): SessionStore => (when === 'later' ? later() : new MemoryStore())
      const everywhere = sessions({ secrets: [secret], store: store(), cookieName: 'site' })
      const app = express()
      app.use(everywhere)
      const office = sessions({ secrets: [secret], store: store(), cookieName: 'office' })
      app.use('/shop', everywhere)
      app.get('/shop', (req, res) => {
        req.session['n'] = Number(req.session['n'] ?? 0) + 1
        res.send(`${req.session['n']}`)
      })
      app.get('/office', (req, res) => {
        const outer = req.session
        office(req, res, () => {
          outer.increment('visits')
          req.session['secret'] = 1
          res.write('both ')
          res.end(`${'visits' in req.session}`)
        })
      })
      const { url } = await serve(app)
      const browser = new Browser(url)
      const first = await browser.get('/shop')
      expect([first.body, first.headers['set-cookie']?.length, (await browser.get('/shop')).body]).toEqual(['1', 1, '2'])
      const both = await new Browser(url).get('/office')
      expect(both.body).toBe('both false')
      expect(both.headers['set-cookie']?.map((line) => line.split('=')[0]).sort()).toEqual(['office', 'site'])
    },
  )

  test('a POST without a store goes to Express’s own error handler', async () => {
    const store = later()
    store.read = () => Promise.reject(new Error('the store is ill'))
    const app = express()
    app.use(sessions({ secrets: [secret], store }))
    app.post('/', (_req, res) => res.send('never'))
    app.get('/', (req, res) => res.send(`empty ${Object.keys(req.session).length}`))
    app.use(
      (
        error: { code: string; status: number },
        _req: unknown,
        res: { statusCode: number; end(text: string): void },
        _next: unknown,
      ) => {
        res.statusCode = error.status
        res.end(error.code)
      },
    )
    const { url } = await serve(app)
    const browser = new Browser(url)
    const first = sessions({ secrets: [secret] })
    const { url: good } = await serve((req, res) =>
      first(req, res, () => {
        ;(req as typeof req & { session: Record<string, unknown> }).session['a'] = 1
        res.end()
      }),
    )
    const other = new Browser(good)
    await other.get('/')
    browser.jar = other.jar
    expect(await browser.post('/')).toMatchObject({ status: 503, body: 'session-store-down' })
    expect(await browser.get('/')).toMatchObject({ status: 200, body: 'empty 0' })
  })

  test('a plain server answers 503 by itself when a POST’s session cannot be kept', async () => {
    const store = later()
    store.create = () => Promise.reject(new Error('the store is ill'))
    const { url } = await serve(probe({ secrets: [secret], store }))
    const browser = new Browser(url)
    const answer = await browser.post('/set?k=a')
    expect([answer.status, answer.headers['retry-after'], answer.headers['set-cookie']]).toEqual([503, '2', undefined])
    expect((await browser.get('/set?k=a')).headers['set-cookie']).toBeUndefined()
  })

  test('sessions that outlive the process need a secret that does', () => {
    expect(() => sessions({ store: new MemoryStore() })).toThrow(
      /secrets: sessions that outlive this process need a secret that does/,
    )
  })
})
