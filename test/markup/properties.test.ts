import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect, collectHeadings } from '../../core/markup/collect.ts'
import { formatHtml } from '../../core/markup/format-html.ts'
import { formatText } from '../../core/markup/format-text.ts'
import * as creole from '../../plugins/parsers/creole/index.ts'
import * as csv from '../../plugins/parsers/csv.ts'
import * as html from '../../plugins/parsers/html.ts'
import * as markdown from '../../plugins/parsers/markdown/index.ts'
import * as rst from '../../plugins/parsers/rst/index.ts'
import * as wiki from '../../plugins/parsers/wiki/index.ts'
import { expectHarmless } from './harmless.ts'
import { plainContext } from './plain-context.ts'

const PARSERS = { wiki, creole, csv, html, markdown, rst }

/** Pieces of markup and of attacks; random texts of them meet far more rules than random letters do. */
const PIECES = [
  "''",
  "'''",
  "'''''",
  '__',
  '^',
  ',,',
  '~-',
  '-~',
  '~+',
  '+~',
  '--(',
  ')--',
  '/* ',
  ' */',
  '`',
  '{{{',
  '}}}',
  '{{{#!wiki ',
  '{{{#!html\n',
  '[[',
  ']]',
  '{{',
  '}}',
  '|',
  '||',
  '<<',
  '>>',
  '(',
  ')',
  '<',
  '>',
  '&',
  '&lt;',
  '&#60;',
  '"',
  "'",
  '=',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '\t',
  '\0',
  ' * ',
  ' 1. ',
  ' a:: ',
  ' . ',
  '----',
  '= a =\n',
  '## c\n',
  '#format ',
  '!',
  '/',
  '../',
  '#',
  ':',
  'OtherPage',
  'Example:',
  'http://x.org/',
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'java\nscript:',
  'data:text/html,',
  'vbscript:',
  'attachment:have.png',
  'attachment:',
  'drawing:',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '" onclick="alert(1)',
  "' onload='x",
  'style="position:fixed;top:0"',
  'style="background:url(javascript:x)"',
  'class="a"',
  'onmouseover="x"',
  '<-2>',
  '<#ff0000>',
  '<tablestyle="position:absolute">',
  '</p>',
  '</div>',
  '<iframe src="//x">',
  '<svg onload=x>',
  '<a href="javascript:x">',
  '*',
  '#',
  '**',
  '//',
  '~',
  '\\\\',
  '[a](javascript:x)',
  '![',
  '](',
  '~~~\n',
  'a',
  'B',
  'ü',
  '漢',
  '😀',
  '\ud800',
  '[[\udc00]]',
  'Example:\ud800',
  '\u2028',
  '\r',
]
const someText = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

function render(name: keyof typeof PARSERS, text: string, isPage: boolean): string {
  const document = PARSERS[name].parse(text, { pageName: 'TestPage', args: '', isPage, bangMeta: true })
  collect(document)
  collectHeadings(document, text.length)
  formatText(document)
  return formatHtml(document, plainContext())
    .map((piece) => (typeof piece === 'string' ? piece : ''))
    .join('')
}

describe('any text whatever', () => {
  for (const name of Object.keys(PARSERS) as (keyof typeof PARSERS)[]) {
    it(`is taken by the parser ${name}, and comes out without anything that could run code or cover the page`, () => {
      fc.assert(
        fc.property(someText, fc.boolean(), (text, isPage) => {
          expectHarmless(render(name, text, isPage))
        }),
        { numRuns: 600 },
      )
    })
  }
})

describe('lists in lists in lists', () => {
  it.each([
    ['wiki', (depth: number) => `${' '.repeat(depth)}* a\n`],
    ['creole', (depth: number) => `${'*'.repeat(depth)} a\n`],
  ] as const)('of %s go a hundred deep; what is deeper stands in the innermost one', (name, line) => {
    const text = Array.from({ length: 1400 }, (_, at) => line(at + 1)).join('')
    const html = render(name, text, true)
    expect(html.match(/<ul>/g)).toHaveLength(100)
    expect(html.match(/<li/g)).toHaveLength(1400)
  })
})
