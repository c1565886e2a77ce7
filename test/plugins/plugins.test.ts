import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const says = (words: string) => `export const dependencies = []\nexport function execute() {\n  return '${words}'\n}\n`

describe('plugins', () => {
  it('dropped into a folder are there on the next view, without a restart', async () => {
    host = await createTestHost({ pages: { Page: '<<Hello>>\n' } })
    const visitor = host.browser()
    expect((await visitor.get('/Page')).text).toContain('&lt;&lt;Hello&gt;&gt;')
    mkdirSync(join(host.dataDir, 'plugins/macros'), { recursive: true })
    writeFileSync(join(host.dataDir, 'plugins/macros/Hello.ts'), says('Hello, dropped.'))
    expect((await visitor.get('/Page')).text).toContain('Hello, dropped.')
  })

  it('of a wiki override the built-in ones of the same name, and those of further folders', async () => {
    host = await createTestHost({
      wiki: { pluginDirs: ['further'] },
      files: {
        'plugins/macros/SessionTest.ts': says('my own'),
        'further/macros/SessionTest.ts': says('not reached'),
        'further/macros/Further.ts': says('from further'),
      },
      pages: { Page: '<<SessionTest>> <<Further>>\n' },
    })
    const page = (await host.browser().get('/Page')).text
    expect(page).toContain('my own')
    expect(page).toContain('from further')
    expect(page).not.toContain('not reached')
  })

  it('of equal names in two wikis of a farm do not meet', async () => {
    host = await createTestHost({
      farm: {
        wikis: [
          ['red', /^http:\/\/red\./],
          ['blue', /^http:\/\/blue\./],
        ],
      },
      files: { 'red/plugins/macros/Colour.ts': says('I am red'), 'blue/plugins/macros/Colour.ts': says('I am blue') },
    })
    const author = { userId: '', address: '', host: '' }
    for (const { wiki } of host.farm.wikis) await wiki.store.save('Page', { text: '<<Colour>>\n', base: 0, author })
    expect((await host.browser('red.localhost').get('/Page')).text).toContain('I am red')
    expect((await host.browser('blue.localhost').get('/Page')).text).toContain('I am blue')
  })

  it('that start with an underscore are hidden, and a folder with an index is one plugin', async () => {
    host = await createTestHost({
      files: {
        'plugins/macros/_Hidden.ts': says('hidden'),
        'plugins/macros/Large/index.ts': "import { words } from './words.ts'\nexport const execute = () => words\n",
        'plugins/macros/Large/words.ts': "export const words = 'from a folder'\n",
      },
      pages: { Page: '<<_Hidden>> <<Large>>\n' },
    })
    const page = (await host.browser().get('/Page')).text
    expect(page).not.toMatch(/(^|[^.])hidden</)
    expect(page).toContain('from a folder')
  })
})

it('a parser may take a moment for what it makes: listings are coloured, and no fault is told', async () => {
  const later =
    "export const parse = async () => ({ instructions: null, children: [{ type: 'text', text: 'came later' }], problems: [] })\n"
  host = await createTestHost({
    files: { 'plugins/parsers/later.ts': later },
    pages: { Page: '{{{#!later\nsome words\n}}}\n{{{#!highlight python\ndef f(): pass\n}}}\n' },
  })
  const { text } = await host.get('/Page')
  expect(text).toContain('came later')
  expect(text).toContain('<span class="ResWord">def</span>')
  expect(JSON.stringify(host.log())).not.toContain('parser failed')
})

it.each([
  ['nothing', 'undefined'],
  ['a number', '5'],
  ['a promise', 'new Promise(() => {})'],
  ['a tree with holes', "{ instructions: null, children: [{ type: 'paragraph', children: [null] }], problems: [] }"],
  ['a tree of unknown parts', "{ instructions: null, children: [{ type: 'nonsense' }], problems: [] }"],
])('a parser that answers %s leaves its text as it is written, and the page around it', async (_, answer) => {
  host = await createTestHost({
    wiki: { deadlines: { macro: 20 } },
    files: { 'plugins/parsers/odd.ts': `export const parse = () => (${answer})\n` },
    pages: { Whole: '#format odd\nall the words\n', Part: 'before\n{{{#!odd\nsome words\n}}}\nafter\n' },
  })
  const [whole, part] = [await host.get('/Whole'), await host.get('/Part')]
  expect([whole.status, part.status]).toEqual([200, 200])
  expect(part.text).toMatch(/before[\s\S]*after/)
  if (answer.includes('nonsense')) return
  expect(whole.text).toContain('all the words')
  expect(part.text).toMatch(/before[\s\S]*some words[\s\S]*after/)
  expect(JSON.stringify(host.log())).toContain('The parser odd answered no document')
})

it.each([
  ['whose label is no text', "export const label = { toString() { throw new Error('no words') } }"],
  ['that wants a right which there is not', "export const label = 'Odd'\nexport const right = 'edit'"],
])('an action %s is told what it lacks, and costs no page its menu', async (_, wrong) => {
  host = await createTestHost({
    files: { 'plugins/actions/Odd.ts': `${wrong}\nexport const execute = async () => ({ title: 'Odd', body: '' })\n` },
    pages: { Page: 'words\n' },
  })
  const { status, text } = await host.get('/Page')
  expect(status).toBe(200)
  expect(text).toContain('action=print')
  expect((await host.get('/Page?action=Odd')).status).toBe(500)
  expect(JSON.stringify(host.log())).toContain('if any a label that is a text, and a right: read, write')
})

it('an action whose texts are torn stands in the menu in English, and costs no page more than that', async () => {
  host = await createTestHost({
    files: {
      'plugins/actions/Bed.ts':
        "export const label = 'Flower bed'\nexport const execute = async () => ({ title: 'Bed', body: '' })\n",
      'plugins/actions/Bed.de.json': '{ "Flower bed": ',
    },
    pages: { Page: 'words\n' },
  })
  const { status, text } = await host.get('/Page', { headers: { 'accept-language': 'de' } })
  expect([status, text.includes('Flower bed'), text.includes('Bearbeiten')]).toEqual([200, true, true])
  expect(JSON.stringify(host.log())).toContain('Bed.de.json is no catalogue of texts')
})

describe('a macro that fails', () => {
  const faults: Readonly<Record<string, string>> = {
    Throws: "export function execute() {\n  throw new Error('secret details')\n}\n",
    ThrowsText: "export function execute() {\n  throw 'just a text'\n}\n",
    ThrowsNothing: 'export function execute() {\n  throw new Error()\n}\n',
    Rejects: "export async function execute() {\n  throw new Error('secret details')\n}\n",
    ReturnsNothing: 'export function execute() {}\n',
    Hangs: 'export function execute() {\n  return new Promise(() => {})\n}\n',
    HasNoExecute: 'export const words = 1\n',
    DependsOnAText: "export const dependencies = 'page'\nexport const execute = () => ''\n",
    DoesNotLoad: "import { nothing } from './not-there.ts'\nexport const execute = () => nothing\n",
    IsNoCode: 'export function execute( {\n',
  }

  it.each(Object.entries(faults))(
    '%s leaves the page readable with one box in its place, and the stack in the log',
    async (name, source) => {
      host = await createTestHost({
        wiki: { deadlines: { macro: 100, action: 1000 } },
        files: { [`plugins/macros/${name}.ts`]: source },
        pages: { Page: `before <<${name}>> after\n`, Other: 'other\n' },
      })
      const page = await host.browser().get('/Page')
      expect(page.status).toBe(200)
      expect(page.text).toMatch(/before\s*<span class="macro-error"/)
      expect(page.text).toContain('after')
      expect(page.text).toContain(name)
      expect(page.text).not.toContain('secret details')
      const logged = host.log().filter((line) => line['macro'] === name)
      expect(logged).toHaveLength(1)
      expect(page.text).toContain(String(logged[0]?.['request']))
      expect((await host.browser().get('/Other')).status).toBe(200)
    },
  )

  it('shows superusers the stack', async () => {
    host = await createTestHost({
      wiki: { superuser: ['Ada'] },
      users: { Ada: 'a long password' },
      files: { 'plugins/macros/Throws.ts': faults['Throws'] ?? '' },
      pages: { Page: '<<Throws>>\n' },
    })
    expect((await (await host.signedIn('Ada', 'a long password')).get('/Page')).text).toContain('secret details')
  })

  it('tells superusers alone the file, the line and the column where a run went wrong', async () => {
    host = await createTestHost({
      wiki: { superuser: ['Ada'] },
      users: { Ada: 'a long password' },
      files: {
        'plugins/macros/Hello.ts':
          "import type { Macro } from 'servus'\n\nexport function execute({ formatter }: Macro) {\n  const { txet } = formatter as never as { txet(words: string): string }\n  return txet('Hello')\n}\n",
      },
      pages: { Page: '<<Hello>>\n' },
    })
    const page = await (await host.signedIn('Ada', 'a long password')).get('/Page')
    expect(page.text).toContain('<summary>Hello.ts:5:10: txet is not a function</summary>')
    expect((await host.browser().get('/Page')).text).not.toContain('Hello.ts')
  })

  it("is refused the session when it says that its output is everyone's", async () => {
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12] },
      files: {
        'plugins/macros/Pure.ts':
          "export const dependencies = []\nexport function execute(macro) {\n  return String(macro.request.session['test'])\n}\n",
      },
      pages: { Page: '<<Pure>>\n' },
    })
    expect((await host.browser().get('/Page')).text).toContain('macro-error')
    expect(JSON.stringify(host.log())).toContain("add 'session' to them")
  })
})
