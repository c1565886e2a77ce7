import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'
import { basic, resultOf, saidBy, send, users, xmlRpc } from './programs.ts'

const help = readFileSync(new URL('../../core/help/HelpOnApi.wiki', import.meta.url), 'utf8')
const examples = Object.fromEntries(
  [...help.matchAll(/\{\{\{#!highlight ts\n\/\/ (\S+)\n([\s\S]*?)\}\}\}\n/g)].map(([, file = '', text = '']) => [file, text]),
)

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ users, pages: { Garden: 'Roses.\n' }, files: examples })
})
afterAll(() => host.close())

describe('HelpOnApi', () => {
  it('shows a smallest method that answers at both doors', async () => {
    const program = host.browser()
    expect(resultOf(await program.get('/+api/Hello?name=Ada'))).toBe('Hello Ada!')
    expect(saidBy(await xmlRpc(program, 'Hello', ['Ada']))).toBe('<string>Hello Ada!</string>')
  })

  it('shows one that changes a page', async () => {
    const program = host.browser()
    expect((await send(program, 'appendToPage', { pagename: 'Garden', line: 'Lilies.' })).status).toBe(401)
    expect(resultOf(await send(program, 'appendToPage', { pagename: 'Garden', line: 'Lilies.' }, basic('Ada')))).toBe(2)
    expect(resultOf(await program.get('/+api/getPage?pagename=Garden'))).toBe('Roses.\nLilies.\n')
  })

  it('names every method that comes with the wiki, with its parameters', async () => {
    const table = help.slice(help.indexOf('== The methods =='), help.indexOf('== XML-RPC =='))
    const told = new Map(
      [...table.matchAll(/`([A-Za-z]+)\(([^)]*)\)`/g)].map(([, name = '', params = '']) => [
        name,
        params.replace(/[[\]\s]/g, ''),
      ]),
    )
    const { methods } = JSON.parse((await host.browser().get('/+api/')).text) as {
      methods: { name: string; params: { name: string }[] }[]
    }
    const there = methods.filter(({ name }) => !Object.keys(examples).some((file) => file.endsWith(`/${name}.ts`)))
    expect(there.map(({ name, params }) => [name, params.map((param) => param.name).join(',')])).toEqual(
      [...told].sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  })

  it('is found from the table of contents', async () => {
    const contents = (await host.browser().get('/HelpContents')).text
    expect(contents).toContain('href="/HelpOnApi"')
  })
})
