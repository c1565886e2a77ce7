import type { Reply } from '../api/reply.ts'
import { sessionFacts } from '../session/index.ts'
import type { Run } from './run.ts'

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
  readonly #views = new Map<string, QuickView>()
  #size = 0

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The page, when this request is one for it. The session service has been asked before and is told of the reply as always. */
  get(run: Run): Reply | null {
    const { parts, visit } = run
    if (visit.method !== 'GET' && visit.method !== 'HEAD') return null
    const view = this.#views.get(keyOf(run))
    if (view === undefined || view.version !== parts.feed.version || !parts.feed.isCurrent()) return null
    if (sessionFacts(visit.session)?.brought !== false || parts.accounts.looksAtRequests) return null
    return { status: 200, headers: new Map(view.headers), cookies: [], body: view.body }
  }

  keep(run: Run, reply: Reply): void {
    const { body } = reply
    if (!(body instanceof Uint8Array) || run.visit.method !== 'GET') return
    if (body.length > this.#limit / 4) return
    const key = keyOf(run)
    if (key.includes('?')) return
    this.#size += body.length - (this.#views.get(key)?.body.length ?? 0)
    this.#views.delete(key)
    this.#views.set(key, { version: run.parts.feed.version, body, headers: [...reply.headers] })
    for (const [oldest, { body: dropped }] of this.#views) {
      if (this.#size <= this.#limit) break
      this.#views.delete(oldest)
      this.#size -= dropped.length
    }
  }
}

function keyOf({ visit }: Run): string {
  return `${visit.language} ${visit.config.scriptRoot} ${visit.target}`
}
