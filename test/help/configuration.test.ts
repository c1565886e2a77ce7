import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { optionRows } from '../../core/farm/options-page.ts'

const page = readFileSync(new URL('../../core/help/HelpOnConfiguration.wiki', import.meta.url), 'utf8').split('\n')

describe('HelpOnConfiguration', () => {
  it.each(optionRows().map((row) => [/\{\{\{(\w+)\}\}\}/.exec(row)?.[1] ?? '', row]))(
    'lists %s with type, default, meaning and example',
    (_, row) => {
      expect(page).toContain(row)
    },
  )

  it('lists no option that does not exist', () => {
    const known = new Set([
      ...optionRows().map((row) => row.split('}}}')[0]),
      ...['host', 'port', 'standby', 'trustedProxies', 'logLevel'].map((name) => `|| {{{${name}`),
    ])
    expect(page.filter((line) => line.startsWith('|| {{{') && !known.has(line.split('}}}')[0]))).toEqual([])
  })
})
