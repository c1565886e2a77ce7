import { readdirSync, readFileSync } from 'node:fs'
import { createTestHost } from 'servus/testing'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const macros = readdirSync(new URL('macros/', root)).map((file) => file.replace(/\.ts$/, ''))
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')

/** Calls that run when the page is shown: not those in code. */
const live = ['core/help/HelpOnMacros.wiki', 'core/help/HelpOnMacros(2f)Lists.wiki']
  .map(read)
  .join('\n')
  .replace(/\{\{\{[\s\S]*?\}\}\}|`[^`\n]*`/g, '')

it('shows each macro at work on HelpOnMacros', () => {
  expect(macros.filter((name) => !new RegExp(`<<${name}(?:\\(|>>)`).test(live))).toEqual([])
})

it('says of each macro on HelpOnMacros how it is called', () => {
  const said = `${read('core/help/HelpOnMacros.wiki')}${read('core/help/HelpOnMacros(2f)Lists.wiki')}`
  expect(macros.filter((name) => !new RegExp(`\`<<${name}(?:\\(|>>)`).test(said))).toEqual([])
})

it('tries each macro by an example', () => {
  const tests = read('test/macros/every-macro.test.ts')
  // These two need visitors who come back: the tests of sessions.
  const sessions = ['SessionTest', 'Visits']
  expect(macros.filter((name) => !sessions.includes(name) && !new RegExp(`^ {2}${name}: \\[`, 'm').test(tests))).toEqual([])
})

it('says of each macro in a sentence what it makes, in the language of the reader', async () => {
  const host = await createTestHost({ pages: { Macros: '<<Help>>' } })
  try {
    const rows = async (language: string): Promise<Map<string, string>> => {
      const { text } = await host.browser().get('/Macros', { headers: { 'accept-language': language } })
      return new Map(
        [...text.matchAll(/<td><code>&lt;&lt;(\w+).*?<\/td><td>(.*?)<\/td>/g)].map(([, name = '', words = '']) => [name, words]),
      )
    }
    const english = await rows('en')
    const german = await rows('de')
    expect(macros.filter((name) => !/^[A-Z].*\.$/.test(english.get(name) ?? ''))).toEqual([])
    expect(macros.filter((name) => german.get(name) === english.get(name))).toEqual([])
  } finally {
    await host.close()
  }
})
