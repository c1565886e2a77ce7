import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../api/document.ts'
import type { ParseOptions, ParserPlugin } from '../api/parser.ts'
import type { SingleWikiSettings } from '../farm/define.ts'
import { collect, collectHeadings } from '../markup/collect.ts'
import { formatHtml } from '../markup/format-html.ts'
import { formatText } from '../markup/format-text.ts'
import { expectHarmless } from './harmless.ts'
import { markupPieces } from './markup-pieces.ts'
import { plainContext } from './plain-context.ts'
import { createTestHost, type TestHost } from './test-host.ts'

/** A text and what must come of it. */
export interface ParserExample {
  readonly text: string
  /** What the page must hold then: a part of its markup, or a pattern. */
  readonly shows: string | RegExp
}

/** What `describeParser` is told about a parser. */
export interface ParserTestOptions {
  /** Settings of the wiki that has the parser: `{ pluginDirs: [folder] }` names the folder with `parsers/NAME.ts` in it. */
  readonly wiki?: SingleWikiSettings
  /** Or the parser itself as a file in the data folder: `{ 'plugins/parsers/NAME.ts': text }`. */
  readonly files?: Readonly<Record<string, string>>
  readonly examples?: readonly ParserExample[]
  /** Pieces of the parser's own markup: random texts of them meet more of its rules. */
  readonly pieces?: readonly string[]
  /** What follows the parser's name on a page: `#format NAME args`. */
  readonly args?: string
  /** How many random texts are tried; 300 unless said. */
  readonly runs?: number
}

/**
 * The suite that every parser passes: it takes any text without throwing, says the same of the same text, places what it found inside
 * of the text, needs time linear in its length, and nothing that could run comes out, whatever strangers write.
 *
 * ```ts
 * describeParser('shout', {
 *   wiki: { pluginDirs: [import.meta.dirname] },
 *   examples: [{ text: 'hello', shows: 'HELLO' }],
 * })
 * ```
 */
export function describeParser(name: string, options: ParserTestOptions = {}): void {
  const pieces = [...markupPieces, ...(options.pieces ?? [])]
  const anyText = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )

  describe(`parser ${name}`, { timeout: 60_000 }, () => {
    let host: TestHost
    let parser: ParserPlugin
    const parse = async (text: string, isPage: boolean): Promise<Document> =>
      parser.parse(text, { ...within, args: options.args ?? '', isPage })

    beforeAll(async () => {
      host = await createTestHost({ wiki: options.wiki ?? {}, files: options.files ?? {} })
      const loaded = await host.wiki.parts.plugins.load('parsers', name)
      if (loaded === null)
        throw new Error(`the test host has no parser ${name}: name its folder in wiki.pluginDirs, or give it in files`)
      if ('error' in loaded) throw loaded.error
      parser = loaded.plugin
    }, 60_000)
    afterAll(() => host?.close())

    it('shows a page of its format', async () => {
      const text = `#format ${name} ${options.args ?? ''}\nsome words\n`
      const { revision: base } = await host.wiki.store.state('FormatPage')
      await host.wiki.store.save('FormatPage', { text, base, author: { userId: '', address: '', host: '' } })
      const page = await host.get('/FormatPage')
      expect(page.status).toBe(200)
      expect(page.text).toContain('</html>')
    })

    for (const { text, shows } of options.examples ?? [])
      it(`makes of ${JSON.stringify(text.slice(0, 60))} what it promises`, async () => {
        const markup = markupOf(await parse(text, false))
        if (typeof shows === 'string') expect(markup).toContain(shows)
        else expect(markup).toMatch(shows)
      })

    it('takes any text, and nothing comes out that could run code or cover the page', async () => {
      await fc.assert(
        fc.asyncProperty(anyText, fc.boolean(), async (text, isPage) => {
          const document = await parse(text, isPage)
          collect(document)
          collectHeadings(document, text.length)
          formatText(document)
          expectHarmless(markupOf(document))
        }),
        { numRuns: options.runs ?? 300 },
      )
    })

    it('says the same of the same text, in plain data', async () => {
      await fc.assert(
        fc.asyncProperty(anyText, anyText, async (text, other) => {
          const first = await parse(text, true)
          await parse(other, true)
          expect(structuredClone(await parse(text, true))).toEqual(first)
        }),
        { numRuns: 40 },
      )
    })

    it('places what it found inside of the text', async () => {
      await fc.assert(
        fc.asyncProperty(anyText, async (text) => {
          const lines = text.split(/\r\n|\r|\n/).length
          for (const place of placesIn(await parse(text, true))) {
            expect(place.start, text).toBeGreaterThanOrEqual(0)
            expect(place.end, text).toBeGreaterThanOrEqual(place.start)
            expect(place.end, text).toBeLessThanOrEqual(text.length)
            expect(place.line, text).toBeGreaterThanOrEqual(1)
            expect(place.line, text).toBeLessThanOrEqual(lines)
          }
        }),
        { numRuns: options.runs ?? 100 },
      )
    })

    it('needs time linear in the length of the text', async () => {
      const slow: string[] = []
      for (const piece of pieces) if (!(await isLinear((length) => parse(repeated(piece, length), false)))) slow.push(piece)
      expect(slow, 'texts of one of these pieces again and again take more than their share').toEqual([])
    })
  })
}

const within: Omit<ParseOptions, 'args' | 'isPage'> = { pageName: 'TestPage', bangMeta: true }

function markupOf(document: Document): string {
  return formatHtml(document, plainContext())
    .map((piece) => (typeof piece === 'string' ? piece : ''))
    .join('')
}

interface Place {
  readonly start: number
  readonly end: number
  readonly line: number
}

/** Everything in the tree that says where it stands. */
function* placesIn(value: unknown): Generator<Place> {
  if (typeof value !== 'object' || value === null) return
  const { start, end = start, line = 1 } = value as Record<string, unknown>
  if (typeof start === 'number' && typeof end === 'number' && typeof line === 'number') yield { start, end, line }
  for (const child of value instanceof Map ? value.values() : Object.values(value)) yield* placesIn(child)
}

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length))
}

/** Eight times the text may take eight times as long; 24 leaves room for a busy machine, and a square would be 64. */
async function isLinear(run: (length: number) => Promise<unknown>): Promise<boolean> {
  const short = 1000
  for (let attempt = 0; attempt < 4; attempt++) {
    const small = Math.min(await processorTime(() => run(short)), await processorTime(() => run(short)))
    const large = await processorTime(() => run(8 * short))
    if (large < 20 || large < 24 * small) return true
  }
  return false
}

/** Milliseconds that this process computed: others on the machine do not count. */
async function processorTime(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
