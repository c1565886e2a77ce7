import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Languages } from '../../core/render/translate.ts'
import { interfaceTexts } from './interface-texts.ts'

const folder = new URL('../../core/help/languages/', import.meta.url).pathname
const texts = interfaceTexts()
const languages = new Languages([folder], (error) => expect.unreachable(error.message)).names.filter((name) => name !== 'en')

it('finds the texts of templates, actions, macros and errors', () => {
  expect([...texts.keys()]).toEqual(
    expect.arrayContaining([
      'Search this wiki',
      'Log out of {sitename}?',
      'Copy page',
      'History',
      'You may not read this page.',
      'Argument "{name}" is required',
      'No wiki answers at this address.',
      'Please choose another password: it contains your name.',
    ]),
  )
})

it('knows English and German at least', () => {
  expect(languages).toContain('de')
})

describe.each(languages)('the catalogue of %s', (language) => {
  const catalogue = new Map(
    Object.entries(JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as Record<string, string>),
  )

  it('has every text of the interface', () => {
    const missing = [...texts].filter(([text]) => !catalogue.has(text))
    const lines = missing.map(([text, file]) => `  ${JSON.stringify(text)}: "",  (${file})`)
    if (missing.length > 0) expect.fail(`core/help/languages/${language}.json lacks ${missing.length}:\n${lines.join('\n')}`)
  })

  it('has no text that nobody uses', () => {
    const left = [...catalogue.keys()].filter((text) => !texts.has(text))
    if (left.length > 0)
      expect.fail(
        `take these out of core/help/languages/${language}.json:\n${left.map((text) => `  ${JSON.stringify(text)}`).join('\n')}`,
      )
  })

  it('says something for each, with the same holes', () => {
    const wrong = [...catalogue].filter(([text, translation]) => translation.trim() === '' || holes(text) !== holes(translation))
    if (wrong.length > 0)
      expect.fail(`other holes than the English text has:\n${wrong.map((pair) => `  ${JSON.stringify(pair)}`).join('\n')}`)
  })

  it('is sorted', () => {
    expect([...catalogue.keys()]).toEqual([...catalogue.keys()].sort())
  })
})

function holes(text: string): string {
  return [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].sort().join(' ')
}
