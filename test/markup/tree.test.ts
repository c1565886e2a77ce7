import { describe, expect, it } from 'vitest'
import { collect, collectHeadings, findHeading } from '../../core/markup/collect.ts'
import { formatHtml } from '../../core/markup/format-html.ts'
import { formatText } from '../../core/markup/format-text.ts'
import { anchorName, Ids, resolvePageName } from '../../core/markup/page-link.ts'
import { parse } from '../../plugins/parsers/wiki/index.ts'
import { plainContext } from '../../core/testing/plain-context.ts'

const page = (text: string) => parse(text, { pageName: 'Here/There', args: '', isPage: true, bangMeta: true })

describe('the document tree', () => {
  it('tells which pages, wikis and attachments a text refers to, without rendering it', () => {
    const found = collect(
      page(
        'OtherPage [[/Child]] [[Wiki:Page]] {{attachment:a b.png}} || [[../Sister#x]] ||\n * [[attachment:Up/c.txt]] OtherPage',
      ),
    )
    expect(found.pages).toEqual(['OtherPage', 'Here/There/Child', 'Wiki:Page', 'Here/Sister'])
    expect(found.wikis).toEqual(['Wiki'])
    expect(found.attachments).toEqual([
      { page: 'Here/There', file: 'a b.png' },
      { page: 'Up', file: 'c.txt' },
    ])
  })

  it('keeps the places of macros and of texts for other parsers', () => {
    const text = '#language en\na\t<<M(x)>>\r\n {{{#!csv ;\n1;2\n}}} b'
    const { macros, embeds } = collect(page(text))
    const [macro, embed] = [macros[0], embeds[0]]
    if (!macro || !embed) throw new TypeError('both must be found')
    expect(text.slice(macro.start, macro.end)).toBe('<<M(x)>>')
    expect(macro).toMatchObject({ name: 'M', args: 'x', line: 2 })
    expect(text.slice(embed.textStart, embed.textStart + embed.text.length)).toBe('1;2')
    expect(text.slice(embed.start, embed.end)).toBe('{{{#!csv ;\n1;2\n}}}')
    expect(embed).toMatchObject({ parser: 'csv', args: ';', line: 3, textLine: 4 })
  })

  it('tells a call without arguments from one with empty ones', () => {
    expect(collect(page('<<A>><<A()>>')).macros.map(({ args }) => args)).toEqual([null, ''])
  })

  it('knows where each section begins and ends, so that one can be edited alone', () => {
    const text = 'intro\n= A =\na\n== B ==\nb\n= C =\nc'
    const sections = collectHeadings(page(text), text.length)
    expect(sections.map(({ id, depth, line }) => [id, depth, line])).toEqual([
      ['A', 1, 2],
      ['B', 2, 4],
      ['C', 1, 6],
    ])
    expect(sections.map(({ start, end }) => text.slice(start, end))).toEqual([
      '= A =\na\n== B ==\nb\n',
      '== B ==\nb\n',
      '= C =\nc',
    ])
  })

  it('gives headings the ids they have on the page', () => {
    const document = page('= A =\n= A =\n= ü =')
    const ids = collectHeadings(document).map(({ id }) => id)
    const html = formatHtml(document, plainContext()).join('')
    expect(ids).toEqual(['A', 'A-1', 'A.2BAPw-'])
    for (const id of ids) expect(html).toContain(`id="${id}"`)
    expect(findHeading(document, 'ü')?.line).toBe(3)
  })

  it('tells the author, not the reader, of a block that is not closed', () => {
    const document = page('a\n{{{\nb')
    expect(document.problems).toEqual([{ code: 'unclosed-block', line: 2 }])
  })
})

describe('plain text', () => {
  it('is the words without markup, a block a line', () => {
    const text = formatText(
      page(
        "= Title =\n'''a''' [[OtherPage|words]] &uuml; :-) `code`\n\n * item\n * [[OtherPage]]\n|| x || y ||\n<<M>>\n{{{\nz\n}}}",
      ),
    )
    expect(text).toBe('Title\na words ü :-) code\nitem\nOtherPage\nx y\nz')
  })
})

describe('macros on a page', () => {
  it('are holes between finished markup, and blocks when they stand alone', () => {
    const pieces = formatHtml(page('a <<M>> b\n\n<<T(1)>>\n'), plainContext())
    expect(pieces).toEqual([
      '<p>a ',
      expect.objectContaining({ name: 'M', args: null, block: false }),
      ' b\n<p>',
      expect.objectContaining({ name: 'T', args: '1', source: '<<T(1)>>', block: true, line: 3 }),
      '\n',
    ])
  })
})

describe('names', () => {
  it('are resolved from the page they stand on', () => {
    expect(resolvePageName('A/B', '/C')).toBe('A/B/C')
    expect(resolvePageName('A/B', '../C')).toBe('A/C')
    expect(resolvePageName('A/B', '../../../C')).toBe('C')
    expect(resolvePageName('A/B', 'C')).toBe('C')
    expect(resolvePageName('A', '..//C')).toBe('C')
  })
  it('of anchors are as MoinMoin made them', () => {
    expect(anchorName('a-b_c:d.e')).toBe('a-b_c:d.e')
    expect(anchorName('one two')).toBe('one_two')
    expect(anchorName('1')).toBe('A1')
    expect(anchorName('a+b~\\')).toBe('a.2B-b.2BAH4AXA-')
    const ids = new Ids()
    expect([ids.unique('x'), ids.unique('x'), ids.unique('x')]).toEqual(['x', 'x-1', 'x-2'])
  })
})
