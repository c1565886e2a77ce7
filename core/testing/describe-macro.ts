import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SingleWikiSettings } from '../farm/define.ts'
import { createTestHost, type TestHost } from './test-host.ts'

/** A call of a macro and what must come of it. */
export interface MacroExample {
  /** What stands between the brackets; null for a call without any. */
  readonly args: string | null
  /** What the page must hold then: text of its markup, or a pattern. */
  readonly shows?: string | RegExp
  readonly hides?: string | RegExp
}

/** What `describeMacro` is told about a macro. */
export interface MacroTestOptions {
  readonly examples?: readonly MacroExample[]
  /** Pages beside those that are always there: `OtherPage`, `TestPage/Sub`, `SecretPage` that nobody may read, `TestDict`. */
  readonly pages?: Readonly<Record<string, string>>
  /** Settings of the wiki that has the macro: `{ pluginDirs: [folder] }` names the folder with `macros/NAME.ts` in it. */
  readonly wiki?: SingleWikiSettings
  /** Files in the data folder: the macro itself, `'plugins/macros/NAME.ts'`, when it is not one of the program's. */
  readonly files?: Readonly<Record<string, string>>
  /** True for a macro that needs a visitor with a session: it is called on pages that a browser opens, not on texts alone. */
  readonly ofVisitors?: boolean
  /** How many random argument texts are tried. */
  readonly runs?: number
}

/**
 * The suite that every macro passes: no arguments, odd arguments, two wikis in turn, an anonymous and a signed-in reader. Whatever it is
 * given, the page stays whole, holds nothing that could run, and tells nothing of pages that the reader may not read.
 */
export function describeMacro(name: string, options: MacroTestOptions = {}): void {
  describe(`macro ${name}`, { timeout: 60_000 }, () => {
    let host: TestHost
    let other: TestHost

    /** Markup of a text with calls, as somebody sees it who has been here before. */
    let returning: ReturnType<TestHost['browser']>
    let revision = 0
    const render = async (text: string): Promise<string> => {
      if (options.ofVisitors !== true) return host.render(text)
      // A blank line makes each text another one, or the page would stay as it was.
      await host.wiki.store.save('VisitedPage', { text: `${text}\n## ${revision}`, base: revision++, author: nobody })
      const { text: page } = await returning.get('/VisitedPage')
      return page.slice(page.indexOf('before '), page.indexOf(' after') + 6)
    }

    beforeAll(async () => {
      const users = { Ada: 'correct horse' }
      const setting = {
        pages: { ...pages, ...options.pages },
        users,
        files: options.files ?? {},
        wiki: { cookieLifetime: [1, 12] as const, ...options.wiki },
      }
      host = await createTestHost(setting)
      returning = host.browser()
      await returning.get('/TestPage')
      other = await createTestHost({ ...setting, pages: { TestPage: 'x', AnotherPage: 'x' } })
    }, 60_000)
    afterAll(async () => {
      await host?.close()
      await other?.close()
    })

    it('is there, and can be called without arguments', async () => {
      for (const call of [`<<${name}>>`, `<<${name}()>>`, `<<${name}( )>>`]) {
        const markup = await render(`before ${call} after`)
        expect(markup, call).not.toContain('Cannot load macro')
        expectWhole(markup, call)
      }
    })

    for (const { args, shows, hides } of options.examples ?? []) {
      const call = `<<${name}${args === null ? '' : `(${args})`}>>`
      it(`makes of ${call} what it promises`, async () => {
        const markup = await render(`before ${call} after`)
        expectWhole(markup, call)
        if (typeof shows === 'string') expect(markup).toContain(shows)
        else if (shows !== undefined) expect(markup).toMatch(shows)
        if (typeof hides === 'string') expect(markup).not.toContain(hides)
        else if (hides !== undefined) expect(markup).not.toMatch(hides)
      })
    }

    it('stands whatever it is given', async () => {
      const text = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.array(fc.constantFrom(...spices), { maxLength: 8 }).map((parts) => parts.join('')),
      )
      await fc.assert(
        fc.asyncProperty(text, async (args) => {
          const call = `<<${name}(${args.replace(/[\r\n]|\)>>/g, ' ')})>>`
          expectWhole(await render(`before ${call} after`), call)
        }),
        { numRuns: options.runs ?? 12 },
      )
    })

    it('tells no reader of pages that this one may not read', async () => {
      for (const args of ['', 'SecretPage', 'regex:.+', 'Secret', '^Secret.*', 'children', 'links=100'])
        expect(await render(`before <<${name}(${args})>> after`), args).not.toMatch(/hidden treasure|SecretPage\/Sub/)
    })

    it('serves two wikis and two readers in turn', async () => {
      const call = `before <<${name}>> after`
      const save = async (wiki: TestHost): Promise<void> => {
        await wiki.wiki.store.save('CallPage', { text: call, base: 0, author: nobody })
      }
      await save(host)
      await save(other)
      const ada = await host.signedIn('Ada', 'correct horse')
      const stranger = host.browser()
      for (const visit of [stranger, ada, stranger, ada]) {
        const answer = await visit.get('/CallPage')
        expect(answer.status).toBe(200)
        expectWhole(answer.text.slice(answer.text.indexOf('before ')), call)
      }
      const there = await other.browser().get('/CallPage')
      expect(there.status).toBe(200)
      expect(there.text).not.toContain('OtherPage')
    })
  })
}

const nobody = { userId: '', address: '', host: '' }

const pages: Readonly<Record<string, string>> = {
  TestPage: '= First =\nWords of the test page, [[OtherPage]].\n== Second ==\nMore, [[WantedPage]].\n',
  'TestPage/Sub': 'Below.\n',
  'TestPage/Sub Two': 'Below, too.\n',
  OtherPage: '= Other =\n * one\n * two\n[[TestPage]]\n----\nCategoryTest\n',
  SecretPage: '#acl Nobody:read\nhidden treasure [[TestPage]]\n * hidden treasure\n',
  'SecretPage/Sub': '#acl Nobody:read\nhidden treasure\n',
  TestDict: ' green:: #00ff00\n',
}

/** What breaks careless macros. */
const spices = [
  ',',
  '=',
  '"',
  "'",
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '|',
  '*',
  '?',
  '+',
  '\\',
  '^',
  '$',
  '%',
  '%s',
  '#',
  '&',
  ';',
  ' ',
  '\t',
  '/',
  '../',
  '<b>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  '-1',
  '0',
  '1e999',
  '99999999999999999999',
  'NaN',
  'regex:',
  '(a+)+$',
  'from="',
  'TestPage',
  'OtherPage',
  'SecretPage',
  'true',
  'ü',
  '漢字',
  '\u202e',
  '😀',
  'x'.repeat(300),
]

/** The page goes on behind the macro, and nothing in it can run. */
function expectWhole(markup: string, call: string): void {
  expect(markup, call).toContain('before ')
  expect(markup, call).toContain(' after')
  expect(markup, call).not.toContain('macro-error')
  const found: string[] = []
  visit(parseFragment(markup), (element) => {
    if (/^(?:script|iframe|frame|base|meta|link|style)$/.test(element.tagName)) found.push(element.tagName)
    for (const { name, value } of element.attrs) {
      if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`)
      // White space within a scheme does not keep a browser from it.
      if (
        /^(?:href|src|action|formaction|data|poster)$/i.test(name) &&
        /^(?:javascript|vbscript|data):/i.test(value.replace(/[\0-\x20]/g, ''))
      )
        found.push(`${name}=${value}`)
    }
  })
  expect(found, call).toEqual([])
}

function visit(node: DefaultTreeAdapterTypes.Node, see: (element: DefaultTreeAdapterTypes.Element) => void): void {
  if ('tagName' in node) see(node)
  if ('childNodes' in node) for (const child of node.childNodes) visit(child, see)
}
