import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { formatText } from '../../core/markup/format-text.ts'
import { Blocks } from '../../plugins/formatters/markdown/blocks.ts'
import { parse } from '../../plugins/parsers/wiki/index.ts'

const help = new URL('../../core/help/', import.meta.url)
let host: TestHost

beforeAll(async () => {
  host = await createTestHost({ pages: { Plain: 'x' } })
})
afterAll(() => host.close())

async function markdown(text: string): Promise<string> {
  const { store } = host.wiki
  await store.save('Page', { text, base: (await store.state('Page')).revision, author: { userId: '', address: '', host: '' } })
  const answer = await host.browser().get('/Page?action=format&mimetype=text/markdown')
  expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8')
  return answer.text
    .replace(/^# Page\n\n/, '')
    .replaceAll(`http://127.0.0.1:${host.port}/`, 'WIKI/')
    .trimEnd()
}

// What a wiki text becomes, and what any reader of CommonMark makes of that again.
const cases: readonly (readonly [string, string, string])[] = [
  [
    'headings and paragraphs',
    '= One =\nfirst\nstill first\n\nsecond\n== Two ==\n',
    '# One\n\nfirst\nstill first\n\nsecond\n\n## Two',
  ],
  [
    'styles',
    `'''bold''' ''slanted'' __under__ --(gone)-- ^up^ ,,down,,`,
    '**bold** *slanted* <u>under</u> ~~gone~~ <sup>up</sup> <sub>down</sub>',
  ],
  ['styles at signs by their elements', `a'''(b)'''c '''''both'''''`, 'a<strong>(b)</strong>c <em>**both**</em>'],
  ['lists in lists', ' * one\n  1. first\n  1. second\n * two\n', '- one\n  1. first\n  2. second\n- two'],
  ['lists side by side', ' 1. one\n\n 1. two\n\ntext\n * three', '1. one\n\n2. two\n\ntext\n\n- three'],
  ['a list that begins later', ' 1.#7 seven\n 1. eight\n', '7. seven\n8. eight'],
  ['definitions', ' apple:: a fruit\n pear:: another\n', '- **apple**\n\n  a fruit\n\n- **pear**\n\n  another'],
  ['indented text', 'said:\n\n so it is\n', 'said:\n\n> so it is'],
  ['code blocks', '{{{\na\n  ```b\n}}}\n', '````\na\n  ```b\n````'],
  ['code of a language', '{{{#!highlight python\nx = 1\n\ny = 2\n}}}\n', '```python\nx = 1\n\ny = 2\n```'],
  ['code in a line', '{{{a`b}}} `c`', '``a`b`` `c`'],
  ['code beside code', '{{{a}}}{{{b<c}}}', '`a`<code>b\\<c</code>'],
  ['tables', `||'''a'''||b||\n||<-2>c|d||\n||{{{x|y}}}||\n`, '| **a** | b |\n| --- | --- |\n| c\\|d |  |\n| `x\\|y` |'],
  [
    'links',
    '[[Plain|a (page)]] [[https://a.example/b c|outside]] https://a.example/x_y',
    '[a (page)](WIKI/Plain) [outside](https://a.example/b%20c) <https://a.example/x_y>',
  ],
  [
    'files',
    '{{attachment:rose.png|a rose}} [[attachment:all.zip]]',
    '![a rose](WIKI/Page?action=AttachFile&do=get&target=rose.png) [all.zip](WIKI/Page?action=AttachFile&do=get&target=all.zip)',
  ],
  ['rules, breaks and macros', 'one<<BR>>two\n----\n<<Date>>', 'one\\\ntwo\n\n---\n\n<!-- <<Date>> -->'],
  [
    'signs within words',
    'a*b*c snake_case _x_ <b> [x](y) ~~z~~ `',
    'a\\*b\\*c snake_case \\_x\\_ \\<b\\> \\[x\\](y) \\~\\~z\\~\\~ \\`',
  ],
  ['signs at the beginning of a line', 'a\n+ b\n12. c\n# d\n===', 'a\n\\+ b\n12\\. c\n\\# d\n\\==='],
  ['an exclamation before a link', 'look ![[Plain]]', 'look \\![Plain](WIKI/Plain)'],
]

describe('a page as Markdown', () => {
  it.each(cases)('has %s', async (_, wiki, wanted) => {
    expect(await markdown(wiki)).toBe(wanted)
  })

  it.each(readdirSync(help).filter((file) => file.endsWith('.wiki')))('says the same words as %s', async (file) => {
    const text = readFileSync(new URL(file, help), 'utf8')
    const rendered = new MarkdownIt({ html: true }).render(await markdown(text))
    const plain = (await host.browser().get('/Page?action=format&mimetype=text/plain')).text.replace(/^Page\n=+\n/, '')
    expect(letters(wordsOf(rendered))).toBe(letters(plain))
  })
})

describe('what is written in Markdown', () => {
  const pieces = fc.constantFrom(
    ...[
      'word ',
      'a',
      'é',
      "'''",
      "''",
      '__',
      '^2^',
      '--(',
      ')--',
      '*',
      '_',
      '~',
      '`',
      '\\',
      '<',
      '>',
      '<b>',
      '&',
      '&amp;',
      '!',
      '"',
      '%',
    ],
    ...['\n', '\n\n', ' * ', ' 1. ', ' t:: d\n', '    ', '= h =\n', '----\n', '||', '|', '|---|\n', '---\n', '===\n', '~~~\n'],
    ...[
      '# ',
      '+ ',
      '- ',
      '1. ',
      '12) ',
      '[',
      ']',
      '(',
      ')',
      '[[Page|x]]',
      '{{{',
      '}}}',
      '{{{code`}}}',
      'https://a.example/(x)_y ',
    ],
  )

  it('never changes what the words say, whatever signs stand in them', async () => {
    const markdownIt = new MarkdownIt({ html: true })
    const write = new Blocks((target) => (target.kind === 'url' ? target.url : 'https://wiki.example/'))
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 9 }), async (some) => {
        const document = await parse(some.join(''), { pageName: 'Page', args: '', isPage: false, bangMeta: false })
        expect(letters(wordsOf(markdownIt.render(write.write(document.children))))).toBe(letters(formatText(document)))
      }),
      { numRuns: 300, seed: 20_260_115 },
    )
  })
})

describe('the time that Markdown takes', () => {
  it.each([
    ['blanks', `a'''b${' '.repeat(200_000)}c'''d`],
    ['backslashes', `${'\\'.repeat(100_000)}x`],
    ['backticks', '`a` '.repeat(40_000)],
    ['styles', `'''a''' `.repeat(30_000)],
    ['breaks', 'a<<BR>>'.repeat(20_000)],
    ['number signs', `= ${'#'.repeat(100_000)}a =\n`],
    ['short rows below a wide one', `${'||a'.repeat(5000)}||\n${'||b||\n'.repeat(5000)}`],
  ])('grows with the text and no faster, for %s', async (_, text) => {
    const document = await parse(text, { pageName: 'Page', args: '', isPage: false, bangMeta: false })
    const begin = performance.now()
    const written = new Blocks(() => null).write(document.children)
    expect(written.length).toBeLessThan(text.length * 3)
    // Each takes a few milliseconds, and minutes when it grows with the square.
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})

/** What a browser shows of markup: no comments, no tags, an image's words. */
function wordsOf(markup: string): string {
  const bare = markup
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<img [^>]*alt="([^"]*)"[^>]*>/g, '$1')
    .replace(/<[^>]+>/g, '')
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }
  return bare.replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => entities[name] ?? '')
}

/** Blanks and lines are laid out anew. */
const letters = (text: string): string => text.replace(/\s+/g, '')
