import { performance } from 'node:perf_hooks'
import type { WikiConfig } from '../api/config.ts'
import type { PageStore } from '../api/page-store.ts'
import type { Reply } from '../api/reply.ts'
import type { Facts } from '../http/facts.ts'
import { reply } from '../http/reply.ts'
import type { Form, FormLimits } from '../http/form.ts'
import { pagePath, queryString } from '../http/page-path.ts'
import { answerProgram, isForPrograms } from './api/door.ts'
import { dispatch } from './dispatch.ts'
import { callbackPath } from './accounts/login-steps.ts'
import { purgePath } from './purge-sessions.ts'
import { noSuchFile } from '../api/errors.ts'
import type { PageAddress } from './stored-page.ts'
import { Visit } from './wiki-request.ts'
import type { WikiParts } from './wiki-parts.ts'

/** One wiki, alive: a config and everything made from it. */
export class Wiki {
  readonly config: Readonly<WikiConfig>
  readonly parts: WikiParts
  /** One config object for each mount path: session settings are remembered by it. */
  readonly #mounts = new Map<string, { config: Visit['config']; href: PageAddress }>()

  constructor(parts: WikiParts) {
    this.parts = parts
    this.config = parts.config
  }

  get store(): PageStore {
    return this.parts.store
  }

  /** `root`: where this wiki is mounted, '' at the root of its host; `path`: what comes below. */
  answer(facts: Facts, root: string, path: string, readForm: (limits: FormLimits) => Promise<Form>): Promise<Reply> {
    if (path.startsWith('/+static/') || path.startsWith('/moin_static')) return this.#file(path)
    if (path === '/favicon.ico' || path === '/robots.txt') return small(path)
    const answer = (): Promise<Reply> => this.#answer(facts, root, path, readForm)
    // Without a token /metrics is the name of a page like any other.
    return this.parts.meters.isOn ? this.#metered(facts, path, answer) : answer()
  }

  async #file(path: string): Promise<Reply> {
    const file = await this.parts.themes.files.answer(path)
    if (file === null) throw noSuchFile(path)
    return file
  }

  async #metered(facts: Facts, path: string, answer: () => Promise<Reply>): Promise<Reply> {
    const { meters } = this.parts
    if (path === '/metrics') return meters.answer(this.parts, facts.headers.authorization)
    const begin = performance.now()
    const reply = await answer()
    meters.note(facts.method, reply.status, performance.now() - begin)
    return reply
  }

  #answer(facts: Facts, root: string, path: string, readForm: (limits: FormLimits) => Promise<Form>): Promise<Reply> {
    const { config, href } = this.mount(root)
    const callback = callbackOf(path)
    const action =
      path === purgePath
        ? 'purge_old_sessions'
        : callback !== ''
          ? 'login'
          : facts.target.includes('?')
            ? facts.url.searchParams.get('action') || 'show'
            : 'show'
    const visit = new Visit(
      facts,
      facts.target,
      // The browser comes back to a method's own address, which is no page's.
      callback === '' ? path : '/',
      config,
      action,
      this.parts.accounts.anonymous(),
      this.parts.languages.get(config.languageDefault),
    )
    visit.callback = callback
    const run = { parts: this.parts, visit, href, readForm }
    return isForPrograms(path, action) ? answerProgram(run) : dispatch(run)
  }

  /** Addresses below a mount path. */
  mount(root: string): { config: Visit['config']; href: PageAddress } {
    let mount = this.#mounts.get(root)
    if (mount === undefined) {
      mount = {
        config: { ...this.config, secrets: this.parts.secrets, scriptRoot: root },
        href: (name, query, anchor) =>
          `${root}/${pagePath(name)}${queryString(query)}${anchor ? `#${encodeURIComponent(anchor)}` : ''}`,
      }
      if (this.#mounts.size < 100) this.#mounts.set(root, mount)
    }
    return mount
  }

  async close(): Promise<void> {
    this.parts.meters.close()
    await this.parts.handlers.close()
    await this.parts.search.index.close()
    await this.parts.hits.flush()
    await this.parts.sessions.close?.()
    await this.parts.store.close?.()
    await this.parts.users.close?.()
  }
}

/** The sign-in method whose own address this is; '' for every other address. */
function callbackOf(path: string): string {
  if (!path.startsWith(callbackPath)) return ''
  try {
    return decodeURIComponent(path.slice(callbackPath.length))
  } catch {
    return ''
  }
}

/** What browsers and robots ask for unasked. */
async function small(path: string): Promise<Reply> {
  if (path === '/favicon.ico') return reply(204, '', { 'cache-control': 'public, max-age=86400' })
  return reply(200, 'User-agent: *\nDisallow: /*?action=\n', {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'public, max-age=3600',
  })
}
