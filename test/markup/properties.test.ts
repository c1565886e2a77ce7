import { describe, expect, it } from 'vitest'
import { formatHtml } from '../../core/markup/format-html.ts'
import { plainContext } from '../../core/testing/plain-context.ts'
import * as csv from '../../plugins/parsers/csv.ts'
import * as creole from '../../plugins/parsers/creole/index.ts'
import * as wiki from '../../plugins/parsers/wiki/index.ts'

const parsers = { wiki, creole }

describe('lists in lists in lists', () => {
  it.each([
    ['wiki', (depth: number) => `${' '.repeat(depth)}* a\n`],
    ['creole', (depth: number) => `${'*'.repeat(depth)} a\n`],
  ] as const)('of %s go a hundred deep; what is deeper stands in the innermost one', (name, line) => {
    const text = Array.from({ length: 1400 }, (_, at) => line(at + 1)).join('')
    const html = render(name, text)
    expect(html.match(/<ul>/g)).toHaveLength(100)
    expect(html.match(/<li/g)).toHaveLength(1400)
  })
})

function render(name: keyof typeof parsers, text: string): string {
  const document = parsers[name].parse(text, { pageName: 'TestPage', args: '', isPage: true, bangMeta: true })
  return formatHtml(document, plainContext())
    .map((piece) => (typeof piece === 'string' ? piece : ''))
    .join('')
}

it('reads a table with as many columns as its arguments hide, in time', () => {
  const many = 200_000
  for (const args of [`hide=${'a,'.repeat(many)}`, `show=${'a,'.repeat(many)}`, '-9999999 '.repeat(many)])
    csv.parse('b,'.repeat(many), { pageName: 'TestPage', args, isPage: true, bangMeta: true })
})
