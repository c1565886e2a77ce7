import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { errorOf, resultOf, send, users } from './programs.ts'

let host: TestHost
let program: TestBrowser

beforeAll(async () => {
  host = await createTestHost({
    users,
    pages: { Garden: 'See [[Shed]].\n', Shed: 'Tools & <b>\n', Diary: '#acl Ada:read\nquicksilver\n', Übung: 'Wörter\n' },
  })
  program = host.browser()
})
afterAll(() => host.close())

describe('the API in JSON', () => {
  it('answers a method at /+api/NAME with parameters from the address', async () => {
    const answer = await program.get('/+api/getPage?pagename=Shed')
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
    expect(JSON.parse(answer.text)).toEqual({ result: 'Tools & <b>\n' })
  })

  it('takes the parameters from a JSON body as well', async () => {
    expect(resultOf(await send(program, 'getPage', { pagename: 'Übung' }))).toBe('Wörter\n')
  })

  it('lists its methods, each with a summary and its parameters', async () => {
    const { methods } = JSON.parse((await program.get('/+api/')).text) as { methods: { name: string }[] }
    expect(methods.find(({ name }) => name === 'getPageVersion')).toEqual({
      name: 'getPageVersion',
      summary: 'The text of one revision of a page.',
      method: 'GET',
      changes: false,
      signedIn: false,
      params: [
        { name: 'pagename', kind: 'text', optional: false },
        { name: 'revision', kind: 'integer', optional: false },
      ],
    })
    expect(methods.find(({ name }) => name === 'putPage')).toMatchObject({ method: 'POST', changes: true, signedIn: true })
    expect((await program.get('/+api')).text).toBe((await program.get('/+api/')).text)
  })

  it('says which method was meant when a name is unknown', async () => {
    expect(errorOf(await program.get('/+api/getPag'))).toEqual({
      status: 404,
      code: 'no-such-method',
      message: 'No such method: getPag. Did you mean getPage?',
    })
    for (const name of ['..%2F..%2Fetc%2Fpasswd', '%', '__proto__', 'constructor', 'x'.repeat(3000)])
      expect((await program.get(`/+api/${name}`)).status).toBe(404)
  })

  it('says which parameter is wrong, and what it should be', async () => {
    const messages: string[] = []
    for (const query of [
      'getPage',
      'getPage?pagnam=x',
      'getPage?pagename=a&pagename=b',
      'getPageVersion?pagename=Garden&revision=one',
      'getRecentChanges?date=yesterday',
    ])
      messages.push(errorOf(await program.get(`/+api/${query}`)).message)
    expect(messages).toEqual([
      'getPage needs the parameter pagename, a text.',
      'getPage has no parameter "pagnam". Did you mean pagename?',
      'The parameter pagename of getPage came 2 times.',
      'The parameter revision of getPageVersion must be a whole number.',
      'The parameter date of getRecentChanges must be a date like 2026-11-21T14:05:09Z.',
    ])
    expect(errorOf(await send(program, 'getPage', { pagename: 7 })).message).toContain('must be a text')
  })

  it('keeps from a caller what they may not read', async () => {
    expect(errorOf(await program.get('/+api/getPage?pagename=Diary'))).toMatchObject({ status: 403, code: 'forbidden' })
    expect(errorOf(await program.get('/+api/getPageHTML?pagename=Diary'))).toMatchObject({ status: 403 })
    expect(resultOf(await program.get('/+api/getAllPages'))).not.toContain('Diary')
    expect((await program.get('/+api/searchPages?query=quicksilver')).text).toBe('{"result":[]}\n')
    expect((await program.get('/+api/getRecentChanges?date=2020-01-01')).text).not.toContain('Diary')
    expect(errorOf(await program.get('/+api/getPage?pagename=Nowhere'))).toMatchObject({ status: 404, code: 'no-such-page' })
    expect(errorOf(await program.get('/+api/getPageVersion?pagename=Shed&revision=9'))).toMatchObject({
      code: 'no-such-revision',
    })
    expect(errorOf(await program.get('/+api/getPageVersion?pagename=Shed&revision=-1'))).toMatchObject({ status: 404 })
  })

  it('tells about pages, their links and their history', async () => {
    expect(resultOf(await program.get('/+api/getPageInfo?pagename=Garden'))).toEqual({
      name: 'Garden',
      lastModified: '2026-01-15T12:00:00.000Z',
      author: '',
      version: 1,
    })
    expect(resultOf(await program.get('/+api/getBackLinks?pagename=Shed'))).toEqual(['Garden'])
    const [link] = resultOf<{ href: string }[]>(await program.get('/+api/listLinks?pagename=Garden'))
    expect(link).toEqual({ name: 'Shed', type: 'local', href: `http://127.0.0.1:${host.port}/Shed` })
    expect(resultOf(await program.get('/+api/getPageHTML?pagename=Shed'))).toContain('Tools &amp; &lt;b&gt;')
    expect(resultOf(await program.get('/+api/searchPages?query=title:Shed%20tools'))).toEqual([['Shed', 'Tools & <b>']])
    const changes = resultOf<{ name: string }[]>(await program.get('/+api/getRecentChanges?date=2026-01-01T00:00:00Z&limit=2'))
    expect(changes).toHaveLength(2)
  })

  it('is asked by GET, HEAD and POST only, and for changes by POST', async () => {
    const put = await program.send('/+api/getPage?pagename=Shed', { method: 'PUT' })
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD, POST'])
    const change = await program.get('/+api/putPage?pagename=Shed&pagetext=x')
    expect([change.status, change.headers['allow']]).toEqual([405, 'POST'])
    const head = await program.send('/+api/getPage?pagename=Shed', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })

  it('is kept by no shared cache, and open to no other site', async () => {
    const { headers } = await program.get('/+api/getPage?pagename=Shed', { headers: { origin: 'https://other.example' } })
    expect(headers['cache-control']).toBe('private, no-cache')
    expect(headers['vary']).toContain('Cookie, Authorization')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    const preflight = await program.send('/+api/putPage', { method: 'OPTIONS', headers: { origin: 'https://other.example' } })
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([405, undefined])
  })

  it('demands JSON that says so', async () => {
    const body = '{"pagename":"Shed"}'
    const sent = (type: string) => program.send('/+api/getPage', { method: 'POST', body, headers: { 'content-type': type } })
    expect(resultOf(await sent('application/json; charset=utf-8'))).toBe('Tools & <b>\n')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])
      expect(errorOf(await sent(type))).toMatchObject({ status: 415, code: 'wrong-content-type' })
  })

  it('refuses JSON that is broken, hostile or too much', async () => {
    const sent = async (body: string | Uint8Array): Promise<string> => {
      const answer = await program.send('/+api/getAllPagesEx', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      return `${answer.status} ${errorOf(answer).message}`
    }
    expect(await sent('{"options":')).toMatch(/^400 This is not JSON: /)
    expect(await sent('[1]')).toBe('400 Send the parameters as a JSON object: {"pagename": "FrontPage"}')
    expect(await sent(Buffer.from('{"options":"\xe4"}', 'latin1'))).toBe('400 This is not encoded as utf-8.')
    expect(await sent('{"options":{"__proto__":{"prefix":"x"}}}')).toBe('400 No key of this JSON may be named __proto__.')
    expect(await sent(`{"options":${'['.repeat(1_000_000)}`)).toBe('400 This JSON is more than 40 levels deep.')
    expect(await sent(`{"options":[${'1,'.repeat(20_000)}1]}`)).toBe('400 This JSON has more than 10000 values.')
    expect(await sent(`{"options":"${'x'.repeat(8_100_000)}"}`)).toMatch(/^413 /)
    expect(Object.hasOwn(Object.prototype, 'prefix')).toBe(false)
  })

  it('is below the path at which a wiki is mounted', async () => {
    const farm = await createTestHost({
      farm: { wikis: [['team', /^http:\/\/[^/]+\/team\//, { aclRightsDefault: 'All:read' }]] },
    })
    const names = resultOf<string[]>(await farm.browser().get('/team/+api/getAllPages'))
    expect(names).toContain('FrontPage')
    expect(resultOf<{ href: string }[]>(await farm.browser().get('/team/+api/listLinks?pagename=FrontPage'))[0]?.href).toContain(
      '/team/',
    )
    await farm.close()
  })

  it('can be switched off', async () => {
    const closed = await createTestHost({ wiki: { actionsExcluded: ['api'] } })
    expect(errorOf(await closed.browser().get('/+api/getAllPages'))).toMatchObject({ status: 403, code: 'api-switched-off' })
    await closed.close()
  })
})
