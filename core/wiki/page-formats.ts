import { badFormatter, pluginFailed, WikiError } from '../api/errors.ts'
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
    const formatter = (await this.#formatters()).find(({ plugin }) => plugin.mimetype.toLowerCase() === wanted)
    if (formatter === undefined) return null
    const { plugin } = formatter
    const text = await page.text()
    const document = await this.#parts.renderer.documentOf(page.name, text)
    const context: FormatContext = {
      page,
      request: this.#visit,
      text,
      html: async () => this.#withHost(await render()),
      plainText: () => formatText(document),
      address: (target) => this.#address(target),
      signal,
    }
    const { health } = this.#parts.plugins
    try {
      const body = await health.run('formatters', formatter.name, async () => plugin.format(document, context))
      // Checked although typed: a formatter may be plain JavaScript.
      if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw badFormatter(formatter.name, typeof body)
      return { mimetype: plugin.mimetype, extension: plugin.extension ?? '', body }
    } catch (error) {
      if (error instanceof WikiError && error.expose) throw error
      health.fault('formatters', formatter.name, error, { message: 'formatter failed', reference: this.#visit.id })
      throw pluginFailed(
        this.#visit.t('This page cannot be written as {type} at the moment. (Reference: {id})', {
          type: wanted,
          id: this.#visit.id,
        }),
        error,
      )
    }
  }

  #formatters(): Promise<readonly Ready<FormatterPlugin>[]> {
    const { plugins, config } = this.#parts
    return ownFirst(plugins, 'formatters', config.dataDir, (name, error) => {
      plugins.health.fault('formatters', name, error, { message: 'formatter cannot be loaded', reference: this.#visit.id })
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
      case 'page':
      case 'interwiki': {
        const anchor = target.anchor ? anchorName(target.anchor) : undefined
        if (target.kind === 'page' || target.wiki === 'Self')
          return origin + this.#href(target.page.replace(/^\/+/, ''), undefined, anchor)
        const base = this.#parts.intermap.get(target.wiki) ?? null
        if (base === null || safeUrl(base) === null) return null
        return interwikiUrl(base, target.page) + (anchor === undefined ? '' : `#${anchor}`)
      }
      case 'attachment':
      case 'drawing':
        return origin + this.#href(target.page, { action: 'AttachFile', do: 'get', target: target.file })
    }
  }
}
