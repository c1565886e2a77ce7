import { execFileSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { RedisStore, noChange } from '../../core/session/index.ts'
import type { RedisStoreOptions, SessionRecord } from '../../core/session/index.ts'
import { freePort, isInstalled, startRedis } from './own-redis.ts'

// Real servers of our own, on free ports. Real timers: a sentinel decides by the clock.

const cleanup: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const each of cleanup.splice(0).reverse()) await each()
})

const installed =
  (await isInstalled('redis-server', '--version')) &&
  (await isInstalled('openssl', 'version')) &&
  // A server that was built without TLS does not know the option.
  (await startsWithTls())

const key = 'ab'.repeat(20)
function record(): SessionRecord {
  const now = Date.now()
  const times = { created: now, lastSeen: now, expires: now + 3_600_000 }
  return { kind: 'user', user: 'anna', realm: 'r', handle: 'h', ...times, device: '', address: '', values: new Map([['n', '1']]) }
}

const { dir, tls } = installed ? withCertificate() : { dir: '', tls: [] }

function withCertificate(): { dir: string; tls: readonly string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'servus-redis-'))
  const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${keyFile} -out ${certFile} -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  )
  return { dir, tls: ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', certFile] }
}

async function start(...args: string[]): Promise<ChildProcess> {
  const files = ['--save', '', '--appendonly', 'no', '--dir', mkdtempSync(join(dir, 'data-'))]
  const child = await startRedis([...args, ...files])
  cleanup.push(() => end(child))
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

function open(options: RedisStoreOptions): RedisStore {
  const store = new RedisStore(options)
  cleanup.push(() => store.close())
  return store
}

describe.skipIf(!installed)('a Redis behind TLS, when redis-server and openssl are installed', () => {
  test('is spoken to by rediss:// and a certificate authority of one’s own', { timeout: 20_000 }, async () => {
    const port = await freePort()
    await start('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...tls)
    const ca = readFileSync(join(dir, 'cert.pem'))
    const store = open({ url: `rediss://localhost:${port}`, client: { socket: { ca } }, ioTimeout: 5000 })
    expect(await store.create(key, record())).toBe(true)
    expect(await store.merge(key, { ...noChange, increment: new Map([['n', 1]]) })).toBe('ok')
    expect((await store.read(key))?.values.get('n')).toBe('2')
    // A certificate that nobody vouches for is refused, and so is a server that is told in plain words.
    for (const url of [`rediss://localhost:${port}`, `redis://localhost:${port}`])
      await expect(open({ url, ioTimeout: 1000 }).read(key)).rejects.toThrow()
  })

  test('may ask for the wiki’s certificate, too', { timeout: 20_000 }, async () => {
    const port = await freePort()
    await start('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'yes', ...tls)
    const [ca, own] = [readFileSync(join(dir, 'cert.pem')), readFileSync(join(dir, 'key.pem'))]
    const url = `rediss://localhost:${port}`
    const store = open({ url, client: { socket: { ca, cert: ca, key: own } }, ioTimeout: 5000 })
    expect(await store.create(key, record())).toBe(true)
    await expect(open({ url, client: { socket: { ca } }, ioTimeout: 1000 }).read(key)).rejects.toThrow()
  })
})

describe.skipIf(!installed)('a Redis behind a sentinel, when redis-server is installed', () => {
  test('is found by its name, and found again when another server has taken over', { timeout: 60_000 }, async () => {
    const [first, second, third] = [await freePort(), await freePort(), await freePort()]
    const master = await start('--port', String(first))
    const replica = await start(
      '--port',
      String(second),
      '--replicaof',
      '127.0.0.1',
      String(first),
      '--repl-diskless-sync-delay',
      '0',
    )
    const file = join(dir, 'sentinel.conf')
    writeFileSync(
      file,
      `port ${third}
sentinel monitor wiki 127.0.0.1 ${first} 1
sentinel down-after-milliseconds wiki 300
sentinel failover-timeout wiki 2000
`,
    )
    const sentinel = await startRedis([file, '--sentinel'], '+monitor')
    cleanup.push(() => end(sentinel))
    expect(replica.exitCode).toBeNull()
    const store = open({ sentinel: { name: 'wiki', sentinelRootNodes: [{ host: '127.0.0.1', port: third }] }, ioTimeout: 2000 })
    expect(await store.create(key, record())).toBe(true)
    expect(await store.merge(key, { ...noChange, increment: new Map([['n', 1]]) })).toBe('ok')
    expect((await store.read(key))?.values.get('n')).toBe('2')

    // The replica must be known to the sentinel and have the record before the master may die.
    await until(async () => (await ask(third, 'SENTINEL', 'replicas', 'wiki')).includes(String(second)))
    await until(async () => (await ask(second, 'EXISTS', `servus:s:${key}`)) === '1')
    await end(master)
    const before = performance.now()
    const found = await until(async () => (await store.merge(key, { ...noChange, increment: new Map([['n', 1]]) })) === 'ok')
    expect(found).toBe(true)
    expect(performance.now() - before).toBeLessThan(30_000)
    expect((await store.read(key))?.values.get('n')).toBe('3')
  })
})

/** Tries again until it is so; an error counts as not yet. */
async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo().catch(() => false)) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

async function ask(port: number, ...command: string[]): Promise<string> {
  const { createClient } = await import('redis')
  const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP: 2 })
  await client.connect()
  try {
    return String(await client.sendCommand(command))
  } finally {
    client.destroy()
  }
}

async function startsWithTls(): Promise<boolean> {
  const { dir: home, tls: how } = withCertificate()
  try {
    const child = await startRedis(['--port', '0', '--tls-port', String(await freePort()), '--save', '', '--dir', home, ...how])
    await end(child)
    return true
  } catch {
    return false
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
