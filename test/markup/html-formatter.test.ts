import { describe, expect, it } from 'vitest'
import { htmlFormatter } from '../../core/markup/html-formatter.ts'
import { plainContext } from '../../core/testing/plain-context.ts'
import { expectHarmless } from '../../core/testing/harmless.ts'

const formatter = htmlFormatter(plainContext())

describe('the formatter of macros', () => {
  it('escapes text', () => {
    expect(formatter.text('<b> & "')).toBe('&lt;b&gt; &amp; "')
  })
  it('marks links to missing pages', () => {
    expect(formatter.pagelink(true, 'OtherPage', { anchor: 'a b', query: { action: 'raw' } })).toBe(
      '<a href="/OtherPage?action=raw#a_b">',
    )
    expect(formatter.pagelink(true, 'Nowhere') + formatter.pagelink(false, 'Nowhere')).toBe(
      '<a class="nonexistent" href="/Nowhere"></a>',
    )
  })
  it('makes no link of an address that could run code', () => {
    const markup = formatter.url(true, ' java\nscript:alert(1)') + formatter.text('x') + formatter.url(false, '')
    expect(markup).toBe('x')
    expect(formatter.image('javascript:x', 'alt')).toBe('alt')
  })
  it('lets through attributes that are harmless', () => {
    const markup = formatter.div(true, { class: 'a"b', onclick: 'x', style: 'position:fixed; color: red', 'data-x': '1' })
    expect(markup).toBe('<div class="a&quot;b" data-x="1" style="color: red">')
    expectHarmless(markup)
  })
  it('knows icons, languages and other wikis', () => {
    expect(formatter.icon('www')).toBe('<img alt="[WWW]" height="16" src="/static/img/moin-www.png" title="[WWW]" width="16">')
    expect(formatter.lang(true, 'he')).toBe('<span dir="rtl" lang="he">')
    expect(formatter.interwikilink(true, 'Example', 'P')).toBe(
      '<a class="interwiki" href="https://example.org/P" title="Example">',
    )
    expect(formatter.interwikilink(true, 'Nobody', 'P') + formatter.interwikilink(false, 'Nobody', 'P')).toBe('')
  })
  it('keeps headings between 1 and 5', () => {
    expect(formatter.heading(true, 9, 'x') + formatter.heading(false, 9)).toBe('<h5 id="x"></h5>\n')
  })
})
