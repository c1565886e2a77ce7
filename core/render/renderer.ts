import { createHash } from 'node:crypto'
import type { Document } from '../api/document.ts'
import type { Formatter } from '../api/formatter.ts'
import { includeCircle } from '../api/errors.ts'
import type { Heading } from '../api/macro.ts'
import type { Page, PageReader } from '../api/page.ts'
import type { ParserPlugin } from '../api/parser.ts'
import type { PageStore } from '../api/page-store.ts'
import type { WikiRequest } from '../api/request.ts'
import type { User } from '../api/user.ts'
import type { Log } from '../api/action.ts'
import { collect, collectHeadings } from '../markup/collect.ts'
import { formatHtml } from '../markup/format-html.ts'
import type { HtmlContext, Piece } from '../markup/html-context.ts'
import { htmlFormatter } from '../markup/html-formatter.ts'
import { parseInstructions } from '../markup/instructions.ts'
import { Ids } from '../markup/page-link.ts'
import type { Plugins } from '../plugins/plugins.ts'
import { everyonesRequest } from './everyone.ts'
import type { PageTemplate } from './page-template.ts'
import { dependenciesOf, type MacroFault, type Rendering, runMacro } from './run-macro.ts'
import { TemplateCache } from './template-cache.ts'

export type PageAddress = (name: string, query?: Readonly<Record<string, string | number>>, anchor?: string) => string

export interface RendererParts {
  readonly store: PageStore
  readonly plugins: Plugins
  readonly log: Log
  readonly defaultMarkup: string
  readonly bangMeta: boolean
  /** Milliseconds a macro may take. */
  readonly macroDeadline: number
  /** Bytes kept of ready pages. */
  readonly cacheSize: number
  exists(name: string): Promise<boolean>
  /** Existence without waiting, for links that macros make; true when it is not known at once. */
  existsNow(name: string): boolean
  interwiki(wiki: string): string | null
  anonymous(): User
  staticUrl(): string
}

const deepestEmbed = 20
/** Bytes. */
const longestInlined = 500_000
const pureWords = new Set(['page', 'namespace', 'language'])

/** page -> template -> bytes. Everything that turns a text into what a reader sees goes through here. */
export class Renderer {
  readonly cache: TemplateCache
  readonly #parts: RendererParts
  readonly #bytes = new WeakMap<PageTemplate, readonly (Uint8Array | null)[]>()
  readonly #building = new Map<string, Promise<PageTemplate>>()

  constructor(parts: RendererParts) {
    this.#parts = parts
    this.cache = new TemplateCache(parts.cacheSize)
  }

  /** The page's template: made once for all readers of one language. Parallel views of a page that is not ready wait for one making. */
  template(request: WikiRequest, page: Page, pages: PageReader, href: PageAddress): PageTemplate | Promise<PageTemplate> {
    const key = `${page.name}\n${request.language}\n${href('')}`
    const known = this.cache.get(key)
    if (known !== undefined) return known
    const building = this.#building.get(key)
    if (building !== undefined) return building
    const made = page
      .text()
      .then((text) => this.#build(request, page, pages, text, href))
      .then((template) => {
        this.cache.set(key, page.name, template)
        return template
      })
      .finally(() => this.#building.delete(key))
    this.#building.set(key, made)
    return made
  }

  /** Markup of a text as this page's, for one reader: a preview, an old revision. Nothing is kept. */
  async renderText(request: WikiRequest, pages: PageReader, page: Page, text: string | null, href: PageAddress): Promise<string> {
    const template = await this.#build(request, page, pages, text ?? (await page.text()), href)
    return this.fill(template, request, page, pages, href)
  }

  /** Pages that a text links to, found without formatting it. */
  async linksOf(pageName: string, text: string): Promise<readonly string[]> {
    return collect(await this.#parse(pageName, text)).pages
  }

  /** Runs what is left to run for this reader and puts it all together. */
  async fill(template: PageTemplate, request: WikiRequest, page: Page, pages: PageReader, href: PageAddress): Promise<string> {
    if (template.isStatic) return template.pieces.join('')
    return (await this.#run(template, request, page, pages, href)).join('')
  }

  /** The same as bytes in parts; what is stored with the page was encoded once. */
  async fillBytes(template: PageTemplate, request: WikiRequest, page: Page, pages: PageReader, href: PageAddress): Promise<Uint8Array[]> {
    const stored = this.#bytesOf(template)
    if (template.isStatic) return stored.filter((bytes) => bytes !== null)
    const parts = await this.#run(template, request, page, pages, href)
    return parts.map((part, i) => stored[i] ?? Buffer.from(part))
  }

  #bytesOf(template: PageTemplate): readonly (Uint8Array | null)[] {
    let bytes = this.#bytes.get(template)
    if (bytes === undefined) {
      bytes = template.pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : null))
      this.#bytes.set(template, bytes)
    }
    return bytes
  }

  /** All macros are started in page order, so what they do at once happens in page order; then all are waited for together. */
  async #run(template: PageTemplate, request: WikiRequest, page: Page, pages: PageReader, href: PageAddress): Promise<string[]> {
    const rendering = this.#rendering(template.document, template.headings, request, page, pages, href)
    const done = await Promise.all(template.pieces.map((piece) => (typeof piece === 'string' ? piece : runMacro(piece, rendering))))
    return [...done, ...rendering.endings.map((write) => String(write()))]
  }

  async #build(request: WikiRequest, page: Page, pages: PageReader, text: string, href: PageAddress, included: readonly string[] = []): Promise<PageTemplate> {
    const document = await this.#parse(page.name, text)
    const found = collect(document)
    const links = new Map<string, boolean>()
    for (const name of found.pages) links.set(name, await this.#parts.exists(name))
    const attachments = new Map<string, ReadonlySet<string>>()
    for (const { page: owner } of found.attachments) {
      if (!attachments.has(owner)) attachments.set(owner, new Set((await this.#parts.store.attachments(owner)).map(({ name }) => name)))
    }
    const context: HtmlContext = {
      ...this.#context(request, page, href, included),
      pageExists: (name) => links.get(name) ?? this.#parts.existsNow(name),
      attachmentExists: (owner, file) => attachments.get(owner)?.has(file) ?? false,
      sectionNumbers: document.instructions?.pragmas.get('section-numbers') ?? null,
    }
    const pieces = formatHtml(document, context)
    const headings = collectHeadings(document).map(({ depth, id, text: words }) => ({ depth, id, text: words }))
    const folded = await this.#fold(pieces, document, headings, request, page, pages, href)
    const size = folded.pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length * 2 : 500), 2000 + text.length * 4)
    return {
      pieces: folded.pieces,
      document,
      headings,
      links,
      attachmentPages: new Set(attachments.keys()),
      namespace: folded.namespace,
      isStatic: folded.pieces.every((piece) => typeof piece === 'string'),
      id: createHash('sha1').update(JSON.stringify(folded.pieces)).digest('base64url').slice(0, 12),
      size,
    }
  }

  /** Text -> document, the texts in it that are for other parsers included. */
  async #parse(pageName: string, text: string): Promise<Document> {
    const { format, formatArgs } = parseInstructions(text)
    const parser = (await this.#parser(format ?? this.#parts.defaultMarkup)) ?? (await this.#parser('plain'))
    const { bangMeta } = this.#parts
    if (parser === null) throw new TypeError('the parser "plain" is missing')
    const document = await parser.parse(text, { pageName, args: formatArgs, isPage: true, bangMeta })
    await this.#parseEmbeds(document, pageName, 0)
    return document
  }

  /** Texts for other parsers within a document, and attachments that it shows as text. */
  async #parseEmbeds(document: Document, pageName: string, depth: number): Promise<void> {
    if (depth >= deepestEmbed) return
    const { bangMeta } = this.#parts
    const { embeds, inlined } = collect(document)
    for (const embed of embeds) {
      const parser = await this.#parser(embed.parser)
      if (parser === null) continue
      embed.content = await parser.parse(embed.text, { pageName, args: embed.args, isPage: false, bangMeta })
      await this.#parseEmbeds(embed.content, pageName, depth + 1)
    }
    for (const shown of inlined) {
      if (shown.target.kind !== 'attachment') continue
      const text = await this.#attachmentText(shown.target.page, shown.target.file)
      const parser = text === null ? null : await this.#parserForFile(shown.target.file)
      if (text !== null && parser !== null) shown.content = await parser.plugin.parse(text, { pageName, args: parser.args, isPage: false, bangMeta })
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
      const plugin = await this.#parser(name)
      if (plugin?.extensions?.includes(extension)) return { plugin, args: extension.slice(1) }
    }
    const plain = await this.#parser('plain')
    return plain === null ? null : { plugin: plain, args: '' }
  }

  async #parser(name: string): Promise<ParserPlugin | null> {
    const loaded = await this.#parts.plugins.load('parsers', name)
    if (loaded === null) return null
    if ('error' in loaded) {
      this.#parts.log.error({ plugin: name, file: loaded.file, err: loaded.error }, 'parser cannot be loaded')
      return null
    }
    return loaded.plugin
  }

  /** Runs the macros whose output is everyone's and stores it with the page. */
  async #fold(
    pieces: readonly Piece[],
    document: Document,
    headings: readonly Heading[],
    request: WikiRequest,
    page: Page,
    pages: PageReader,
    href: PageAddress,
  ): Promise<{ pieces: PageTemplate['pieces']; namespace: boolean }> {
    const folded: PageTemplate['pieces'][number][] = []
    let namespace = false
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        push(piece)
        continue
      }
      const loaded = await this.#parts.plugins.load('macros', piece.name)
      const dependencies = loaded !== null && 'plugin' in loaded ? dependenciesOf(loaded.plugin) : null
      if (dependencies === null || !dependencies.every((word) => pureWords.has(word))) {
        folded.push(piece)
        continue
      }
      if (dependencies.includes('namespace')) namespace = true
      const rendering = this.#rendering(document, headings, everyonesRequest(request, this.#parts.anonymous(), piece.name), page, pages, href)
      const output = await runMacro(piece, rendering)
      // What a macro wants to say at the end of the page needs the whole page: it runs on each view after all.
      if (rendering.endings.length > 0) folded.push(piece)
      else push(output)
    }
    return { pieces: folded, namespace }

    function push(markup: string): void {
      const last = folded.length - 1
      if (typeof folded[last] === 'string') folded[last] += markup
      else folded.push(markup)
    }
  }

  #rendering(
    document: Document,
    headings: readonly Heading[],
    request: WikiRequest,
    page: Page,
    pages: PageReader,
    href: PageAddress,
    included: readonly string[] = [],
  ): Rendering {
    const context: HtmlContext = {
      ...this.#context(request, page, href, included),
      pageExists: (name) => this.#parts.existsNow(name),
      attachmentExists: () => true,
      sectionNumbers: document.instructions?.pragmas.get('section-numbers') ?? null,
    }
    let formatter: Formatter | null = null
    const rendering: Rendering = {
      request,
      page,
      pages,
      get formatter() {
        return (formatter ??= htmlFormatter(context))
      },
      plugins: this.#parts.plugins,
      notes: new Map(),
      endings: [],
      deadline: this.#parts.macroDeadline,
      headings: () => headings,
      include: (name, text) => this.#include(rendering, name, text, href, [...included, page.name]),
      fault: (fault) => this.#fault(fault, request),
    }
    return rendering
  }

  async #include(outer: Rendering, name: string, text: string | undefined, href: PageAddress, chain: readonly string[]): Promise<string> {
    if (chain.includes(name)) throw includeCircle(name)
    const page = await outer.pages.read(name)
    if (page === null) return ''
    const template = await this.#build(outer.request, page, outer.pages, text ?? (await page.text()), href, chain)
    const inner = this.#rendering(template.document, template.headings, outer.request, page, outer.pages, href, chain)
    // Notes and endings are the whole page's.
    const shared: Rendering = { ...inner, notes: outer.notes, endings: outer.endings }
    const done = await Promise.all(template.pieces.map((piece) => (typeof piece === 'string' ? piece : runMacro(piece, shared))))
    return done.join('')
  }

  #context(request: WikiRequest, page: Page, href: PageAddress, included: readonly string[]): Omit<HtmlContext, 'pageExists' | 'attachmentExists' | 'sectionNumbers'> {
    return {
      pageName: page.name,
      pageUrl: href,
      interwiki: (wiki) => this.#parts.interwiki(wiki),
      staticUrl: this.#parts.staticUrl(),
      language: request.language,
      t: (words, values) => request.t(words, values),
      ids: new Ids(),
      idPrefix: included.length === 0 ? '' : page.name,
    }
  }

  #fault(fault: MacroFault, request: WikiRequest): string {
    this.#parts.log.error({ request: request.id, macro: fault.macro, page: fault.page, file: fault.file, err: fault.error }, 'macro failed')
    return request.id
  }
}
