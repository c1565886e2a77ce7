import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
// The one-file build of the same package: it loads in a sixth of the time.
import Handlebars from 'handlebars/dist/handlebars.min.js'
import type { LayoutModel, ThemePlugin } from '../api/theme.ts'
import { templateMissing } from '../api/errors.ts'
import { bareLayout } from './bare-layout.ts'
import { cacheBlock, type FragmentSurroundings, withPlaces } from './cache-block.ts'
import type { FragmentCache } from './fragment-cache.ts'

/** What the helpers of a template call: bound to one visitor. */
export interface TemplateServices extends FragmentSurroundings {
  t(text: string, values?: Readonly<Record<string, unknown>>): string
  /** The ticket of the form's action and page. */
  ticket(action?: string, page?: string): string
  url(pageName: string, query?: Readonly<Record<string, string | number>>): string
  formatDate(time: Date): string
  formatDateTime(time: Date): string
  /** The session's id for forms, where it may travel so; else ''. */
  sessionToken(): string
}

type Compiled = (model: unknown, options: { data: { services: TemplateServices; session: unknown } }) => string

/** One theme with the themes it builds on: templates by name, the nearest folder first. */
export class Theme {
  readonly name: string
  readonly plugin: ThemePlugin
  /** The theme's own folder and those of its bases. */
  readonly folders: readonly string[]
  readonly #handlebars = Handlebars.create()
  readonly #templates = new Map<string, Promise<Compiled | null>>()

  readonly #failed: (error: unknown) => void
  #faults = 0

  /** `failed`: told what goes wrong with the theme's own templates. */
  constructor(
    name: string,
    plugin: ThemePlugin,
    folders: readonly string[],
    fragments: FragmentCache,
    failed: (error: unknown) => void = () => {},
  ) {
    this.name = name
    this.#failed = (error) => {
      this.#faults++
      failed(error)
    }
    this.plugin = plugin
    this.folders = folders
    registerHelpers(this.#handlebars)
    this.#handlebars.registerHelper('cache', cacheBlock(fragments, name))
  }

  /** How often a template of this theme has failed: what was made meanwhile is no page to keep. */
  get faults(): number {
    return this.#faults
  }

  /** A layout that fails leaves the page readable: the content in the barest of frames. */
  async layout(model: LayoutModel, services: TemplateServices): Promise<string> {
    try {
      return await this.render('layout', model, services)
    } catch (error) {
      this.#failed(error)
      return bareLayout(model)
    }
  }

  /** Renders `<name>.hbs`; a theme that has none falls back to the one beside the plugin that asked. One that fails makes way for that of the theme below. */
  async render(name: string, model: unknown, services: TemplateServices, beside: string | null = null): Promise<string> {
    const [own = '', ...below] = this.folders
    if (below.length === 0 || name === 'layout') return this.#render(name, this.folders, model, services, beside)
    try {
      return await this.#render(name, this.folders, model, services, beside)
    } catch (error) {
      // With the theme's own template it is the theme's fault, else that of whoever gave the model.
      if (!existsSync(join(own, `${name}.hbs`))) throw error
      this.#failed(error)
      return this.#render(name, below, model, services, beside)
    }
  }

  async #render(
    name: string,
    folders: readonly string[],
    model: unknown,
    services: TemplateServices,
    beside: string | null,
  ): Promise<string> {
    const template =
      (await this.#template(name, folders)) ?? (beside === null ? null : await this.#template(name, [dirname(beside)]))
    if (template === null) throw templateMissing(name, this.name)
    // Handlebars escapes `=` as well, for attributes without quotes; ours have quotes, and every link has one.
    // `session` in every template; inside of `each` and `with` as `@session`. A model's own word wins.
    const { dict: session } = services.session
    return template({ session, ...(model as object) }, { data: { services, session } }).replaceAll('&#x3D;', '=')
  }

  #template(name: string, folders: readonly string[]): Promise<Compiled | null> {
    const key = `${folders[0]}/${name}`
    let template = this.#templates.get(key)
    if (template === undefined) {
      this.#templates.set(key, (template = this.#compile(name, folders)))
      // One that could not be read may be read the next time.
      template.catch(() => this.#templates.delete(key))
    }
    return template
  }

  async #compile(name: string, folders: readonly string[]): Promise<Compiled | null> {
    if (!/^[\w-]+$/.test(name)) return null
    const source = await firstFile(folders, `${name}.hbs`)
    if (source === null) return null
    for (const [, partial] of source.matchAll(/\{\{~?#?>\s*([\w-]+)/g)) if (partial !== undefined) await this.#partial(partial)
    const compiled = this.#handlebars.compile(withPlaces(source, `${folders[0]}/${name}`), { strict: false, noEscape: false })
    return (model, options) => compiled(model, options)
  }

  async #partial(name: string): Promise<void> {
    if (Object.hasOwn(this.#handlebars.partials, name)) return
    const source = await firstFile(this.folders, `${name}.hbs`)
    if (source === null) return
    this.#handlebars.registerPartial(name, this.#handlebars.compile(withPlaces(source, `partial ${name}`)))
    for (const [, inner] of source.matchAll(/\{\{~?#?>\s*([\w-]+)/g)) if (inner !== undefined) await this.#partial(inner)
  }
}

async function firstFile(folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    try {
      return await readFile(join(folder, name), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return null
}

function registerHelpers(handlebars: typeof Handlebars): void {
  const services = (options: Handlebars.HelperOptions): TemplateServices =>
    (options.data as { services: TemplateServices }).services
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  handlebars.registerHelper({
    // {{t "Saved by {name}" name=author}}
    t: (words: string, options: Handlebars.HelperOptions) => services(options).t(words, options.hash),
    // {{ticket}} or {{ticket action="delete" page=name}}: the hidden field of a form.
    ticket: (options: Handlebars.HelperOptions) => {
      const { action, page } = options.hash as { action?: string; page?: string }
      // A ticket is one visitor's, like what the session says.
      services(options).session.reads++
      const value = handlebars.escapeExpression(services(options).ticket(action, page))
      return new handlebars.SafeString(`<input type="hidden" name="ticket" value="${value}">`)
    },
    // {{sessionField}} in a form: the session's id for visitors who refuse cookies, where `sessionTransports` allows it.
    sessionField: (options: Handlebars.HelperOptions) => {
      const lent = services(options)
      const token = lent.sessionToken()
      if (token === '') return ''
      lent.session.reads++
      return new handlebars.SafeString(`<input type="hidden" name="session" value="${handlebars.escapeExpression(token)}">`)
    },
    // {{url name action="edit"}}
    url: (name: string, options: Handlebars.HelperOptions) => services(options).url(text(name), options.hash),
    date: (time: unknown, options: Handlebars.HelperOptions) => (time instanceof Date ? services(options).formatDate(time) : ''),
    dateTime: (time: unknown, options: Handlebars.HelperOptions) =>
      time instanceof Date ? services(options).formatDateTime(time) : '',
    iso: (time: unknown) => (time instanceof Date ? time.toISOString() : ''),
    eq: (a: unknown, b: unknown) => a === b,
    or: (...values: unknown[]) => values.slice(0, -1).find(Boolean),
    and: (...values: unknown[]) => values.slice(0, -1).every(Boolean),
    not: (value: unknown) => !value,
  })
}
