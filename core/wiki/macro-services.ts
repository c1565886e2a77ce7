import { readFile } from 'node:fs/promises'
import type { AuthorView } from '../api/action.ts'
import type { TextIn } from '../api/arguments.ts'
import type { HighlighterFacts, MacroFacts, MacroServices, PageHits, SettingFacts, SystemFacts } from '../api/macro-services.ts'
import type { Author } from '../api/page.ts'
import type { PluginKind } from '../api/plugin.ts'
import type { WikiRequest } from '../api/request.ts'
import type { Schema, SchemaValues } from '../api/schema.ts'
import type { SearchAnswer, SearchOptions } from '../api/search.ts'
import { mediaType } from '../base/media-type.ts'
import { smileyNames } from '../markup/icons.ts'
import { isRobot } from './hit-log.ts'
import { readerHits } from './reader-hits.ts'
import { authorView } from './services.ts'
import { settingFacts, systemFacts } from './system-facts.ts'
import type { PageAddress } from './stored-page.ts'
import type { WikiParts } from './wiki-parts.ts'

/** What a wiki lends to one reader's macros. Made when the first macro of a page asks for it. */
export class ReaderServices implements MacroServices {
  readonly #parts: WikiParts
  readonly #request: WikiRequest
  readonly url: PageAddress

  constructor(parts: WikiParts, request: WikiRequest, href: PageAddress) {
    this.#parts = parts
    this.#request = request
    this.url = href
  }

  now(): Date {
    return new Date(this.#parts.clock.now())
  }
  formatDate(time: Date): string {
    return this.#dates().date.format(time)
  }
  formatDateTime(time: Date, exact?: 'exact'): string {
    return this.#dates()[exact === 'exact' ? 'exact' : 'dateTime'].format(time)
  }
  author(author: Author): Promise<AuthorView> {
    return authorView(this.#parts, author, this.url)
  }
  ticket(action: string, pageName: string): string {
    const { user, session } = this.#request
    return this.#parts.tickets.make({ user: user.id, session: user.valid ? session.key : '', action, page: pageName })
  }

  search(query: string, options: SearchOptions = {}): Promise<SearchAnswer> {
    return this.#parts.search.search(query, this.#request.user.may, options)
  }

  find(
    pattern: string,
    texts: readonly string[],
    options: { ignoreCase?: boolean; multiline?: boolean; most?: number } = {},
  ): readonly (readonly (readonly [number, number])[])[] {
    return this.#parts.patterns.find(pattern, texts, options)
  }

  async dict(pageName: string): Promise<ReadonlyMap<string, string> | null> {
    return (await this.#request.user.may.read(pageName)) ? this.#parts.dicts.dict(pageName) : null
  }
  mimeType(file: string): string {
    return mediaType(file) ?? 'application/octet-stream'
  }
  get interwiki(): ReadonlyMap<string, string> {
    return this.#parts.intermap
  }

  async pluginNames(kind: PluginKind): Promise<readonly string[]> {
    const { plugins, config } = this.#parts
    const names = await plugins.names(kind)
    if (kind !== 'actions') return names
    return ['show', ...names].filter((name) => !config.actionsExcluded.includes(name))
  }
  async macroFacts(name: string): Promise<MacroFacts | null> {
    const loaded = await this.#parts.plugins.load('macros', name)
    if (loaded === null) return null
    const broken = { name, description: '', help: '', arguments: null, broken: true }
    if ('error' in loaded) return broken
    const { description = '' } = loaded.plugin
    const t: TextIn = (text, values) => (text === '' ? '' : this.#request.t(text, values))
    const help = await readFile(loaded.file.replace(/\.\w+$/, '.wiki'), 'utf8').catch(() => '')
    try {
      return { name, description: t(description), help, arguments: loaded.plugin.argumentFacts?.(t) ?? null, broken: false }
    } catch {
      // A declaration that cannot be asked: every call of this macro says why.
      return broken
    }
  }
  async highlighters(): Promise<readonly HighlighterFacts[]> {
    const { highlighterFacts } = await import('../markup/highlighter-facts.ts')
    return highlighterFacts()
  }
  async editedSystemPages(): Promise<readonly string[]> {
    return this.#parts.store.editedUnderlayNames()
  }
  smileys(): readonly string[] {
    return smileyNames()
  }
  get hits(): PageHits {
    return readerHits(this.#parts.hits, this.#request.user.may)
  }
  settingsOf<S extends Schema>(settings: S): SchemaValues<S> {
    return this.#parts.pluginSettings.of(settings)
  }
  settings(): readonly SettingFacts[] {
    const { config, optionHelp } = this.#parts
    return settingFacts(config, optionHelp, this.#request.user.isSuperUser)
  }
  systemFacts(): Promise<SystemFacts> {
    return systemFacts(this.#parts, this.#request.user.isSuperUser)
  }
  async *accounts(): AsyncIterable<{ name: string; email: string; disabled: boolean }> {
    if (!this.#request.user.isSuperUser) return
    for await (const { name, email, disabled } of this.#parts.users.list()) yield { name, email, disabled }
  }
  get isSpider(): boolean {
    return isRobot(this.#request.headers['user-agent'] ?? '')
  }

  #dates() {
    const { dates, config } = this.#parts
    return dates.for(this.#request.user.timeZone || config.timeZone, config.timeZone)
  }
}
