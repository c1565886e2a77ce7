import { afterEach, describe, expect, it } from 'vitest'
import { MemoryStore, type SessionStore } from 'servus'
import { createTestHost, type TestHost } from 'servus/testing'
import { withRedis } from '../session/redis-server.ts'

let host: TestHost
afterEach(() => host.close())

const password = 'a long password'
const counted = ['read', 'readSync', 'create', 'merge', 'rename', 'destroy', 'touch'] as const

/** A store that counts what it is asked. `later`: it answers with promises, as one at the other end of a wire does. */
function countingStore(later: boolean): { store: SessionStore; operations(): Record<string, number> } {
  let done: Record<string, number> = {}
  const memory = new MemoryStore({ clock: { now: () => Date.UTC(2026, 0, 15, 12) } })
  const store = new Proxy(memory, {
    get: (target, name) => {
      if (later && (name === 'readSync' || name === 'instant')) return undefined
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...words: unknown[]): unknown => {
        if (counted.some((word) => word === name)) {
          const word = name === 'readSync' ? 'read' : String(name)
          done[word] = (done[word] ?? 0) + 1
        }
        const answer: unknown = Reflect.apply(member, target, words)
        return later && counted.some((word) => word === name) ? Promise.resolve(answer) : answer
      }
    },
  })
  return {
    store,
    operations: () => {
      const before = done
      done = {}
      return before
    },
  }
}

const files = {
  'plugins/actions/cart.ts': `export const right = null
export async function execute({ request }) {
  const { session } = request
  if (request.values.has('add')) session.append('cart', request.values.get('add'))
  if (request.values.has('fail')) throw new Error('after the write')
  return { title: 'Cart', body: '[' + (session['cart'] ?? []).join(' ') + ']' }
}
`,
}
const said = (page: string): string => /\[([^\]]*)\]/.exec(page)?.[1] ?? ''

// Kay: lazy, no store access unless the value is used.
describe.each([
  ['a store that answers at once', false],
  ['a store that answers later', true],
])('%s', (_, later) => {
  it('is asked for nothing by visitors without a cookie, static files, raw texts and pages that show nobody anything', async () => {
    const { store, operations } = countingStore(later)
    host = await createTestHost({
      wiki: { sessionStore: store, cookieLifetime: [1, 12] },
      users: { Ada: password },
      pages: { Garden: 'A garden.\n', S: '<<SessionTest>>\n' },
    })
    const stranger = host.browser()
    const page = await stranger.get('/Garden')
    expect(page.setCookies).toEqual([])
    for (const address of ['/NoSuchPage', '/Garden?action=info', '/Garden?action=raw', '/Garden', '/S'])
      await stranger.get(address)
    expect(operations()).toEqual({})
    const ada = await host.signedIn('Ada', password)
    const anonymous = host.browser()
    for (let i = 0; i < 2; i++) await anonymous.get('/S')
    operations()
    expect((await anonymous.get('/Garden?action=raw')).text).toBe('A garden.\n')
    expect(operations()).toEqual({})
    const sheet = /href="([^"]*\.css)"/.exec(page.text)?.[1] ?? ''
    expect((await ada.get(sheet)).status).toBe(200)
    expect((await ada.get('/robots.txt')).status).toBe(200)
    expect(operations()).toEqual({})
  })

  it('is read once for whoever is signed in, however much looks at the session', async () => {
    const { store, operations } = countingStore(later)
    host = await createTestHost({
      wiki: { sessionStore: store, cookieLifetime: [1, 12] },
      users: { Ada: password },
      pages: { Garden: 'A garden.\n', S: '<<SessionTest>><<SessionTest>><<SessionTest>>\n' },
    })
    const ada = await host.signedIn('Ada', password)
    await ada.get('/S')
    await ada.get('/S')
    operations()
    await ada.get('/S')
    expect(operations()).toEqual({ read: 1 })
    await ada.get('/S?action=raw')
    expect(operations()['read'] ?? 0).toBeLessThanOrEqual(1)
  })
})

// Kay and Appier: the store chosen by a word or given as an object.
describe.each(['file', 'memory', 'cookie'] as const)('sessionStore: %s', (sessionStore) => {
  it('runs the session example and a login through the wiki', async () => {
    host = await createTestHost({
      wiki: { sessionStore, cookieLifetime: [1, 12] },
      users: { Ada: password },
      pages: { S: '<<SessionTest>>\n' },
    })
    const ada = host.browser()
    await ada.get('/S')
    const value = /Set to value (\d+)/.exec((await ada.get('/S')).text)?.[1] ?? 'none'
    await ada.submit('/S?action=login', { name: 'Ada', password })
    expect((await ada.get('/S')).text).toContain(`Loaded value ${value}`)
    expect((await ada.get('/S')).text).toContain('Log out')
  })
})

withRedis('the wiki', ({ url }) => {
  it('keeps sessions at the address that sessionStore names', async () => {
    // Redis counts the real time.
    host = await createTestHost({
      now: Date.now(),
      wiki: { sessionStore: url as `redis://${string}`, cookieLifetime: ['1m', '1m'] },
      users: { Ada: password },
      pages: { S: '<<SessionTest>>\n' },
    })
    const ada = host.browser()
    await ada.get('/S')
    const value = /Set to value (\d+)/.exec((await ada.get('/S')).text)?.[1] ?? 'none'
    await ada.submit('/S?action=login', { name: 'Ada', password })
    expect((await ada.get('/S')).text).toContain(`Loaded value ${value}`)
    expect((await ada.get('/S?action=sessions')).text.match(/name="end"/g)).toHaveLength(1)
    await ada.submit('/S?action=logout', {})
    expect((await ada.get('/S')).text).not.toContain(`Loaded value ${value}`)
  })
})

// Moya: written at the end of a successful request; independent of users; any request keeps it alive, else it is empty.
describe('the cart', () => {
  const open = (expire: string | null = null) =>
    createTestHost({
      wiki: { cookieLifetime: ['24h', '24h'], expire },
      users: { Ada: password },
      pages: { Garden: 'A garden.\n' },
      files,
    })
  const cart = '/Garden?action=cart'

  it('survives the login', async () => {
    host = await open()
    const visitor = host.browser()
    for (const item of ['seen', 'apple', 'pear']) await visitor.get(`${cart}&add=${item}`)
    expect(said((await visitor.get(cart)).text)).toBe('apple pear')
    await visitor.submit('/Garden?action=login', { name: 'Ada', password })
    expect(said((await visitor.get(cart)).text)).toBe('apple pear')
    await visitor.submit('/Garden?action=logout', {})
    expect(said((await visitor.get(cart)).text)).toBe('')
  })

  it('keeps nothing of a request that failed, neither for visitors nor for those who are signed in', async () => {
    host = await open()
    for (const visitor of [host.browser(), await host.signedIn('Ada', password)]) {
      for (const item of ['seen', 'apple']) await visitor.get(`${cart}&add=${item}`)
      const before = said((await visitor.get(cart)).text)
      expect((await visitor.get(`${cart}&add=lost&fail=1`)).status).toBe(500)
      expect(said((await visitor.get(cart)).text)).toBe(before)
    }
  })

  it('is kept by any request within expire, and empty after it', async () => {
    host = await open('30m')
    const visitor = host.browser()
    for (const item of ['seen', 'apple']) await visitor.get(`${cart}&add=${item}`)
    for (let i = 0; i < 6; i++) {
      host.advance(1200)
      await visitor.get('/Garden')
    }
    expect(said((await visitor.get(cart)).text)).toBe('apple')
    host.advance(1801)
    expect(said((await visitor.get(cart)).text)).toBe('')
  })
})
