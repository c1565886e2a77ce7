import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'
import { errorOf, resultOf, saidBy, send, users, xmlRpc } from './programs.ts'

let host: TestHost
afterEach(() => host.close())

const hello = `export const summary = 'Says hello.'
export const params = { name: 'text' }
export const execute = ({ params }) => \`Hello \${params.name}!\`
`
const typed = `import { defineApiMethod } from 'servus'

export default defineApiMethod({
  summary: 'Tells what came.',
  params: { n: 'integer', on: 'boolean?', list: 'list?', when: 'date?', bytes: 'bytes?', more: 'record?' },
  execute: ({ params }) => params,
})
`

describe('an API method of somebody else', () => {
  it('is a single file, and answers in JSON and in XML-RPC', async () => {
    host = await createTestHost({ files: { 'plugins/api/Hello.ts': hello } })
    const program = host.browser()
    expect(resultOf(await program.get('/+api/Hello?name=Ada'))).toBe('Hello Ada!')
    expect(saidBy(await xmlRpc(program, 'Hello', ['Ada']))).toBe('<string>Hello Ada!</string>')
    expect(saidBy(await xmlRpc(program, 'system.methodHelp', ['Hello']))).toBe('<string>Says hello.</string>')
    expect(saidBy(await xmlRpc(program, 'Hello', []))).toBe('fault 1: Hello needs the parameter name, a text.')
    expect(saidBy(await xmlRpc(program, 'Hello', ['Ada', 'Bob']))).toBe('fault 1: Hello takes 1 parameters, not 2: name.')
  })

  it('gets its parameters in their kinds from each door', async () => {
    host = await createTestHost({ files: { 'plugins/api/Tell.ts': typed } })
    const program = host.browser()
    const told = { n: 7, on: true, when: '2026-11-21T14:05:09.000Z', bytes: 'AAEC' }
    expect(resultOf(await program.get('/+api/Tell?n=7&on=1&when=2026-11-21T14:05:09Z&bytes=AAEC&list=a&list=b'))).toEqual({
      ...told,
      list: ['a', 'b'],
    })
    expect(resultOf(await send(program, 'Tell', { ...told, list: [1], more: { a: null } }))).toEqual({
      ...told,
      list: [1],
      more: { a: null },
    })
    const when = new Date(told.when)
    const answer = await xmlRpc(program, 'Tell', [7, true, [1], when, new Uint8Array([0, 1, 2]), { a: 1.5 }])
    for (const part of [
      '<int>7</int>',
      '<boolean>1</boolean>',
      '<dateTime.iso8601>20261121T14:05:09</dateTime.iso8601>',
      '<base64>AAEC</base64>',
      '<double>1.5</double>',
    ])
      expect(answer.text).toContain(part)
    expect(errorOf(await send(program, 'Tell', { n: 1.5 })).message).toBe('The parameter n of Tell must be a whole number.')
  })

  it('with dots in its name has _ in the name of its file', async () => {
    host = await createTestHost({ files: { 'plugins/api/garden_hello.ts': hello } })
    expect(saidBy(await xmlRpc(host.browser(), 'garden.hello', ['Ada']))).toBe('<string>Hello Ada!</string>')
  })

  it('takes the place of the built-in one of its name', async () => {
    host = await createTestHost({ files: { 'plugins/api/getPage.ts': "export const execute = () => 'mine'\n" } })
    expect(resultOf(await host.browser().get('/+api/getPage'))).toBe('mine')
  })

  it('that throws is a 500 with a reference, whose stack the log has once', async () => {
    host = await createTestHost({
      files: { 'plugins/api/Broken.ts': "export const execute = () => { throw new TypeError('the pump is dry') }\n" },
    })
    const answer = errorOf(await host.browser().get('/+api/Broken'))
    expect(answer).toMatchObject({ status: 500, code: 'internal-error' })
    const [, reference = ''] = /^Something went wrong here\. Reference: (\S+)$/.exec(answer.message) ?? []
    const told = host.log().filter((line) => JSON.stringify(line).includes('the pump is dry'))
    expect(told.map((line) => line['request'])).toEqual([reference])
    expect(JSON.stringify(told)).toContain('Broken.ts')
    expect(saidBy(await xmlRpc(host.browser(), 'Broken'))).toMatch(/^fault 1: Something went wrong here\. Reference: /)
  })

  it('that cannot be loaded, answers what cannot be said, or never, harms nobody else', async () => {
    host = await createTestHost({
      wiki: { deadlines: { action: 60 } },
      files: {
        'plugins/api/Unreadable.ts': 'export const execute = (\n',
        'plugins/api/Function.ts': 'export const execute = () => ({ call: () => 1 })\n',
        'plugins/api/Circle.ts': 'export const execute = () => { const one = {}; one.again = one; return one }\n',
        'plugins/api/Never.ts': 'export const execute = () => new Promise(() => {})\n',
        'plugins/api/Nothing.ts': 'export const execute = () => {}\n',
      },
    })
    const program = host.browser()
    for (const name of ['Unreadable', 'Function', 'Circle']) {
      expect([name, (await program.get(`/+api/${name}`)).status]).toEqual([name, 500])
      expect(saidBy(await xmlRpc(program, name))).toMatch(/^fault 1: Something went wrong/)
    }
    expect(errorOf(await program.get('/+api/Never'))).toMatchObject({ status: 503, code: 'method-too-slow' })
    expect(saidBy(await xmlRpc(program, 'Never'))).toBe('fault 1: Never took longer than deadlines.action allows.')
    expect(resultOf(await program.get('/+api/Nothing'))).toBe(null)
    expect(saidBy(await xmlRpc(program, 'Nothing'))).toBe('<nil/>')
    expect((await program.get('/+api/')).text).not.toContain('Unreadable')
  })

  it.each(['5', 'null', '{ name: 5 }', "{ name: 'words' }"])(
    'with params like %s is refused, and not in the list of the others',
    async (params) => {
      host = await createTestHost({
        files: {
          'plugins/api/Odd.ts': `export const params = ${params}\nexport const execute = () => 1\n`,
          'plugins/api/Hello.ts': hello,
        },
      })
      const listed = await host.get('/+api/')
      expect([listed.status, listed.text.includes('"Hello"'), listed.text.includes('"Odd"')]).toEqual([200, true, false])
      expect((await host.get('/+api/Odd')).status).toBe(500)
      expect(JSON.stringify(host.log())).toContain('if any params of the kinds text, integer')
    },
  )

  it('that fails again and again rests for a while, and says so', async () => {
    host = await createTestHost({ files: { 'plugins/api/Broken.ts': "export const execute = () => { throw 'dry' }\n" } })
    const program = host.browser()
    for (let calls = 0; calls < 5; calls++) expect((await program.get('/+api/Broken')).status).toBe(500)
    const resting = await program.get('/+api/Broken')
    expect([resting.status, errorOf(resting).code]).toEqual([503, 'method-off'])
    host.advance(601)
    expect((await program.get('/+api/Broken')).status).toBe(500)
    expect((await program.get('/+api/getAllPages')).status).toBe(200)
  })

  it('that changes something is never called by somebody unknown', async () => {
    const plugin = 'export const changes = true\nexport const execute = ({ request }) => request.user.name\n'
    host = await createTestHost({ users, files: { 'plugins/api/Change.ts': plugin } })
    expect(errorOf(await send(host.browser(), 'Change', {})).status).toBe(401)
    expect(saidBy(await xmlRpc(host.browser(), 'Change'))).toMatch(/^fault 1: Change is for callers/)
  })
})
