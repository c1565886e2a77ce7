import { badFormatter } from '../api/errors.ts'
import type { Target } from '../api/document.ts'
import type { FormatContext, FormattedPage, FormatterPlugin } from '../api/formatter-plugin.ts'
import type { Page } from '../api/page.ts'
import { formatText } from '../markup/format-text.ts'
import { safeUrl } from '../markup/html-safety.ts'
import { interwikiUrl } from '../markup/html-links.ts'
import { anchorName } from '../markup/page-link.ts'
import { ownFirst, type Ready } from './own-first.ts'
import type { PageAddress } from './stored-page.ts'
import type { WikiParts } from './wiki-parts.ts'
import type { Visit } from './wiki-request.ts'

/** Pages in other formats, for one visitor. */
export class PageFormats {
  readonly #parts: WikiParts
  readonly #visit: Visit
  readonly #href: PageAddress

  constructor(parts: WikiParts, visit: Visit, href: PageAddress) {
    this.#parts = parts
    this.#visit = visit
    this.#href = href
  }

  /** The types that pages can be written in, each once, sorted. */
  async types(): Promise<readonly string[]> {
    return [...new Set((await this.#formatters()).map(({ plugin }) => plugin.mimetype))].sort()
  }

  /** null: nobody writes this type. */
  async format(page: Page, mimetype: string, render: FormatContext['html'], signal: AbortSignal): Promise<FormattedPage | null> {
    const wanted = mimetype.trim().toLowerCase()
    const formatter = (await this.#formatters()).find(({ plugin }) => plugin.mimetype === wanted)
    if (formatter === undefined) return null
    const { plugin } = formatter
    const text = await page.text()
    const document = await this.#parts.renderer.documentOf(page.name, text)
    const body = await plugin.format(document, {
      page,
      request: this.#visit,
      text,
      html: async () => this.#withHost(await render()),
      plainText: () => formatText(document),
      address: (target) => this.#address(target),
      signal,
    })
    // Checked although typed: a formatter may be plain JavaScript.
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw badFormatter(formatter.name, typeof body)
    return { mimetype: plugin.mimetype, extension: plugin.extension ?? '', body }
  }

  #formatters(): Promise<readonly Ready<FormatterPlugin>[]> {
    const { plugins, config, log } = this.#parts
    return ownFirst(plugins, 'formatters', config.dataDir, (plugin, file, err) => {
      log.error({ wiki: config.siteId, plugin, file, err }, 'formatter cannot be loaded')
    })
  }

  /** Addresses from the root of the site, in tags only: a saved copy must lead back here. */
  #withHost(markup: string): string {
    const { origin } = this.#visit.url
    return markup.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(\s(?:href|src|data|action)=")\/(?!\/)/g, `$1${origin}/`))
  }

  #address(target: Target): string | null {
    const { origin } = this.#visit.url
    switch (target.kind) {
      case 'url':
        return safeUrl(target.url)
      case 'page': {
        const page = target.page.replace(/^\/+/, '')
        return origin + this.#href(page, undefined, target.anchor ? anchorName(target.anchor) : undefined)
      }
      case 'interwiki': {
        if (target.wiki === 'Self') return origin + this.#href(target.page.replace(/^\/+/, ''))
        const base = this.#parts.intermap.get(target.wiki) ?? null
        return base === null || safeUrl(base) === null ? null : interwikiUrl(base, target.page)
      }
      case 'attachment':
      case 'drawing':
        return origin + this.#href(target.page, { action: 'AttachFile', do: 'get', target: target.file })
    }
  }
}
