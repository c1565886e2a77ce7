import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'

let host: TestHost
beforeEach(async () => {
  host = await createTestHost()
})
afterEach(() => host.close())

describe('TableOfContents', () => {
  it('lists the headings, the deeper in lists of their own', async () => {
    const markup = await host.render('<<TableOfContents>>\n= Trees =\n== Oaks ==\n= Herbs =\n')
    const toc = /<div class="table-of-contents">.*?<\/div>/s.exec(markup)?.[0] ?? ''
    expect(toc.replace(/<a [^>]*>|<\/a>|\n/g, '')).toContain('<ol><li>Trees<ol><li>Oaks</li></ol></li><li>Herbs</li></ol>')
  })

  it('is empty on a page without headings, and comes to an end', async () => {
    const markup = await host.render('<<TableOfContents>>\nNo headings.\n')
    expect(markup).toContain('<div class="table-of-contents"><p class="table-of-contents-heading">Contents</p></div>')
  })

  it('lists the headings of the text for another parser that it stands in, and of no other', async () => {
    const markup = await host.render('= Own =\n<<TableOfContents>>\n{{{#!creole\n= Own =\n<<TableOfContents>>\n== Deep\n}}}\n')
    const lists = [...markup.matchAll(/<div class="table-of-contents">.*?<\/div>/gs)].map(([list]) =>
      [...list.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id),
    )
    expect(lists).toEqual([['Own'], ['Own-1', 'Deep']])
  })

  it('is empty when every heading lies too deep for it', async () => {
    expect(await host.render('<<TableOfContents(1)>>\n=== Deep ===\n')).not.toContain('<ol>')
  })
})
