import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

const example = `import type { Macro } from 'servus'

export const dependencies = ['time']

export function execute(macro: Macro, args: string | null) {
  const { session } = macro.request
  if (session.isNew) return macro.formatter.text('Not storing any state until you send a cookie.')
  if ('test' in session) return macro.formatter.text(\`Loaded value \${session['test']}\`)
  const value = 1 + Math.floor(Math.random() * 100000)
  session['test'] = value
  return macro.formatter.text(\`Set to value \${value}\`)
}
`

let host: TestHost
afterEach(() => host.close())

describe('the session example', () => {
  it.each([
    ['the built-in macros folder', 'SessionTest', {}],
    ['the plugins folder of the wiki', 'OwnTest', { 'plugins/macros/OwnTest.ts': example }],
  ])('stores nothing, then sets a value, then loads it for ever, from %s', async (_, macro, files) => {
    host = await createTestHost({ wiki: { cookieLifetime: [1, 12] }, files, pages: { Example: `<<${macro}>>\n` } })
    const visitor = host.browser()
    expect((await visitor.get('/Example')).text).toContain('Not storing any state until you send a cookie.')
    const set = /Set to value (\d+)/.exec((await visitor.get('/Example')).text)?.[1]
    expect(set).toMatch(/^\d+$/)
    for (let i = 0; i < 3; i++) expect((await visitor.get('/Example')).text).toContain(`Loaded value ${set}`)
  })

  it('gives an anonymous visitor no cookie with the default lifetimes, and a logged-in one their session', async () => {
    host = await createTestHost({ pages: { Example: '<<SessionTest>>\n' }, users: { Ada: 'a long password' } })
    const visitor = host.browser()
    for (let i = 0; i < 3; i++) {
      const answer = await visitor.get('/Example')
      expect(answer.setCookies).toEqual([])
      expect(answer.text).toContain('Not storing any state until you send a cookie.')
    }
    const ada = await host.signedIn('Ada', 'a long password')
    expect((await ada.get('/Example')).text).toMatch(/Set to value \d+/)
    expect((await ada.get('/Example')).text).toMatch(/Loaded value \d+/)
  })
})
