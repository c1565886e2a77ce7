import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host?.close())

const toc = (markup: string): string[] =>
  [...markup.matchAll(/<a href="#([^"]*)">([^<]*)<\/a>(?=<|\n)/g)].map(([, id, text]) => `${id} ${text}`)

describe('macros that share a page', () => {
  it('lists the headings of included pages where they stand', async () => {
    host = await createTestHost({
      pages: {
        Inner: '= In =\n== Deep ==\n',
        Outer: '<<TableOfContents>>\n= One =\n<<Include(Inner)>>\n= Two =\n<<Include(Inner, "Again", 2)>>\n',
      },
    })
    const { text } = await host.browser().get('/Outer')
    const list = text.slice(text.indexOf('table-of-contents'), text.indexOf('<h1 id="One"'))
    expect(toc(list)).toEqual([
      'One One',
      'Inner.In In',
      'Inner.Deep Deep',
      'Two Two',
      'Again Again',
      'Inner-1.In In',
      'Inner-1.Deep Deep',
    ])
    for (const id of ['One', 'Inner.In', 'Two', 'Again', 'Inner-1.Deep']) expect(text).toContain(`id="${id}"`)
  })

  it('gives every index of a page places of its own to jump to', async () => {
    host = await createTestHost({
      pages: { Indexes: '<<TitleIndex>>\n\n<<WordIndex>>\n\n<<Include(Inner)>>', Inner: '<<TitleIndex>>' },
    })
    const { text } = await host.browser().get('/Indexes')
    const ids = [...text.matchAll(/ id="([^"]*idx-[^"]*)"/g)].map(([, id]) => id)
    expect(ids.filter((id) => /idx-I/.test(id ?? ''))).toHaveLength(3)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of text.matchAll(/href="#([^"]*idx-[^"]*)"/g)) expect(ids).toContain(id)
  })

  it('uses no id twice, whoever writes it', async () => {
    const code = '{{{#!highlight python\nx = 1\n}}}\n'
    host = await createTestHost({
      pages: {
        Inner: `= Beds =\n<<Anchor(Beds)>>\n${code}`,
        Outer: `<<Anchor(Beds)>> <<Include(Inner)>> <<Include(Inner, "Beds", 1)>>\n= Beds =\n${code}`,
      },
    })
    const { text } = await host.browser().get('/Outer')
    const ids = [...text.slice(text.indexOf('<main')).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
    expect(ids).toEqual(expect.arrayContaining(['Beds', 'Beds-1', 'Beds-2', 'Inner.Beds', 'Inner.Beds-1', 'Inner-1.Beds']))
  })

  it('numbers notes in page order, those of included pages among them', async () => {
    host = await createTestHost({
      pages: { Inner: 'in<<FootNote(inner)>>\n', Outer: 'a<<FootNote(first)>> <<Include(Inner)>> z<<FootNote(last)>>\n' },
    })
    const { text } = await host.browser().get('/Outer')
    const notes = text.slice(text.indexOf('class="footnotes"'))
    expect([...notes.matchAll(/<\/a>(\w+)\s+\(/g)].map(([, words]) => words)).toEqual(['first', 'inner', 'last'])
    expect([...text.matchAll(/<sup><a [^>]*>(\d)<\/a>/g)].map(([, number]) => number)).toEqual(['1', '2', '3'])
  })

  it('ends a circle of inclusions with a sentence', async () => {
    host = await createTestHost({ pages: { A: 'a <<Include(B)>>', B: 'b <<Include(A)>>' } })
    const answer = await host.browser().get('/A')
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(/Recursive include of (?:&quot;|")B(?:&quot;|") forbidden!/)
  })

  it.each(['[]', "['time']"])(
    'runs no more macros when those of a page have made enough: dependencies %s',
    async (dependencies) => {
      const flood = `export const dependencies = ${dependencies}\nexport const execute = () => 'x'.repeat(2_000_000)\n`
      host = await createTestHost({ files: { 'plugins/macros/Flood.ts': flood } })
      const markup = await host.render('<<Flood>> '.repeat(30))
      expect(markup.length).toBeLessThan(20_000_000)
      expect(markup.match(/Flood: execution failed \[The macros of this page have made too much already\.\]/g)).toHaveLength(21)
    },
  )

  it('stops pages that include each other ever more often', async () => {
    const pages: Record<string, string> = {}
    for (let at = 0; at < 12; at++) pages[`P${at}`] = `<<Include(P${at + 1})>>`.repeat(4)
    host = await createTestHost({ pages })
    const answer = await host.browser().get('/P0')
    expect(answer.status).toBe(200)
  }, 30_000)

  it('stores what is everyone’s as an anonymous reader sees it, whoever comes first', async () => {
    host = await createTestHost({
      users: { Ada: 'correct horse' },
      pages: { 'Shelf/Secret': '#acl Ada:read\nx', 'Shelf/Open': 'x', Shelf: '<<Everyone>>' },
      files: {
        'plugins/macros/Everyone.ts':
          "export const dependencies = ['namespace']\nexport async function execute(macro) {\n  return macro.formatter.text((await macro.pages.names({ prefix: 'Shelf/' })).join())\n}\n",
      },
    })
    const ada = await host.signedIn('Ada', 'correct horse')
    expect((await ada.get('/Shelf')).text).toContain('Shelf/Open')
    expect((await ada.get('/Shelf')).text).not.toContain('Shelf/Secret')
    expect((await host.browser().get('/Shelf')).text).not.toContain('Shelf/Secret')
  })

  it('counts the visits of a visitor, from the first one', async () => {
    host = await createTestHost({ pages: { Counter: 'visits: <<Visits>>.' }, wiki: { cookieLifetime: [1, 12] } })
    const [one, other] = [host.browser(), host.browser()]
    const seen = async (browser: typeof one) => /visits: (\d+)\./.exec((await browser.get('/Counter')).text)?.[1]
    await seen(one)
    expect([await seen(one), await seen(one), await seen(one)]).toEqual(['1', '2', '3'])
    await seen(other)
    expect([await seen(other), await seen(one)]).toEqual(['1', '4'])
  })

  it('stores a page with contents and notes whole: nothing runs per view', async () => {
    host = await createTestHost({ pages: { Stored: '<<TableOfContents>>\n= One =\nx<<FootNote(note)>> <<BR>> <<Anchor(a)>>\n' } })
    // Only such a page has a mark by which a browser may ask whether it is still the same.
    expect((await host.browser().get('/Stored')).headers.etag).toMatch(/^W\//)
  })
})
