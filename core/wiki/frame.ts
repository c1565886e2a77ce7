import { createHash } from 'node:crypto'
import type { ActionPage, Message } from '../api/action.ts'
import type { Reply } from '../api/reply.ts'
import type { LayoutModel } from '../api/theme.ts'
import type { TemplateServices } from '../render/theme.ts'
import { reply } from '../http/reply.ts'
import { layoutModel, type LayoutParts } from './layout.ts'
import { securityHeaders } from './security-headers.ts'
import type { ReadyTheme } from './themes.ts'
import type { Visit } from './wiki-request.ts'

/** A layout rendered around nothing: what comes before and after the content. */
interface Shell {
  readonly before: string
  readonly after: string
  readonly id: string
}

const mark = '\u0000content\u0000'
const mostShells = 500

/**
 * Puts the wiki's look around content. A layout that was rendered for an equal model is used again: most readers of a page see the
 * same frame, and Handlebars would take longer over it than everything else together.
 */
export class Frames {
  readonly #shells = new Map<string, Shell>()

  async shell(model: Omit<LayoutModel, 'content'>, ready: ReadyTheme, services: TemplateServices): Promise<Shell> {
    const key = `${ready.theme.name}\n${JSON.stringify(model)}`
    const known = this.#shells.get(key)
    if (known !== undefined) return known
    const [before = '', after = ''] = (await ready.theme.layout({ ...model, content: mark }, services)).split(mark)
    const shell = { before, after, id: createHash('sha1').update(key).digest('base64url').slice(0, 12) }
    if (this.#shells.size >= mostShells) this.#shells.delete(this.#shells.keys().next().value ?? '')
    this.#shells.set(key, shell)
    return shell
  }

  /** The whole page as a reply. */
  async page(visit: Visit, shown: ActionPage, content: string, ready: ReadyTheme, services: TemplateServices, parts: LayoutParts): Promise<Reply> {
    const shell = await this.shell(layoutModel(visit, shown, parts), ready, services)
    return htmlReply(shown.status ?? 200, shell.before + content + shell.after, visit.language, shown.headers)
  }
}

/** A page of markup with the headers every one has. */
export function htmlReply(status: number, body: string | Uint8Array, language: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const made = reply(status, body, { 'content-type': 'text/html; charset=utf-8', 'content-language': language })
  for (const [name, value] of securityHeaders) made.headers.set(name, value)
  for (const [name, value] of Object.entries(headers)) made.headers.set(name.toLowerCase(), value)
  return made
}

/** Messages of the page and those that an earlier page left for this one. */
export function allMessages(shown: ActionPage, flashed: readonly unknown[]): readonly Message[] {
  const kept = flashed.filter((item): item is Message => typeof item === 'object' && item !== null && 'text' in item && 'kind' in item)
  return [...kept, ...(shown.messages ?? [])]
}
