import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SingleWikiSettings } from '../farm/define.ts'
import type { TemplateServices } from '../render/theme.ts'
import type { ReadyTheme } from '../wiki/themes.ts'
import { sampleModel } from './template-samples.ts'
import { createTestHost, type TestHost } from './test-host.ts'

/** What `describeTheme` is told about a theme. */
export interface ThemeTestOptions {
  /** Settings of the wiki that has the theme: `{ pluginDirs: [folder] }` names the folder with `themes/NAME/theme.ts` in it. */
  readonly wiki?: SingleWikiSettings
  /** Or the theme itself as files in the data folder: `{ 'plugins/themes/NAME/theme.ts': text }`. */
  readonly files?: Readonly<Record<string, string>>
}

/**
 * The suite that every theme passes: its style sheets and scripts are there, its frame has a title, the content, a way for the keyboard
 * to skip to it and a search, every template of the default theme works in it, and no words of strangers become markup.
 *
 * ```ts
 * describeTheme('dusk', { wiki: { pluginDirs: [import.meta.dirname] } })
 * ```
 */
export function describeTheme(name: string, options: ThemeTestOptions = {}): void {
  describe(`theme ${name}`, { timeout: 60_000 }, () => {
    let host: TestHost
    let ready: ReadyTheme

    beforeAll(async () => {
      host = await createTestHost({
        wiki: { ...options.wiki, sitename: 'Sample Wiki', themeDefault: name, themeForce: true },
        files: options.files ?? {},
        pages: { SamplePage: '= Sample =\nwords of the page\n' },
      })
      ready = await host.wiki.parts.themes.get(name)
    }, 60_000)
    afterAll(() => host?.close())

    it('has the style sheets and scripts that it names', async () => {
      const { stylesheets, scripts = [] } = ready.theme.plugin
      expect(stylesheets.length, 'a theme without style sheets').toBeGreaterThan(0)
      for (const file of [...stylesheets, ...scripts])
        expect(
          [...ready.stylesheets, ...ready.scripts].some((address) => address.endsWith(`/${file}`)),
          `static/${file}`,
        ).toBe(true)
      for (const [addresses, type] of [
        [ready.stylesheets, 'text/css'],
        [ready.scripts, 'text/javascript'],
      ] as const)
        for (const address of addresses) {
          const answer = await host.get(address)
          expect(answer.status, address).toBe(200)
          expect(answer.headers['content-type'], address).toContain(type)
        }
    })

    it('has a frame with a title, a language, the content, and a link first that skips to it', async () => {
      const answer = await host.get('/SamplePage')
      expect(answer.status).toBe(200)
      const elements = [...elementsOf(parse(answer.text))]
      const first = (tag: string) => elements.find((element) => element.tagName === tag)
      const title = textOf(first('title'))
      expect(title).toContain('SamplePage')
      expect(title).toContain('Sample Wiki')
      expect(attribute(first('html'), 'lang')).toBe('en')
      expect(elements.map((element) => attribute(element, 'name'))).toContain('viewport')
      const skip = attribute(first('a'), 'href') ?? ''
      expect(skip, 'the first link skips to the content').toMatch(/^#./)
      const target = elements.find((element) => attribute(element, 'id') === skip.slice(1))
      expect(textOf(target), `what the first link leads to, ${skip}`).toContain('words of the page')
      expect(elements.filter((element) => attribute(element, 'role') === 'search' || element.tagName === 'search')).not.toEqual(
        [],
      )
    })

    it('has a frame that can be left out around the content', async () => {
      const answer = await host.get('/SamplePage?action=print')
      expect(answer.status).toBe(200)
      expect(answer.text).toContain('words of the page')
    })

    it('renders every template of the default theme, whatever words are in its model', async () => {
      const standard = ready.theme.folders.at(-1) ?? ''
      const templates = readdirSync(standard).filter((file) => file.endsWith('.hbs'))
      expect(templates).toContain('layout.hbs')
      for (const file of templates) {
        const source = readFileSync(join(standard, file), 'utf8')
        for (const words of [...hostile, '']) {
          const markup = await ready.theme.render(file.slice(0, -'.hbs'.length), sampleModel(source, words), services())
          expect(dangersIn(markup), `${file} with ${words}`).toEqual([])
        }
      }
    })
  })
}

/** What becomes an element, an attribute, or ends a value without quotes, where a template forgets to escape. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  `"' onmouseover=alert(1) x="`,
  '</title></textarea><script>alert(1)</script>',
] as const

/** Elements and attributes that only a stranger's words can have brought. */
function dangersIn(markup: string): readonly string[] {
  const found: string[] = []
  for (const element of elementsOf(parse(markup))) {
    if (element.tagName === 'script' && attribute(element, 'src') === undefined) found.push('a script without a file')
    for (const { name, value } of element.attrs) if (/^on/i.test(name)) found.push(`${element.tagName} ${name}=${value}`)
  }
  return found
}

/** What templates call, without a visitor. */
function services(): TemplateServices {
  return {
    language: 'en',
    hasFragments: false,
    // Templates and their helpers use no more of a session than these two.
    session: { dict: {}, reads: 0 } as unknown as TemplateServices['session'],
    t: (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, word: string) => String(values[word])),
    ticket: () => 'sample',
    url: (pageName) => `/${pageName}`,
    formatDate: (time) => time.toISOString(),
    formatDateTime: (time) => time.toISOString(),
    sessionToken: () => '',
  }
}

function* elementsOf(node: DefaultTreeAdapterTypes.Node): Generator<DefaultTreeAdapterTypes.Element> {
  if ('tagName' in node) yield node
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child)
}

function textOf(node: DefaultTreeAdapterTypes.Node | undefined): string {
  if (node === undefined) return ''
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

function attribute(element: DefaultTreeAdapterTypes.Element | undefined, name: string): string | undefined {
  return element?.attrs.find((own) => own.name === name)?.value
}
