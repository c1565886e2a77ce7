import { describe, expect, it } from 'vitest'
import { formatHtml } from '../../core/markup/format-html.ts'
import { highlight } from '../../core/markup/highlight.ts'
import { plainContext } from '../../core/testing/plain-context.ts'

const render = async (text: string, language: string, args = ''): Promise<string> =>
  formatHtml(await highlight(text, language, { pageName: 'P', args, isPage: false, bangMeta: true }), plainContext()).join('')

describe('listings', () => {
  it('mark words by classes and number the lines', async () => {
    const markup = await render('x = 1 # one', 'python', 'start=10')
    expect(markup).toContain('<span class="ID">x</span> = <span class="Number">1</span> <span class="Comment"># one</span>')
    expect(markup).toContain('>  10</a>')
  })
  it('have no numbers when the author wants none', async () => {
    expect(await render('x', 'python', 'numbers=off')).not.toContain('LineNumber')
  })
  it('show texts in unknown languages as they are', async () => {
    expect(await render('<a>\n\tb', 'nosuch', 'numbers=off')).toContain(
      '<span class="line">&lt;a&gt;</span>\n<span class="line">        b</span>',
    )
  })
  it('show very large texts without marks', async () => {
    expect(await render('x = 1\n'.repeat(30_000), 'python', 'numbers=off')).not.toContain('class="ID"')
  })
  it('show a text with an endless word without marks, at once', async () => {
    const begun = process.cpuUsage()
    expect(await render(`int a;\n${'a'.repeat(16_000)}`, 'java', 'numbers=off')).not.toContain('class="ID"')
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1000)
  })
})
