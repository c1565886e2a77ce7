import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const password = 'a long password'
const counter = (wishes: string): string => `export const dependencies = ['session']
${wishes}
export function execute(macro) {
  const { session } = macro.request
  if (session.isNew) return '[new]'
  session['count'] = (session['count'] ?? 0) + 1
  return '[' + session['count'] + ']'
}
`
const said = (page: string): string => /\[(\w+)\]/.exec(page)?.[1] ?? ''

async function open(wishes = ''): Promise<void> {
  host = await createTestHost({
    wiki: { cookieLifetime: [1, 12] },
    users: { Ada: password },
    pages: {
      Shop: '<<Counter>>\n',
      Plain: '<<Usual>>\n',
      'Game/Board': '#pragma session-path /Game\n<<Usual>>\n',
      Bank: '#pragma session-expire 10m\n<<Usual>>\n',
      Odd: '#pragma session-expire 1s\n#pragma session-path x;y\n<<Usual>>\n',
    },
    files: {
      'plugins/macros/Counter.ts': counter(wishes),
      'plugins/macros/Usual.ts': counter(''),
      'plugins/actions/count.ts': `export const right = null
export const session = { path: '/Shop', expire: '2h' }
export async function execute({ request }) {
  const { session } = request
  session['count'] = (session['count'] ?? 0) + 1
  return { title: 'T', body: '[' + session['count'] + ']' }
}
`,
    },
  })
}

const names = (setCookies: readonly string[]): string[] => setCookies.map((line) => line.split('=')[0] ?? '')
const ages = (setCookies: readonly string[]): number[] => setCookies.map((line) => Number(/Max-Age=(\d+)/.exec(line)?.[1]))

// Spyce: session_path and session_expire at import (`export const session`) or for a page (`#pragma`).
describe('a plugin with a session of its own', () => {
  it('has one below its path, beside the wiki’s', async () => {
    await open(`export const session = { path: '/Shop' }`)
    const visitor = host.browser()
    const first = await visitor.get('/Shop')
    expect(first.setCookies.some((line) => /; Path=\/Shop(;|$)/.test(line))).toBe(true)
    expect([said(first.text), said((await visitor.get('/Shop')).text), said((await visitor.get('/Shop')).text)]).toEqual([
      'new',
      '1',
      '2',
    ])
    for (let i = 0; i < 2; i++) await visitor.get('/Plain')
    expect(said((await visitor.get('/Plain')).text)).toBe('2')
    expect(said((await visitor.get('/Shop')).text)).toBe('3')
  })

  it('leaves who is signed in to the wiki’s session, and outlives a log-out', async () => {
    await open(`export const session = { path: '/Shop' }`)
    const ada = await host.signedIn('Ada', password)
    for (let i = 0; i < 2; i++) await ada.get('/Shop')
    expect((await ada.get('/Shop')).text).toContain('Log out')
    await ada.submit('/Shop?action=logout', {}, { follow: false })
    const page = (await ada.get('/Shop')).text
    expect(page).not.toContain('Log out')
    expect(said(page)).toBe('3')
  })

  it('may be an action, with a life of its own', async () => {
    await open()
    const visitor = host.browser()
    const { setCookies } = await visitor.get('/Shop?action=count')
    expect([names(setCookies).length, ages(setCookies)]).toEqual([1, [7200]])
    await visitor.get('/Shop?action=count')
    expect(said((await visitor.get('/Shop?action=count')).text)).toBe('2')
    host.advance(7201)
    expect(said((await visitor.get('/Shop?action=count')).text)).toBe('1')
  })

  it('shortens the visitor’s session with expire alone, until another page uses it', async () => {
    await open(`export const session = { expire: '10m' }`)
    const visitor = host.browser()
    expect(ages((await visitor.get('/Shop')).setCookies)).toEqual([600])
    expect(said((await visitor.get('/Shop')).text)).toBe('1')
    expect(ages((await visitor.get('/Plain')).setCookies)).toEqual([3600])
    host.advance(1800)
    expect(said((await visitor.get('/Shop')).text)).toBe('3')
    host.advance(601)
    expect(said((await visitor.get('/Plain')).text)).not.toBe('4')
  })
})

describe('a message left by code with a session of its own', () => {
  it('is shown above the next page, whatever its path, and once', async () => {
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12] },
      users: { Ada: password },
      pages: { Plain: 'text\n' },
      files: {
        'plugins/actions/buy.ts': `import { leaveMessage, redirect } from 'servus'
export const session = { path: '/Shop' }
export async function execute({ request }) {
  leaveMessage(request.session, { kind: 'success', text: 'It is bought.' })
  return redirect('/Plain')
}
`,
      },
    })
    const ada = await host.signedIn('Ada', password)
    expect((await ada.get('/Shop?action=buy')).text).toContain('It is bought.')
    expect((await ada.get('/Plain')).text).not.toContain('It is bought.')
  })
})

describe('a page with a session of its own', () => {
  it('has it below its path', async () => {
    await open()
    const visitor = host.browser()
    for (let i = 0; i < 3; i++) await visitor.get('/Game/Board')
    expect(said((await visitor.get('/Game/Board')).text)).toBe('3')
    await visitor.get('/Plain')
    expect(said((await visitor.get('/Plain')).text)).toBe('1')
  })

  it('shortens the session with session-expire', async () => {
    await open()
    const visitor = host.browser()
    expect(ages((await visitor.get('/Bank')).setCookies)).toEqual([600])
    await visitor.get('/Bank')
    host.advance(601)
    expect(said((await visitor.get('/Bank')).text)).toBe('new')
  })

  it('shortens no sign-in: a page is written by anybody', async () => {
    await open()
    const ada = await host.signedIn('Ada', password)
    await ada.get('/Bank')
    host.advance(3600)
    expect((await ada.get('/Bank')).text).toContain('Log out')
  })

  it('is an ordinary one when its words make no sense, or would sign readers out', async () => {
    await open()
    const visitor = host.browser()
    expect(ages((await visitor.get('/Odd')).setCookies)).toEqual([3600])
    await visitor.get('/Odd')
    expect(said((await visitor.get('/Odd')).text)).toBe('2')
  })
})
