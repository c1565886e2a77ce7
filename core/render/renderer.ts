import { createHash } from 'node:crypto'
import type { Document, Section } from '../api/document.ts'
import type { Formatter } from '../api/formatter.ts'
import type { MacroServices } from '../api/macro-services.ts'
import { escapeHtml, html } from '../api/html.ts'
import type { Page, PageReader } from '../api/page.ts'
import type { PageStore } from '../api/page-store.ts'
import type { WikiRequest } from '../api/request.ts'
import type { SessionWishes } from '../api/session.ts'
import type { User } from '../api/user.ts'
import type { Log } from '../api/action.ts'
import { collect, collectHeadings } from '../markup/collect.ts'
import { formatHtml } from '../markup/format-html.ts'
import type { HtmlContext, Piece } from '../markup/html-context.ts'
import { htmlFormatter } from '../markup/html-formatter.ts'
import { Ids } from '../markup/page-link.ts'
import type { Plugins } from '../plugins/plugins.ts'
import { everyonesRequest } from './everyone.ts'
import { isLanguage } from './language-macro.ts'
import { type Occasion, type PageAddress, PageRendering, type TextMaker, WholePage } from './page-rendering.ts'
import { PageParser, type PageParserParts } from './page-parser.ts'
import type { PageTemplate } from './page-template.ts'
import { areEveryones, dependenciesOf, isMisuse, type MacroCall, type MacroFault, runMacro } from './run-macro.ts'
import { TemplateCache } from './template-cache.ts'

export type { PageAddress }

export interface RendererParts extends PageParserParts {
  readonly store: PageStore
  readonly log: Log
  /** Milliseconds a macro may take. */
  readonly macroDeadline: number
  /** Bytes kept of ready pages. */
  readonly cacheSize: number
  exists(name: string): Promise<boolean>
  /** Existence without waiting, for links that macros make; true when it is not known at once. */
  existsNow(name: string): boolean
  interwiki(wiki: string): string | null
  anonymous(): User
  /** The wiki's pages as this reader may see them. */
  pagesFor(user: User, href: PageAddress): PageReader
  /** What macros are lent. */
  services(request: WikiRequest, href: PageAddress): MacroServices
  /** The request for code that wishes for a session of its own. */
  requestFor(request: WikiRequest, wishes: SessionWishes): Promise<WikiRequest>
  /** Where the pictures of smileys lie, below a mount path. */
  staticUrl(root: string): string
}

/** Characters of a piece that is encoded once for all views. */
const worthKeeping = 1000

/** page -> template -> bytes. Everything that turns a text into what a reader sees goes through here. */
export class Renderer implements TextMaker {
  readonly cache: TemplateCache
  readonly #parts: RendererParts
  readonly #parser: PageParser
  readonly #bytes = new WeakMap<PageTemplate, readonly (Uint8Array | null)[]>()
  readonly #building = new Map<string, { readonly age: number; readonly made: Promise<PageTemplate> }>()

  constructor(parts: RendererParts) {
    this.#parts = parts
    this.#parser = new PageParser(parts)
    this.cache = new TemplateCache(parts.cacheSize)
  }

  /** The page's template: made once for all readers of one language. Parallel views of a page that is not ready wait for one making. */
  template(request: WikiRequest, page: Page, href: PageAddress): PageTemplate | Promise<PageTemplate> {
    const key = `${page.name}\n${request.language}\n${href('')}`
    const known = this.cache.get(key)
    if (known !== undefined) return known
    const { age } = this.cache
    const building = this.#building.get(key)
    if (building?.age === age) return building.made
    const made = page
      .text()
      .then((text) => this.#build(request, page, text, href, { editable: true }))
      .then((template) => {
        if (this.cache.age === age) this.cache.set(key, page.name, template)
        return template
      })
      .finally(() => {
        if (this.#building.get(key)?.made === made) this.#building.delete(key)
      })
    this.#building.set(key, { age, made })
    return made
  }

  /** Markup of a text as this page's, for one reader: a preview, an old revision. Nothing is kept. */
  async renderText(request: WikiRequest, pages: PageReader, page: Page, text: string | null, href: PageAddress): Promise<string> {
    const template = await this.#build(request, page, text ?? (await page.text()), href)
    return this.fill(template, request, page, pages, href)
  }

  /** A text as this page's, with the texts in it that are for other parsers. A tree of one's own. */
  documentOf(pageName: string, text: string): Promise<Document> {
    return this.#parser.parse(pageName, text)
  }

  /** Pages that a text links to, found without formatting it. */
  async linksOf(pageName: string, text: string): Promise<readonly string[]> {
    return collect(await this.#parser.parse(pageName, text)).pages
  }

  /** The sections of a text as this page's. */
  async sectionsOf(pageName: string, text: string): Promise<readonly Section[]> {
    return collectHeadings(await this.#parser.parse(pageName, text), text.length)
  }

  /** Runs what is left to run for this reader and puts it all together. */
  async fill(template: PageTemplate, request: WikiRequest, page: Page, pages: PageReader, href: PageAddress): Promise<string> {
    if (template.isStatic) return template.pieces.join('')
    return (await this.#run(template, request, page, pages, href)).join('')
  }

  /** The same as bytes in parts; what is stored with the page was encoded once. */
  async fillBytes(
    template: PageTemplate,
    request: WikiRequest,
    page: Page,
    pages: PageReader,
    href: PageAddress,
  ): Promise<Uint8Array[]> {
    const stored = this.#bytesOf(template)
    if (template.isStatic) return stored.filter((bytes) => bytes !== null)
    const bytes: Uint8Array[] = []
    // Short pieces are encoded together: each would cost more than its letters.
    let text = ''
    for (const [i, part] of (await this.#run(template, request, page, pages, href)).entries()) {
      const ready = stored[i] ?? null
      if (ready === null) text += part
      else {
        if (text !== '') bytes.push(Buffer.from(text))
        text = ''
        bytes.push(ready)
      }
    }
    if (text !== '') bytes.push(Buffer.from(text))
    return bytes
  }

  #bytesOf(template: PageTemplate): readonly (Uint8Array | null)[] {
    let bytes = this.#bytes.get(template)
    if (bytes === undefined) {
      const { pieces, isStatic } = template
      bytes = pieces.map((piece) =>
        typeof piece === 'string' && (isStatic || piece.length >= worthKeeping) ? Buffer.from(piece) : null,
      )
      this.#bytes.set(template, bytes)
    }
    return bytes
  }

  async #run(template: PageTemplate, request: WikiRequest, page: Page, pages: PageReader, href: PageAddress): Promise<string[]> {
    const rendering = new PageRendering(this, template, {
      request,
      page,
      pages,
      href,
      whole: new WholePage(page.name, new Ids(template.ids)),
      chain: [],
      place: '',
      forEveryone: false,
    })
    const done = await rendering.run()
    const endings = rendering.endings()
    return endings === '' ? done : [...done, endings]
  }

  /** `place`: where the text is shown within another page. `editable`: its headings get links that edit their sections. */
  async #build(
    request: WikiRequest,
    page: Page,
    text: string,
    href: PageAddress,
    { place = '', editable = false }: { readonly place?: string; readonly editable?: boolean } = {},
  ): Promise<PageTemplate> {
    const document = await this.#parser.parse(page.name, text, place === '' || text.startsWith('#') ? null : await page.text())
    const headings = collectHeadings(document, undefined, new Ids(), place).map(({ depth, id, text: words }) => ({
      depth,
      id,
      text: words,
    }))
    const sections = new Set(editable ? headings.map(({ id }) => id) : [])
    const ids = new Ids()
    const { pieces, links, attachmentPages } = await this.#format(document, request, page, href, { place, ids, sections })
    const placed = withHeadingsBefore(pieces, headings)
    const brings = await this.#bringing(placed)
    const { instructions } = document
    const made = { pieces: placed, instructions, headings, ids, brings }
    const folded = await this.#fold(made, request, page, href, place)
    const size = folded.pieces.reduce(
      (sum, piece) => sum + (typeof piece === 'string' ? piece.length * 2 : 500),
      2000 + headings.length * 200 + links.size * 100,
    )
    return {
      pieces: folded.pieces,
      instructions,
      headings,
      ids,
      brings,
      links,
      attachmentPages,
      namespace: folded.namespace,
      isStatic: folded.pieces.every((piece) => typeof piece === 'string'),
      id: createHash('sha1').update(JSON.stringify(folded.pieces)).digest('base64url').slice(0, 12),
      size,
    }
  }

  /** Document -> markup with holes. What it refers to is looked up first. */
  async #format(
    document: Document,
    request: WikiRequest,
    page: Page,
    href: PageAddress,
    { place, ids, sections = new Set() }: { readonly place: string; readonly ids: Ids; readonly sections?: ReadonlySet<string> },
  ) {
    const found = collect(document)
    const links = new Map<string, boolean>()
    for (const name of found.pages) links.set(name, await this.#parts.exists(name))
    const attachments = new Map<string, ReadonlySet<string>>()
    for (const { page: owner } of found.attachments) {
      if (!attachments.has(owner))
        attachments.set(owner, new Set((await this.#parts.store.attachments(owner)).map(({ name }) => name)))
    }
    const context: HtmlContext = {
      ...this.#context(request, page, href, place),
      ids,
      pageExists: (name) => links.get(name) ?? this.#parts.existsNow(name),
      attachmentExists: (owner, file) => attachments.get(owner)?.has(file) ?? false,
      sectionNumbers: document.instructions?.pragmas.get('section-numbers') ?? null,
      // Those within other parsers' texts are no sections of the page's own.
      sectionLink: ({ text }, id) =>
        sections.has(id) ? sectionLink(request, href(page.name, { action: 'edit', section: id }), text) : '',
    }
    return {
      pieces: formatHtml(document, context),
      links,
      attachmentPages: new Set([...attachments.keys()].flatMap(withPagesAbove)),
    }
  }

  /** The calls that bring other texts into the page. */
  async #bringing(pieces: readonly (string | MacroCall)[]): Promise<ReadonlySet<MacroCall>> {
    const found = new Set<MacroCall>()
    for (const piece of pieces) {
      if (typeof piece === 'string') continue
      const loaded = await this.plugins.load('macros', piece.name)
      if (loaded !== null && 'plugin' in loaded && loaded.plugin.bringsText === true) found.add(piece)
    }
    return found
  }

  /** Runs the macros whose output is everyone's and stores it with the page. What fails is left to be tried on each view. */
  async #fold(
    made: Pick<PageTemplate, 'pieces' | 'instructions' | 'headings' | 'ids' | 'brings'>,
    request: WikiRequest,
    page: Page,
    href: PageAddress,
    place: string,
  ): Promise<{ pieces: PageTemplate['pieces']; namespace: boolean }> {
    if (made.pieces.every((piece) => typeof piece === 'string')) return { pieces: made.pieces, namespace: false }
    const whole = new WholePage(page.name, made.ids)
    const anonymous = this.#parts.anonymous()
    const pages = this.#parts.pagesFor(anonymous, href)
    const outputs = new Map<MacroCall, { markup: string; isPages: boolean }>()
    let namespace = false
    for (const piece of made.pieces) {
      if (typeof piece === 'string') continue
      const dependencies = await this.#dependencies(piece)
      if (dependencies === null || !areEveryones(dependencies)) continue
      // What depends on the whole page is made with the page that this text is included in.
      const isPages = dependencies.includes('page')
      if (isPages && (place !== '' || made.brings.size > 0)) continue
      const failed: MacroFault[] = []
      const occasion: Occasion = {
        request: everyonesRequest(request, anonymous, piece.name),
        page,
        pages,
        href,
        whole,
        chain: [],
        place,
        forEveryone: true,
        fault: (fault) => {
          if (isMisuse(fault.error)) return this.fault(fault, occasion)
          failed.push(fault)
          return ''
        },
      }
      const markup = await runMacro(piece, new PageRendering(this, made, occasion))
      if (failed.length > 0) continue
      if (dependencies.includes('namespace')) namespace = true
      outputs.set(piece, { markup, isPages })
    }
    const folded: PageTemplate['pieces'][number][] = []
    const push = (markup: string): void => {
      const last = folded.length - 1
      if (typeof folded[last] === 'string') folded[last] += markup
      else folded.push(markup)
    }
    for (const piece of made.pieces) {
      const output = typeof piece === 'string' ? { markup: piece, isPages: false } : outputs.get(piece)
      if (output === undefined || (output.isPages && whole.needsReader)) folded.push(piece as MacroCall)
      else push(output.markup)
    }
    if (!whole.needsReader) for (const write of whole.endings) push(String(write()))
    return { pieces: folded, namespace }
  }

  /** null for a macro that is not there or cannot be loaded. */
  async #dependencies({ name }: MacroCall): Promise<ReturnType<typeof dependenciesOf> | null> {
    const loaded = await this.plugins.load('macros', name)
    if (loaded !== null) return 'plugin' in loaded ? dependenciesOf(loaded.plugin) : null
    return isLanguage(name) ? [] : null
  }

  async isEveryones(call: MacroCall): Promise<boolean> {
    const dependencies = await this.#dependencies(call)
    return dependencies !== null && areEveryones(dependencies)
  }

  get plugins(): Plugins {
    return this.#parts.plugins
  }

  anonymous(): User {
    return this.#parts.anonymous()
  }

  get deadline(): number {
    return this.#parts.macroDeadline
  }

  requestFor(request: WikiRequest, wishes: SessionWishes): Promise<WikiRequest> {
    return this.#parts.requestFor(request, wishes)
  }

  services({ request, href }: Occasion): MacroServices {
    return this.#parts.services(request, href)
  }

  formatter({ template, occasion }: PageRendering): Formatter {
    const { request, page, href, place, whole } = occasion
    return htmlFormatter(() => ({
      ...this.#context(request, page, href, place),
      ids: whole.ids,
      pageExists: (name) => this.#parts.existsNow(name),
      attachmentExists: () => true,
      sectionNumbers: template.instructions?.pragmas.get('section-numbers') ?? null,
    }))
  }

  /** A page within a page. One shown whole is kept like any other: by its place, for that is in its ids. */
  async included({ request, page, href, place }: Occasion, text: string | undefined): Promise<PageTemplate> {
    if (text !== undefined) return this.#build(request, page, text, href, { place })
    const key = `${page.name}\n${request.language}\n${href('')}\n${place}`
    const known = this.cache.get(key)
    if (known !== undefined) return known
    const { age } = this.cache
    const made = await this.#build(request, page, await page.text(), href, { place })
    if (this.cache.age === age) this.cache.set(key, page.name, made)
    return made
  }

  /** Pieces of a text that a macro shows as part of its page. */
  async inline({ template, occasion }: PageRendering, text: string): Promise<readonly (string | MacroCall)[]> {
    const { request, page, href, place, whole } = occasion
    const parser = await this.#parser.named(template.instructions?.format ?? this.#parts.defaultMarkup)
    if (parser === null) return [escapeHtml(text)]
    const document = await parser.parse(text, { pageName: page.name, args: '', isPage: false, bangMeta: this.#parts.bangMeta })
    await this.#parser.parseEmbeds(document, page.name)
    const [only, ...others] = document.children
    const children = only?.type === 'paragraph' && others.length === 0 ? only.children : document.children
    const { pieces } = await this.#format({ ...document, children }, request, page, href, { place, ids: whole.ids })
    return withHeadingsBefore(pieces, [])
  }

  #context(
    request: WikiRequest,
    page: Page,
    href: PageAddress,
    place: string,
  ): Omit<HtmlContext, 'ids' | 'pageExists' | 'attachmentExists' | 'sectionNumbers'> {
    return {
      pageName: page.name,
      pageUrl: href,
      interwiki: (wiki) => this.#parts.interwiki(wiki),
      staticUrl: this.#parts.staticUrl(href('').replace(/\/$/, '')),
      language: request.language,
      t: (words, values) => request.t(words, values),
      idPrefix: place,
    }
  }

  fault({ macro, page, line, file, error }: MacroFault, { request }: Occasion): string {
    // What somebody wrote on a page is no fault of the program: nobody needs to look, and a stack would lead nowhere.
    if (isMisuse(error))
      this.#parts.log.info({ request: request.id, macro, page, line, file, problem: error.message }, 'macro misused')
    else
      this.plugins.health.fault('macros', macro, error, {
        message: 'macro failed',
        reference: request.id,
        facts: { macro, page, line },
      })
    return request.id
  }
}

/** The same for all readers, so it is hidden: the frame shows it to those who may write. */
function sectionLink(request: WikiRequest, address: string, heading: string): string {
  const label = request.t('Edit the section “{heading}”', { heading })
  return String(
    html` <a class="section-edit" href="${address}" rel="nofollow" aria-label="${label}" hidden>${request.t('Edit')}</a>`,
  )
}

/** Rights may come from the pages above: whatever shows files of a page is looked at again when one of these changes. */
function withPagesAbove(name: string): string[] {
  const parts = name.split('/')
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

/** Tells each hole how many of the page's own headings stand before it. */
function withHeadingsBefore(pieces: readonly Piece[], headings: PageTemplate['headings']): (string | MacroCall)[] {
  let seen = 0
  return pieces.map((piece) => {
    if (typeof piece !== 'string') return { ...piece, headingsBefore: seen }
    for (const [, id] of piece.matchAll(/<h[1-5] id="([^"]*)"/g)) if (id === headings[seen]?.id) seen++
    return piece
  })
}
