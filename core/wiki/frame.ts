import { createHash, randomUUID } from 'node:crypto'
import type { Message } from '../api/action.ts'
import type { Reply } from '../api/reply.ts'
import { reply } from '../http/reply.ts'
import { securityHeaders } from './security-headers.ts'

/** A layout rendered around nothing: what comes before and after the content. */
export interface Shell {
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** A different shell has a different id. */
  readonly id: string
}

/** Stands for the content while a layout is rendered. Nobody outside can know it, so no title or message can have it in it. */
export const contentMark = `\u0000content ${randomUUID()}\u0000`
const mostShells = 500

/**
 * Layouts that were rendered already. Most readers of a page see the same frame, and Handlebars would take longer over it than
 * everything else together; so a frame is made once for everything that it depends on, which its key names.
 */
export class Frames {
  readonly #shells = new Map<string, Shell>()

  get(key: string): Shell | undefined {
    return this.#shells.get(key)
  }

  keep(key: string, shell: Shell): void {
    if (this.#shells.size >= mostShells) this.#shells.delete(this.#shells.keys().next().value ?? '')
    this.#shells.set(key, shell)
  }
}

/** `markup` is a whole page with the mark in it once. */
export function shellOf(markup: string): Shell {
  const [before = '', after = ''] = markup.split(contentMark)
  return {
    before: Buffer.from(before),
    after: Buffer.from(after),
    id: createHash('sha1').update(before).update(after).digest('base64url').slice(0, 12),
  }
}

/** A page of markup with the headers every one has. */
export function htmlReply(
  status: number,
  body: Reply['body'],
  language: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const made = reply(status, body, { 'content-type': 'text/html; charset=utf-8', 'content-language': language })
  for (const [name, value] of securityHeaders) made.headers.set(name, value)
  for (const [name, value] of Object.entries(headers)) made.headers.set(name.toLowerCase(), value)
  return made
}

/** Messages that an earlier page left for this one, and the page's own. */
export function allMessages(own: readonly Message[], flashed: readonly unknown[]): readonly Message[] {
  const kept = flashed.filter(
    (item): item is Message => typeof item === 'object' && item !== null && 'text' in item && 'kind' in item,
  )
  return [...kept, ...own]
}
