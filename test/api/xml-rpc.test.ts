import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { basic, saidBy, sendXml, users, xmlRpc } from './programs.ts'

let host: TestHost
let program: TestBrowser

beforeAll(async () => {
  host = await createTestHost({
    users,
    pages: { Garden: 'See [[Shed]].\n', Shed: 'Tools & <b>\n', Diary: '#acl Ada:read,write\nmine\n', Übung: 'Wörter\n' },
  })
  program = host.browser()
})
afterAll(() => host.close())

const call = async (method: string, ...params: unknown[]): Promise<string> => saidBy(await xmlRpc(program, method, params))
const oneCall = (methodName: string, ...params: unknown[]) => ({ methodName, params })
const document = (inside: string): string =>
  `<?xml version='1.0'?><methodCall><methodName>getPage</methodName><params>${inside}</params></methodCall>`

describe('XML-RPC', () => {
  it('answers Python’s xmlrpc.client at ?action=xmlrpc2', async () => {
    const answer = await xmlRpc(program, 'getPage', ['Shed'])
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8'])
    expect(answer.text).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n<methodResponse><params><param><value><string>Tools &amp; &lt;b&gt;\n</string></value></param></params></methodResponse>\n',
    )
    expect(await call('getRPCVersionSupported')).toBe('<int>2</int>')
    expect(await call('getPage', 'Übung')).toBe('<string>Wörter\n</string>')
  })

  it('tells about pages in WikiRPC’s words, dates in UTC', async () => {
    const info = (await call('getPageInfo', 'Shed')).replace(/<\/?(struct|member|value)>/g, '')
    expect(info).toBe(
      '<name>name</name><string>Shed</string><name>lastModified</name><dateTime.iso8601>20260115T12:00:00</dateTime.iso8601><name>author</name><string></string><name>version</name><int>1</int>',
    )
    expect(await call('getPageVersion', 'Shed', 1)).toBe(await call('getPage', 'Shed'))
    expect(await call('getPageHTMLVersion', 'Shed', 1)).toContain('Tools &amp;amp; &amp;lt;b&amp;gt;')
    expect(await call('getBackLinks', 'Shed')).toBe('<array><data><value><string>Garden</string></value></data></array>')
    expect(await call('listLinks', 'Garden')).toContain(`<string>http://127.0.0.1:${host.port}/Shed</string>`)
    expect(await call('getRecentChanges', new Date('2026-01-01T00:00:00Z'))).toContain('<name>lastModified</name>')
    expect(await call('getRecentChanges', new Date('2026-02-01T00:00:00Z'))).toBe('<array><data></data></array>')
    expect(await call('getAllPagesEx', { include_revno: 1, include_system: false, prefix: 'G' })).toContain(
      '<string>Garden</string></value><value><int>1</int>',
    )
    expect(await call('searchPagesEx', '^Sh[e]d$', 'titles', 40, 0, 0, true)).toContain('<string>Shed</string>')
  })

  it('brings pages in the caller’s language, and says in English what goes wrong', async () => {
    await host.wiki.store.save('Button', { text: '<<GetText(Save)>>\n', base: 0, author: { userId: '', address: '', host: '' } })
    const german = { 'accept-language': 'de' }
    const said = async (method: string, page: string) => saidBy(await xmlRpc(program, method, [page], { headers: german }))
    expect(await said('getPageHTML', 'Button')).toContain('Speichern')
    expect(await call('getPageHTML', 'Button')).toContain('Save')
    expect((await program.get('/+api/getPageHTML?pagename=Button', { headers: german })).text).toContain('Speichern')
    expect(await said('getPageHTML', 'Nowhere')).toBe('fault 1: There is no page named "Nowhere".')
  })

  it('makes faults of what goes wrong, in status 200', async () => {
    expect(await call('nosuch')).toBe('fault 1: No such method: nosuch.')
    expect(await call('getPage', 'Nowhere')).toBe('fault 1: There is no page named "Nowhere".')
    expect(await call('getPage', 'Diary')).toBe('fault 1: You may not read this page.')
    expect(await call('getPage')).toBe('fault 1: getPage needs the parameter pagename, a text.')
    expect(await call('getAuthToken', 'Ada', 'wrong')).toBe('<string></string>')
    expect(await call('applyAuthToken', 'wrong')).toMatch(/^fault INVALID: /)
    expect(await call('system.nosuch')).toBe('fault 1: No such method: system.nosuch.')
  })

  it('makes several calls in one, in the name of the token that the first one applies', async () => {
    const [, token = ''] = /<string>(.+)<\/string>/.exec(await call('getAuthToken', 'Ada', users.Ada)) ?? []
    const answer = await call('system.multicall', [
      oneCall('applyAuthToken', token),
      oneCall('putPage', 'Diary', '#acl Ada:read,write\nGrüße & <b>\r\n'),
      oneCall('getPage', 'Diary'),
      oneCall('getPage', 'Nowhere'),
      oneCall('system.multicall', []),
      oneCall('WhoAmI'),
    ])
    expect(answer).toContain('<array><data><value><string>SUCCESS</string></value></data></array>')
    expect(answer).toContain('<array><data><value><boolean>1</boolean></value></data></array>')
    expect(answer).toContain('Grüße &amp; &lt;b&gt;\n</string>')
    expect(answer).toContain('<string>There is no page named "Nowhere".</string>')
    expect(answer).toContain('Each call needs a methodName, other than system.multicall')
    expect(answer).toContain('<string>Ada</string>')
    // The next request is nobody's again.
    expect(await call('getPage', 'Diary')).toMatch(/^fault 1: /)
    expect(await call('deleteAuthToken', token)).toBe('<string>SUCCESS</string>')
    const late = await call('system.multicall', [oneCall('applyAuthToken', token), oneCall('putPage', 'Diary', 'x')])
    expect(late).toContain('<string>INVALID</string>')
    expect(late).toContain('putPage is for callers who say who they are')
    expect(
      await call(
        'system.multicall',
        Array.from({ length: 1001 }, () => oneCall('WhoAmI')),
      ),
    ).toContain('takes 1000 calls at most')
    expect(await call('system.multicall', 'getPage')).toContain('fault 1: system.multicall takes a list')
  })

  it('takes name and password from the address of the wiki, as Python sends them', async () => {
    expect(saidBy(await xmlRpc(program, 'putPage', ['Byte', 'x'], { headers: basic('Bob') }))).toBe('<boolean>1</boolean>')
    const wrong = await xmlRpc(program, 'getPage', ['Shed'], { headers: basic('Bob', 'wrong') })
    expect([wrong.status, wrong.headers['content-type']]).toEqual([401, 'text/plain; charset=utf-8'])
  })

  it('carries bytes as base64', async () => {
    const bytes = new Uint8Array(Array.from({ length: 256 }, (_, byte) => byte))
    const headers = basic('Ada')
    expect(saidBy(await xmlRpc(program, 'putAttachment', ['Garden', 'all.bin', bytes], { headers }))).toBe('<boolean>1</boolean>')
    expect(await call('getAttachment', 'Garden', 'all.bin')).toBe(`<base64>${Buffer.from(bytes).toString('base64')}</base64>`)
    expect(await call('listAttachments', 'Garden')).toContain('<string>all.bin</string>')
    expect(saidBy(await xmlRpc(program, 'deleteAttachment', ['Garden', 'all.bin'], { headers }))).toBe('<boolean>1</boolean>')
  })

  it('tells about its methods', async () => {
    expect(await call('system.listMethods')).toContain('<string>system.multicall</string>')
    expect(await call('system.methodSignature', 'getPageVersion')).toBe(
      '<array><data><value><array><data><value><string>undef</string></value><value><string>string</string></value><value><string>int</string></value></data></array></value></data></array>',
    )
    expect(await call('system.methodHelp', 'getPage')).toBe('<string>The text of a page.</string>')
  })

  it('speaks the first version too, with %-escapes and pages in base64', async () => {
    const first = async (method: string, ...params: unknown[]) =>
      saidBy(await xmlRpc(program, method, params, { action: 'xmlrpc' }))
    expect(await first('getRPCVersionSupported')).toBe('<int>1</int>')
    expect(await first('getPage', '%C3%9Cbung')).toBe(`<base64>${Buffer.from('Wörter\n').toString('base64')}</base64>`)
    expect(await first('getPageInfo', '%C3%9Cbung')).toContain('<string>%C3%9Cbung</string>')
    expect(await first('getAllPages')).toContain('<string>HelpOnMacros/Lists</string>')
    const content = new TextEncoder().encode('Süß\n')
    const put = await xmlRpc(program, 'putPage', ['%C3%9Cber', content], { action: 'xmlrpc', headers: basic('Ada') })
    expect(saidBy(put)).toBe('<boolean>1</boolean>')
    expect(await call('getPage', 'Über')).toBe('<string>Süß\n</string>')
  })

  it('is asked by POST with XML, and reads the encodings that its clients write', async () => {
    const get = await program.get('/?action=xmlrpc2')
    expect([get.status, get.headers['allow']]).toEqual([405, 'POST'])
    expect((await sendXml(program, '{}', { headers: { 'content-type': 'application/json' } })).status).toBe(415)
    const latin = Buffer.from(
      "<?xml version='1.0' encoding='ISO-8859-1'?><methodCall><methodName>getPage</methodName><params><param><value>Übung</value></param></params></methodCall>",
      'latin1',
    )
    expect(saidBy(await sendXml(program, latin))).toBe('<string>Wörter\n</string>')
    expect(saidBy(await sendXml(program, Buffer.from(document('<param><value>Ü</value></param>'), 'latin1')))).toBe(
      'fault 1: This is not encoded as utf-8.',
    )
  })

  it('refuses what is no call, and grows no entities', async () => {
    const said = async (xml: string): Promise<string> => saidBy(await sendXml(program, xml))
    const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}">]>${document('<param><value>&b;</value></param>').slice(21)}`
    expect(await said(bomb)).toBe('fault 1: This is no XML-RPC call: a document type is not allowed.')
    expect(await said(document('<param><value>&nbsp;</value></param>'))).toContain('no XML-RPC call')
    expect(await said('')).toContain('no XML-RPC call')
    expect(await said('<methodCall>')).toContain('no XML-RPC call')
    expect(await said(document('<param><script/></param>'))).toContain('&lt;script&gt; has no place in &lt;param&gt;')
    const list = (values: string): string => `<param><value><array><data>${values}</data></array></value></param>`
    expect(await said(document(list('<value>1</value>'.repeat(10_001))))).toContain('more than 10000 values')
    expect(await said(document(`<param>${'<value><array><data>'.repeat(1000)}`))).toContain('more than 40 deep')
    const member = '<struct><member><name>__proto__</name><value>1</value></member></struct>'
    expect(await said(document(`<param><value>${member}</value></param>`))).toContain('may not be named __proto__')
    expect(await said(document('<param><value><int>1e3</int></value></param>'))).toContain('is no integer')
    expect(await said(document('<param><value><boolean>yes</boolean></value></param>'))).toContain('a boolean is 0 or 1')
    expect(await said(document('<param><value><double>1.0.0</double></value></param>'))).toContain('is no number')
    expect(await said(document('<param><value><dateTime.iso8601>soon</dateTime.iso8601></value></param>'))).toContain(
      'is no date',
    )
    expect(await said('x'.repeat(8_000_001))).toContain('larger than the 8000000 bytes')
  })

  it('sends signs that XML cannot say as the one for unreadable ones', async () => {
    await host.wiki.store.save('Odd', { text: 'a\u0001b\uFFFEc\n', base: 0, author: { userId: '', address: '', host: '' } })
    expect(await call('getPage', 'Odd')).toMatch(/^<string>a\uFFFDb\uFFFDc\n<\/string>$/)
  })

  it('can be switched off', async () => {
    const closed = await createTestHost({ wiki: { actionsExcluded: ['xmlrpc'] } })
    for (const action of ['xmlrpc', 'xmlrpc2']) {
      const answer = await xmlRpc(closed.browser(), 'getAllPages', [], { action })
      expect([answer.status, answer.text]).toEqual([403, 'This wiki does not allow XML-RPC calls.\n'])
    }
    await closed.close()
  })
})
