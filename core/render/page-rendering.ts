import type { Formatter } from '../api/formatter.ts'
import { includeCircle, tooManyIncludes } from '../api/errors.ts'
import type { Heading, Included, MacroOutput } from '../api/macro.ts'
import type { MacroServices } from '../api/macro-services.ts'
import type { Page, PageReader } from '../api/page.ts'
import type { WikiRequest } from '../api/request.ts'
import type { SessionWishes, Soon } from '../api/session.ts'
import type { User } from '../api/user.ts'
import { textDirection } from '../http/languages.ts'
import { anchorName, Ids } from '../markup/page-link.ts'
import type { Plugins } from '../plugins/plugins.ts'
import { BroughtText } from './brought-text.ts'
import { everyonesRequest } from './everyone.ts'
import type { PageTemplate } from './page-template.ts'
import { type MacroCall, type MacroFault, type Rendering, runMacro } from './run-macro.ts'

export type PageAddress = (name: string, query?: Readonly<Record<string, string | number>>, anchor?: string) => string

/** What all texts shown on one page share. */
export class WholePage {
  readonly notes = new Map<string, unknown>()
  readonly endings: (() => MacroOutput)[] = []
  /** While a page is made for everyone: a macro of it turned out to need the whole page as one reader sees it. */
  needsReader = false
  /** Ids of all that is on the page, each once. */
  readonly ids: Ids
  readonly #places = new Ids()
  #included = 0
  #made = 0

  constructor(pageName: string, ids: Ids) {
    this.ids = ids
    this.#places.unique(anchorName(pageName))
  }

  /** Counts what a macro of the page has made. */
  made(markup: string): string {
    this.#made += markup.length
    return markup
  }

  get isFull(): boolean {
    return this.#made > mostMade
  }

  /** A name for one more text brought into the page. */
  place(pageName: string): string {
    if (++this.#included > mostIncluded) throw tooManyIncludes(mostIncluded)
    return this.#places.unique(anchorName(pageName))
  }
}

/** Pages that include each other twice grow without end. */
const mostIncluded = 500
/** Letters of markup after which no more macros of a page run. */
const mostMade = 16_000_000

/** What one rendering is for. */
export interface Occasion {
  readonly request: WikiRequest
  readonly page: Page
  readonly pages: PageReader
  readonly href: PageAddress
  readonly whole: WholePage
  /** Names of the pages that were included on the way here, outermost first. */
  readonly chain: readonly string[]
  /** The included page's place; '' for the page itself. */
  readonly place: string
  /** Settles when what comes before this text on the page is done. */
  before?(): Promise<void>
  /** True while the page is made for all readers. */
  readonly forEveryone: boolean
  /** Told of faults instead of the log. */
  fault?(fault: MacroFault): string
}

/** What makes texts ready: the renderer. */
export interface TextMaker {
  readonly plugins: Plugins
  readonly deadline: number
  anonymous(): User
  formatter(rendering: PageRendering): Formatter
  services(occasion: Occasion): MacroServices
  requestFor(request: WikiRequest, wishes: SessionWishes): Promise<WikiRequest>
  fault(fault: MacroFault, occasion: Occasion): string
  included(occasion: Occasion, text: string | undefined): Promise<PageTemplate>
  /** True when the macro's output is the same for all readers. */
  isEveryones(call: MacroCall): Promise<boolean>
  inline(rendering: PageRendering, text: string): Promise<readonly (string | MacroCall)[]>
}

/** One text being shown to one reader (or to everyone): what its macros share. */
export class PageRendering implements Rendering {
  readonly template: Pick<PageTemplate, 'pieces' | 'instructions' | 'headings' | 'brings'>
  readonly occasion: Occasion
  readonly plugins: Plugins
  /** Milliseconds a macro may take. */
  readonly deadline: number
  readonly #maker: TextMaker
  readonly #brought: BroughtText | null
  #formatter: Formatter | null = null
  #services: MacroServices | null = null

  constructor(maker: TextMaker, template: PageRendering['template'], occasion: Occasion) {
    this.#maker = maker
    this.template = template
    this.occasion = occasion
    this.plugins = maker.plugins
    this.deadline = maker.deadline
    const { pieces, brings } = template
    const isAlone = brings.size === 0 && occasion.before === undefined
    this.#brought = isAlone
      ? null
      : new BroughtText(
          pieces.filter((piece) => typeof piece !== 'string'),
          brings,
          occasion.before,
        )
  }

  get formatter(): Formatter {
    return (this.#formatter ??= this.#maker.formatter(this))
  }
  get services(): MacroServices {
    return (this.#services ??= this.#maker.services(this.occasion))
  }
  get request(): WikiRequest {
    return this.occasion.request
  }
  requestFor(wishes: SessionWishes): Promise<WikiRequest> {
    return this.#maker.requestFor(this.occasion.request, wishes)
  }
  everyonesRequest({ name }: MacroCall): WikiRequest {
    const { request, forEveryone } = this.occasion
    return forEveryone ? request : everyonesRequest(request, this.#maker.anonymous(), name)
  }
  get page(): Page {
    return this.occasion.page
  }
  get pages(): PageReader {
    return this.occasion.pages
  }
  get isFull(): boolean {
    return this.occasion.whole.isFull
  }
  made(markup: string): string {
    return this.occasion.whole.made(markup)
  }
  get notes(): Map<string, unknown> {
    return this.occasion.whole.notes
  }

  /** Every piece as markup. All macros are started in page order, so what they do at once happens in page order. */
  run(): Soon<string[]> {
    let isWaiting = false
    const made = this.template.pieces.map((piece) => {
      const markup = typeof piece === 'string' ? piece : this.#run(piece)
      isWaiting ||= typeof markup !== 'string'
      return markup
    })
    return isWaiting ? Promise.all(made) : (made as string[])
  }

  #run(call: MacroCall): Soon<string> {
    return this.#brought === null ? runMacro(call, this) : this.#brought.run(call, async () => runMacro(call, this))
  }

  atEnd(write: () => MacroOutput): void {
    this.occasion.whole.endings.push(write)
  }

  /** What the macros wanted to say at the end. */
  endings(): string {
    return this.occasion.whole.endings.map((write) => String(write())).join('')
  }

  async headings(call: MacroCall | null = null): Promise<readonly Heading[]> {
    if (call !== null && call.embedded !== null) return call.embedded
    if (this.#brought === null) return this.template.headings
    if (!this.occasion.forEveryone) return this.#brought.headings(this.template.headings)
    this.occasion.whole.needsReader = true
    return this.template.headings
  }

  addHeading(call: MacroCall, depth: number, words: string): string {
    const { whole, place } = this.occasion
    const id = whole.ids.unique(place === '' ? anchorName(words) : `${place}.${anchorName(words)}`)
    this.#brought?.addHeadings(call, [{ depth, id, text: words }])
    return id
  }

  async inOrder(call: MacroCall): Promise<void> {
    if (this.#brought === null) return
    if (this.occasion.forEveryone) this.occasion.whole.needsReader = true
    else await this.#brought.before(call)
  }

  async include(call: MacroCall, name: string, text: string | undefined): Promise<Included | null> {
    const { request, pages, chain, whole } = this.occasion
    if (chain.includes(name)) throw includeCircle(name)
    const page = await pages.read(name)
    if (page === null) return null
    const place = whole.place(name)
    const occasion: Occasion = { ...this.occasion, page, place, chain: [...chain, name], before: () => this.inOrder(call) }
    const template = await this.#maker.included(occasion, text)
    whole.ids.take(template.ids)
    const inner = new PageRendering(this.#maker, template, occasion)
    const markup = (await inner.run()).join('')
    this.#brought?.addHeadings(call, await inner.headings())
    const language = template.instructions?.language ?? request.config.languageDefault
    return { id: place, language, direction: textDirection(language), markup }
  }

  async render(call: MacroCall, text: string): Promise<string> {
    const pieces = await this.#maker.inline(this, text)
    if (this.occasion.forEveryone && !(await this.#areEveryones(pieces))) {
      this.occasion.whole.needsReader = true
      return ''
    }
    const template = { ...this.template, pieces, brings: new Set<MacroCall>() }
    const inner = new PageRendering(this.#maker, template, { ...this.occasion, before: () => this.inOrder(call) })
    return (await inner.run()).join('')
  }

  async #areEveryones(pieces: readonly (string | MacroCall)[]): Promise<boolean> {
    for (const piece of pieces) if (typeof piece !== 'string' && !(await this.#maker.isEveryones(piece))) return false
    return true
  }

  fault(fault: MacroFault): string {
    return this.occasion.fault === undefined ? this.#maker.fault(fault, this.occasion) : this.occasion.fault(fault)
  }
}
