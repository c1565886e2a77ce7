import type { Document } from '../api/document.ts'
import { parserGaveNothing } from '../api/errors.ts'
import type { PageStore } from '../api/page-store.ts'
import type { ParserPlugin } from '../api/parser.ts'
import { collect } from '../markup/collect.ts'
import { parseInstructions } from '../markup/instructions.ts'
import { isThenable } from '../base/soon.ts'
import { within } from '../base/within.ts'
import type { Plugins } from '../plugins/plugins.ts'

export interface PageParserParts {
  readonly store: Pick<PageStore, 'attachment'>
  readonly plugins: Plugins
  readonly defaultMarkup: string
  readonly bangMeta: boolean
  /** Milliseconds. */
  readonly macroDeadline: number
  /** True when whoever may read the page may read the owner of the files too: what is stored with a page is shown to all its readers. */
  sharesReaders(pageName: string, owner: string): Promise<boolean>
}

const deepestEmbed = 20
/** What a parser makes is the page: it is waited for longer than for a macro, by this factor. */
const parserPatience = 5
/** Bytes. */
const longestInlined = 500_000

/** text -> document: THE place that calls parsers. */
export class PageParser {
  readonly #parts: PageParserParts

  constructor(parts: PageParserParts) {
    this.#parts = parts
  }

  /**
   * Text -> document, the texts in it that are for other parsers included. `whole`: the page that the text is a part of, when it is one.
   */
  async parse(pageName: string, text: string, whole: string | null = null): Promise<Document> {
    // A part of a page is written in the page's markup.
    const { format, formatArgs } = parseInstructions(whole ?? text)
    const parser = (await this.named(format ?? this.#parts.defaultMarkup)) ?? (await this.named('plain'))
    const { bangMeta } = this.#parts
    if (parser === null) throw new TypeError('the parser "plain" is missing')
    const document = await parser.parse(text, { pageName, args: formatArgs, isPage: true, bangMeta })
    await this.parseEmbeds(document, pageName)
    return document
  }

  /** Texts for other parsers within a document, and attachments that it shows as text. */
  async parseEmbeds(document: Document, pageName: string, depth = 0): Promise<void> {
    if (depth >= deepestEmbed) return
    const { bangMeta } = this.#parts
    const { embeds, inlined } = collect(document)
    for (const embed of embeds) {
      const parser = await this.named(embed.parser)
      if (parser === null) continue
      embed.content = await parser.parse(embed.text, { pageName, args: embed.args, isPage: false, bangMeta })
      await this.parseEmbeds(embed.content, pageName, depth + 1)
    }
    for (const shown of inlined) {
      if (shown.target.kind !== 'attachment') continue
      if (!(await this.#parts.sharesReaders(pageName, shown.target.page))) continue
      const text = await this.#attachmentText(shown.target.page, shown.target.file)
      const parser = text === null ? null : await this.#parserForFile(shown.target.file)
      if (text !== null && parser !== null)
        shown.content = await parser.plugin.parse(text, { pageName, args: parser.args, isPage: false, bangMeta })
    }
  }

  /** The text of an attachment that is small enough to stand within a page. */
  async #attachmentText(page: string, file: string): Promise<string | null> {
    const attachment = await this.#parts.store.attachment(page, file)
    if (attachment === null || attachment.size > longestInlined) return null
    const chunks: Buffer[] = []
    for await (const chunk of attachment.open() as AsyncIterable<Buffer>) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  }

  /** The parser that shows files of this kind; `args` tells a parser of many languages which one. */
  async #parserForFile(file: string): Promise<{ plugin: ParserPlugin; args: string } | null> {
    const extension = /\.[^.]+$/.exec(file)?.[0].toLowerCase() ?? ''
    for (const name of await this.#parts.plugins.names('parsers')) {
      const plugin = await this.named(name)
      if (plugin?.extensions?.includes(extension)) return { plugin, args: extension.slice(1) }
    }
    const plain = await this.named('plain')
    return plain === null ? null : { plugin: plain, args: '' }
  }

  /** A parser by its name; null when there is none that can be used. */
  async named(name: string): Promise<ParserPlugin | null> {
    const loaded = await this.#parts.plugins.load('parsers', name)
    if (loaded === null) return null
    if ('error' in loaded) {
      this.#parts.plugins.health.fault('parsers', name, loaded.error, { message: 'parser cannot be loaded' })
      return null
    }
    return this.#guarded(name, loaded.plugin)
  }

  /** A parser that fails shows its text as it is written. */
  #guarded(name: string, plugin: ParserPlugin): ParserPlugin {
    const { extensions } = plugin
    return {
      ...(extensions === undefined ? {} : { extensions }),
      parse: async (text, options) => {
        try {
          const { plugins, macroDeadline } = this.#parts
          const answer: unknown = plugins.health.run('parsers', name, () => plugin.parse(text, options))
          const document = isThenable(answer)
            ? await within(macroDeadline * parserPatience, Promise.resolve(answer), () => parserGaveNothing(name))
            : answer
          // Checked although typed: what comes of it is the whole page.
          if (!isDocument(document)) throw parserGaveNothing(name)
          return document
        } catch (error) {
          const plain = name === 'plain' ? null : await this.named('plain')
          if (plain === null) throw error
          this.#parts.plugins.health.fault('parsers', name, error, {
            message: 'parser failed',
            facts: { page: options.pageName },
          })
          return plain.parse(text, { ...options, args: '' })
        }
      },
    }
  }
}

function isDocument(answer: unknown): answer is Document {
  if (typeof answer !== 'object' || answer === null || !('children' in answer) || !Array.isArray(answer.children)) return false
  const lists: unknown[][] = [answer.children]
  for (let list = lists.pop(); list !== undefined; list = lists.pop())
    for (const node of list as readonly ({ type?: unknown; children?: unknown } | null | undefined)[]) {
      if (typeof node?.type !== 'string') return false
      if (Array.isArray(node.children)) lists.push(node.children)
    }
  return true
}
