import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { FragmentCache } from '../../core/render/fragment-cache.ts'

let host: TestHost

const password = 'a long password'
const keep = `import { redirect } from 'servus'
export const right = null
export async function execute({ request, page }) {
  for (const [name, value] of request.url.searchParams) if (name.startsWith('set_')) request.session[name.slice(4)] = value
  return redirect(page.url())
}
`
const action = (body: string): string => `export const right = null
export async function execute({ request }) {
  ${body}
}
`
const theme = `export const label = 'Test'
export const base = 'default'
export const stylesheets = []
`

async function open(files: Readonly<Record<string, string>>, wiki: Parameters<typeof createTestHost>[0] = {}): Promise<void> {
  const named = Object.fromEntries(Object.entries(files).map(([name, text]) => [`plugins/${name}`, text]))
  host = await createTestHost({
    pages: { Garden: 'A garden.\n' },
    users: { Ada: password, Bob: password },
    files: { 'plugins/actions/keep.ts': keep, 'plugins/themes/mine/theme.ts': theme, ...named },
    ...wiki,
    wiki: { cookieLifetime: [1, 12], themeDefault: 'mine', ...wiki?.wiki },
  })
}

/** A visitor whose session has a record with these values. */
async function withValues(query: string) {
  const visitor = host.browser()
  for (let i = 0; i < 2; i++) await visitor.get(`/Garden?action=keep&${query}`, { follow: false })
  return visitor
}

const layout = (inside: string): string => `<!DOCTYPE html><title>{{title}}</title>${inside}<main>{{{content}}}</main>`
const said = (page: string): string => /\[(.*?)\]/s.exec(page)?.[1] ?? ''
const loads = (): number => (host.wiki.parts.sessions as unknown as { counters: { loads: number } }).counters.loads

describe('the session in templates', () => {
  afterEach(() => host.close())

  // Appier: `{{session.email}}` escaped and read-only in every template.
  it('is read by its keys, escaped', async () => {
    await open({ 'themes/mine/layout.hbs': layout('[{{session.email}}]') })
    const visitor = await withValues('set_email=%3Cb%3Eada%40example.org')
    expect(said((await visitor.get('/Garden')).text)).toBe('&lt;b&gt;ada@example.org')
    expect(said((await visitor.get('/Garden?action=info')).text)).toBe('&lt;b&gt;ada@example.org')
  })

  it('is one visitor’s: a layout that reads it is not kept for others', async () => {
    await open({ 'themes/mine/layout.hbs': layout('[{{session.email}}]') })
    const [ada, bob] = [await withValues('set_email=ada'), await withValues('set_email=bob')]
    const stranger = host.browser()
    for (let i = 0; i < 2; i++) {
      expect(said((await ada.get('/Garden')).text)).toBe('ada')
      expect(said((await stranger.get('/Garden')).text)).toBe('')
      const answer = await bob.get('/Garden')
      expect(said(answer.text)).toBe('bob')
      expect(answer.headers['cache-control']).toContain('private')
      expect(answer.headers['vary']).toContain('Cookie')
    }
  })

  it('costs visitors without a cookie neither a cookie nor a store operation', async () => {
    await open({ 'themes/mine/layout.hbs': layout('[{{session.email}}{{session.key}}{{#if session.isNew}}new{{/if}}]') })
    const before = loads()
    const answer = await host.browser().get('/Garden')
    expect(said(answer.text)).toBe('new')
    expect(answer.setCookies).toEqual([])
    expect(answer.headers['vary']).toContain('Cookie')
    expect(answer.headers['cache-control']).toContain('private')
    expect(loads()).toBe(before)
  })

  it('cannot be written, and its methods cannot be called', async () => {
    const writes = action(`return { title: 'T', template: 'writes', model: { method: 'destroy' } }`)
    await open({
      'actions/writes/index.ts': writes,
      'actions/writes/writes.hbs': '[{{session.destroy}}{{session.clear}}{{lookup session method}}{{session.email}}]',
    })
    const visitor = await withValues('set_email=ada')
    expect(said((await visitor.get('/Garden?action=writes')).text)).toBe('ada')
    expect(said((await visitor.get('/Garden?action=writes')).text)).toBe('ada')
  })

  it('is @session where another word is in the way', async () => {
    const list = action(`return { title: 'T', template: 'list', model: { session: 'mine', rows: [1, 2] } }`)
    await open({
      'actions/list/index.ts': list,
      'actions/list/list.hbs': '[{{session}}{{#each rows}} {{this}}{{@session.email}}{{/each}}]',
    })
    const visitor = await withValues('set_email=ada')
    expect(said((await visitor.get('/Garden?action=list')).text)).toBe('mine 1ada 2ada')
  })

  // Appier: `set_t get_t delete_t`, for the request only.
  it('shows transient values like stored ones, for this request', async () => {
    const once = action(`const { session } = request
  if (request.url.searchParams.has('set')) session.setT('email', 'once@example.org')
  session.setT('gone', 'x')
  session.deleteT('gone')
  return { title: 'T', template: 'once', model: { got: session.getT('email') ?? 'none' } }`)
    await open({ 'actions/once/index.ts': once, 'actions/once/once.hbs': '[{{session.email}} {{got}}{{session.gone}}]' })
    for (const visitor of [host.browser(), await withValues('set_other=1')]) {
      expect(said((await visitor.get('/Garden?action=once&set=1')).text)).toBe('once@example.org once@example.org')
      expect(said((await visitor.get('/Garden?action=once')).text)).toBe(' none')
    }
  })

  it('works over a store that answers later', async () => {
    const { MemoryStore } = await import('servus')
    const memory = new MemoryStore({ clock: { now: () => Date.UTC(2026, 0, 15, 12) } })
    const later = new Proxy(memory, {
      get: (store, name) => {
        if (name === 'readSync' || name === 'instant') return undefined
        const member: unknown = Reflect.get(store, name)
        return typeof member === 'function' ? (member.bind(store) as unknown) : member
      },
    })
    await open({ 'themes/mine/layout.hbs': layout('[{{session.email}}]') }, { wiki: { sessionStore: later } })
    const visitor = await withValues('set_email=ada')
    expect(said((await visitor.get('/Garden')).text)).toBe('ada')
    expect(said((await visitor.get('/Garden?action=raw&mimetype=x')).text)).toBe('')
    expect((await visitor.get('/Garden?action=nothing')).status).toBe(404)
  })
})

// Moya: `{{#cache key=session.key ttl="10m"}}`.
describe('the block cache', () => {
  afterEach(() => host.close())

  const shows = action(`globalThis.renders = 0
  return { title: 'T', template: 'shows', model: { next: () => ++globalThis.renders, word: request.url.searchParams.get('word') } }`)
  const open_ = (template: string) => open({ 'actions/shows/index.ts': shows, 'actions/shows/shows.hbs': template })
  const words = async (visitor: { get(url: string): Promise<{ text: string }> }, word: string) =>
    said((await visitor.get(`/Garden?action=shows&word=${word}`)).text)

  it('keeps a fragment for each session, until its time is over', async () => {
    await open_('[{{#cache key=session.key ttl="10m"}}{{word}} {{session.email}}{{/cache}}]')
    const [ada, bob] = [await withValues('set_email=ada'), await withValues('set_email=bob')]
    expect(await words(ada, 'one')).toBe('one ada')
    expect(await words(ada, 'two')).toBe('one ada')
    expect(await words(bob, 'three')).toBe('three bob')
    host.advance(599)
    expect(await words(ada, 'four')).toBe('one ada')
    host.advance(1)
    expect(await words(ada, 'five')).toBe('five ada')
  })

  it('keeps nothing for visitors without a session', async () => {
    await open_('[{{#cache key=session.key ttl="10m"}}{{word}}{{/cache}}]')
    const visitor = host.browser()
    expect(await words(visitor, 'one')).toBe('one')
    expect(await words(visitor, 'two')).toBe('two')
  })

  it('tells several blocks of one template apart, those of partials too', async () => {
    await open({
      'actions/shows/index.ts': shows,
      'actions/shows/shows.hbs': '[{{#cache}}a{{/cache}}{{#cache}}b{{/cache}}{{> part}}]',
      'themes/mine/part.hbs': '{{#cache}}c{{/cache}}{{#cache}}d{{/cache}}',
    })
    expect(await words(host.browser(), 'x')).toBe('abcd')
    expect(await words(host.browser(), 'x')).toBe('abcd')
  })

  it('is everyone’s without a key, and then keeps nothing that read the session or made a ticket', async () => {
    await open_('[{{#cache}}{{word}}{{/cache}} {{#cache}}{{word}} {{session.email}}{{/cache}}]')
    const [ada, bob] = [await withValues('set_email=ada'), await withValues('set_email=bob')]
    expect(await words(ada, 'one')).toBe('one one ada')
    expect(await words(bob, 'two')).toBe('one two bob')
  })

  it('stops in layouts as well: the frame is not kept beyond the fragment', async () => {
    await open({ 'themes/mine/layout.hbs': layout('[{{#cache page=pageName ttl="1m"}}{{user.name}}{{/cache}}]') })
    const ada = await host.signedIn('Ada', password)
    expect(said((await ada.get('/Garden')).text)).toBe('Ada')
    expect(said((await host.browser().get('/Garden')).text)).toBe('Ada')
    host.advance(60)
    expect(said((await host.browser().get('/Garden')).text)).toBe('')
  })

  it('is told apart by wiki: another farm member with the same theme starts empty', async () => {
    await open_('[{{#cache ttl="10m"}}{{word}}{{/cache}}]')
    const first = host
    expect(await words(first.browser(), 'one')).toBe('one')
    const second = await createTestHost({
      pages: { Garden: 'x\n' },
      files: {
        'plugins/actions/shows/index.ts': shows,
        'plugins/actions/shows/shows.hbs': '[{{#cache ttl="10m"}}{{word}}{{/cache}}]',
      },
    })
    try {
      expect(await words(second.browser(), 'two')).toBe('two')
    } finally {
      await second.close()
    }
  })
})

describe('FragmentCache', () => {
  it('is bounded in entries and in bytes, and drops what was used longest ago', () => {
    const cache = new FragmentCache(() => 0, { mostEntries: 3, mostBytes: 10_000 })
    for (const key of ['a', 'b', 'c']) cache.keep(key, key, 60)
    cache.get('a')
    cache.keep('d', 'd', 60)
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['a', null, 'c', 'd'])
    cache.keep('big', 'x'.repeat(2000), 60)
    expect(cache.get('big')).toBeNull()
    for (let i = 0; i < 50; i++) cache.keep(`k${i}`, 'x'.repeat(900), 60)
    expect(cache.entries).toBeLessThanOrEqual(3)
    expect(cache.bytes).toBeLessThanOrEqual(10_000)
  })
})
