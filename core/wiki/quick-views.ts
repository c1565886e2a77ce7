import type { Reply } from '../api/reply.ts'
import { sessionFacts } from '../session/index.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { Visit } from './wiki-request.ts'

interface QuickView {
  readonly version: number
  readonly body: Uint8Array
  readonly headers: readonly (readonly [string, string])[]
}

/**
 * Finished pages for visitors without a session: as long as nothing in the wiki changed, all of them get the same bytes (and the
 * same compressed bytes). Pages on which anything runs per view are never kept here.
 */
export class QuickViews {
  readonly #limit: number
  readonly #feed: ChangeFeed
  readonly #views = new Map<string, QuickView>()
  #size = 0

  /** `limit` in bytes. */
  constructor(limit: number, feed: ChangeFeed) {
    this.#limit = limit
    this.#feed = feed
  }

  /** The page, when this request is one for it. The session service has been asked before and is told of the reply as always. */
  get(visit: Visit): Reply | null {
    if (visit.method !== 'GET' && visit.method !== 'HEAD') return null
    const view = this.#views.get(keyOf(visit))
    if (view === undefined || view.version !== this.#feed.version || !this.#feed.isCurrent()) return null
    if (sessionFacts(visit.session)?.brought !== false) return null
    return { status: 200, headers: new Map(view.headers), cookies: [], body: view.body }
  }

  /** `version`: the feed's when making the page began. What became stale meanwhile is not kept. */
  keep(visit: Visit, reply: Reply, version: number): void {
    if (!Array.isArray(reply.body) || visit.method !== 'GET') return
    const body = Buffer.concat(reply.body as readonly Uint8Array[])
    reply.body = body
    if (body.length > this.#limit / 4 || version !== this.#feed.version) return
    const key = keyOf(visit)
    if (key.includes('?')) return
    this.#size += body.length - (this.#views.get(key)?.body.length ?? 0)
    this.#views.delete(key)
    this.#views.set(key, { version, body, headers: [...reply.headers] })
    for (const [oldest, { body: dropped }] of this.#views) {
      if (this.#size <= this.#limit) break
      this.#views.delete(oldest)
      this.#size -= dropped.length
    }
  }
}

function keyOf(visit: Visit): string {
  return `${visit.language} ${visit.config.scriptRoot} ${visit.target}`
}
