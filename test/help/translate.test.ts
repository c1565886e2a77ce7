import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Languages } from '../../core/render/translate.ts'

const pages = '{count, plural, one {# page} other {# pages}} of {name}'
const folder = mkdtempSync(join(tmpdir(), 'servus-languages-'))
writeFileSync(
  join(folder, 'pl.json'),
  JSON.stringify({
    [pages]: '{name}: {count, plural, one {# strona} few {# strony} many {# stron} other {# strony}}',
    Page: 'Strona',
  }),
)
afterAll(() => rmSync(folder, { recursive: true }))
const languages = new Languages([folder], (error) => expect.unreachable(error.message))

it('speaks English and what has a catalogue', () => {
  expect(languages.names).toEqual(['en', 'pl'])
  expect(languages.get('pl').text('Page')).toBe('Strona')
  expect(languages.get('xx').text('Page')).toBe('Page')
})

it('chooses words by a number, after the rules of the language', () => {
  const said = (language: string, count: number): string => languages.get(language).text(pages, { count, name: 'Ada' })
  expect([0, 1, 2].map((count) => said('en', count))).toEqual(['0 pages of Ada', '1 page of Ada', '2 pages of Ada'])
  expect([1, 2, 5, 22].map((count) => said('pl', count))).toEqual([
    'Ada: 1 strona',
    'Ada: 2 strony',
    'Ada: 5 stron',
    'Ada: 22 strony',
  ])
})

it('counts in English what is not translated', () => {
  expect(languages.get('pl').text('{count, plural, one {one} other {#}}', { count: 2 })).toBe('2')
})

it('takes what is filled in literally', () => {
  expect(languages.get('en').text('{name} {count, plural, one {#} other {# times}}', { name: '{count} $& #', count: 3 })).toBe(
    '{count} $& # 3 times',
  )
  expect(languages.get('en').text('{name} and {other}', { name: 'Ada' })).toBe('Ada and {other}')
})
