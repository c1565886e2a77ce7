// One process for each system: node systems.mjs NAME PORT FOLDER. Four routes, the same everywhere:
// /new says hello to a stranger, /read reads a counter, /write adds to it, /none does not touch the session.
// `npm run built` compiles our own sources first, since the peers are measured as JavaScript too.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [name = '', port = '0', folder = '/tmp'] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const secret = 'a secret that is longer than thirty-two characters'
const prefix = `servus-bench-${process.pid}:`
const [system = '', store = ''] = name.split(' ')

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return JSON.stringify({ cpu: user + system, rss: process.memoryUsage().rss })
}

/** A handler over node's own request and response; `session` is any dict. */
function counter(path, session, end) {
  switch (path) {
    case '/new':
      return end(`hello ${session.n ?? 'stranger'}`)
    case '/read':
      return end(`n = ${session.n ?? 0}`)
    case '/write':
      session.n = (session.n ?? 0) + 1
      return end(`n = ${session.n}`)
    default:
      return end('nothing')
  }
}
const isKey = /^\/key\?k=(\w+)&d=(\d+)$/
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** The 50-key test and the count of what survived. */
async function others(url, session, end) {
  const key = isKey.exec(url)
  if (key) {
    await later(Number(key[2]))
    session[key[1]] = 1
    return end('set')
  }
  if (url === '/keys') return end(String(Object.keys(session).filter((each) => /^k\d+$/.test(each)).length))
  return counter(url, session, end)
}

const redisClient = async () => {
  const { createClient } = await import('redis')
  const client = createClient()
  await client.connect()
  return client
}

/** session-file-store, for those who take Express' stores. */
const filesOf = async (who) =>
  new (require('session-file-store')((await import('express-session')).default))({
    path: join(folder, who),
    logFn() {},
    retries: 1,
  })

const systems = {
  async bare() {
    const answers = { '/new': 'hello stranger', '/read': 'n = 12', '/write': 'n = 12', '/none': 'nothing' }
    return createServer((req, res) => {
      if (req.url === '/cpu') return res.end(cpu())
      res.setHeader('Content-Type', 'text/plain')
      res.end(answers[req.url] ?? '')
    })
  },
  async servus() {
    const { CookieStore, FileStore, MemoryStore, RedisStore, sessions } = await import(
      './node_modules/.built/core/session/index.js'
    )
    const made = {
      memory: () => new MemoryStore(),
      file: () => new FileStore(join(folder, 'servus')),
      redis: () => new RedisStore({ prefix }),
      cookie: () => new CookieStore(),
    }[store]()
    const session = sessions({ secrets: [secret], store: made, anonymousStart: 'cookie-first', cookieLifetime: [12, 12] })
    return createServer((req, res) => {
      if (req.url === '/cpu') return res.end(cpu())
      res.setHeader('Content-Type', 'text/plain')
      session(req, res, () => {
        if (isKey.test(req.url) || req.url === '/keys') return others(req.url, req.session, (text) => res.end(text))
        // MoinMoin's example asks whether the visitor is new; the others have no such question.
        if (req.url === '/new') return res.end(req.session.isNew ? 'hello stranger' : 'hello again')
        if (req.url === '/none') return res.end('nothing')
        counter(req.url, req.session, (text) => res.end(text))
      })
    })
  },
  async express() {
    const express = (await import('express')).default
    const session = (await import('express-session')).default
    const app = express()
    app.disable('x-powered-by')
    app.disable('etag')
    app.get('/cpu', (_req, res) => res.end(cpu()))
    if (store !== '') {
      const made =
        store === 'memory'
          ? undefined
          : store === 'redis'
            ? new (await import('connect-redis')).RedisStore({ client: await redisClient(), prefix })
            : await filesOf('express')
      app.use(session({ secret, resave: false, saveUninitialized: false, store: made }))
    }
    app.use((req, res) => {
      res.setHeader('Content-Type', 'text/plain')
      void others(req.url, req.session ?? {}, (text) => res.end(text))
    })
    return createServer(app)
  },
  async fastify() {
    const fastify = (await import('fastify')).default
    const app = fastify()
    app.get('/cpu', () => cpu())
    if (store === 'secure') {
      app.register((await import('@fastify/secure-session')).default, { key: randomBytes(32), cookie: { path: '/' } })
    } else if (store !== '') {
      app.register((await import('@fastify/cookie')).default)
      const made =
        store === 'redis'
          ? new (await import('connect-redis')).RedisStore({ client: await redisClient(), prefix })
          : store === 'file'
            ? await filesOf('fastify')
            : undefined
      app.register((await import('@fastify/session')).default, {
        secret,
        cookie: { secure: false },
        saveUninitialized: false,
        rolling: false,
        store: made,
      })
    }
    for (const path of ['/new', '/read', '/write', '/none', '/keys', '/key']) {
      app.get(path, (req, reply) => {
        reply.header('Content-Type', 'text/plain')
        const dict =
          store === ''
            ? {}
            : store === 'secure'
              ? new Proxy(
                  {},
                  {
                    get: (_, key) => req.session.get(key),
                    set: (_, key, value) => {
                      req.session.set(key, value)
                      return true
                    },
                    ownKeys: () => Object.keys(req.session.data() ?? {}),
                    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
                  },
                )
              : req.session
        return new Promise((resolve) => void others(req.raw.url, dict, resolve))
      })
    }
    await app.ready()
    return app.server
  },
  async koa() {
    const Koa = (await import('koa')).default
    const app = new Koa()
    app.keys = [secret]
    app.use((ctx, next) => (ctx.url === '/cpu' ? (ctx.body = cpu()) : next()))
    if (store !== '') {
      const held = new Map()
      const redis = store === 'redis' ? await redisClient() : null
      const files = store === 'file' ? await filesOf('koa') : null
      // A file that is not there is an error to session-file-store, and a new visitor to koa-session.
      const asked = (ask) => new Promise((resolve) => ask((_error, value) => resolve(value)))
      const kept =
        store === 'memory'
          ? {
              get: (key) => held.get(key),
              set: (key, value) => void held.set(key, JSON.parse(JSON.stringify(value))),
              destroy: (key) => void held.delete(key),
            }
          : store === 'redis'
            ? {
                get: async (key) => JSON.parse((await redis.get(prefix + key)) ?? 'null'),
                set: (key, value) => redis.set(prefix + key, JSON.stringify(value), { EX: 86400 }),
                destroy: (key) => redis.del(prefix + key),
              }
            : store === 'file'
              ? {
                  get: (key) => asked((done) => files.get(key, done)),
                  set: (key, value) => asked((done) => files.set(key, value, done)),
                  destroy: (key) => asked((done) => files.destroy(key, done)),
                }
              : undefined
      const plugin = await import('koa-session')
      const make = plugin.default ?? plugin.createSession
      app.use(make({ key: 'koa', renew: false, ...(kept ? { store: kept } : {}) }, app))
    }
    app.use(async (ctx) => {
      ctx.set('Content-Type', 'text/plain')
      if (store === '') return void (await others(ctx.url, {}, (text) => (ctx.body = text)))
      if (ctx.url === '/none') return void (ctx.body = 'nothing')
      await others(ctx.url, ctx.session, (text) => (ctx.body = text))
    })
    return createServer(app.callback())
  },
  async iron() {
    const { getIronSession } = await import('iron-session')
    return createServer(async (req, res) => {
      if (req.url === '/cpu') return res.end(cpu())
      res.setHeader('Content-Type', 'text/plain')
      if (req.url === '/none') return res.end('nothing')
      const session = await getIronSession(req, res, { password: secret, cookieName: 'iron', cookieOptions: { secure: false } })
      let text = ''
      await others(req.url, session, (answer) => (text = answer))
      if (req.url === '/write' || isKey.test(req.url)) await session.save()
      res.end(text)
    })
  },
}

const server = await systems[system]()
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
process.once('disconnect', () => process.exit(0))
