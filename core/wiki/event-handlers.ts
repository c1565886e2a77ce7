import type { Log } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import { eventTooSlow, refusalIsNoText } from '../api/errors.ts'
import type { EventPlugin, FileToAttach, PageToSave, WikiEvents } from '../api/events.ts'
import type { WikiTools } from '../api/wiki-tools.ts'
import { within } from '../base/within.ts'
import type { Plugins } from '../plugins/plugins.ts'
import { ownFirst, type Ready } from './own-first.ts'

export interface EventHandlerParts {
  readonly config: Readonly<WikiConfig>
  readonly plugins: Plugins
  readonly log: Log
  /** `cause`: names of the handlers that brought about what is done with these tools. */
  tools(cause: readonly string[]): WikiTools
}

type Handler = Ready<EventPlugin>

/** More events than these are not kept for handlers that are behind. */
const mostWaiting = 1000
/** Milliseconds that a closing wiki waits for its handlers. */
const longestFarewell = 3000

/**
 * Tells the event handlers of a wiki what happens, and asks the guards among them before it does. They are loaded at the first event,
 * and a wiki without any never waits. Events are told one after the other, behind the back of whoever made them happen.
 */
export class EventHandlers {
  readonly #parts: EventHandlerParts
  readonly #told = new Set<Error>()
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(parts: EventHandlerParts) {
    this.#parts = parts
  }

  /**
   * `cause`: handlers that brought this about. They are not told of it, directly or by way of another handler: so two handlers that
   * save pages at each change cannot keep each other going for ever.
   */
  tell<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K], cause: readonly string[] = []): void {
    if (this.#waiting >= mostWaiting) {
      this.#parts.log.error({ ...this.#where, event }, `event not told: ${mostWaiting} others wait for the event handlers`)
      return
    }
    this.#waiting++
    this.#last = this.#last.then(() => this.#deliver(event, facts, cause)).finally(() => this.#waiting--)
  }

  /** Why a page must not be changed like this; null when nobody minds. `page` is made only when somebody wants to see it. */
  async beforeSave(page: () => Promise<PageToSave>): Promise<string | null> {
    return this.#ask('beforeSave', page)
  }

  async beforeAttach(file: FileToAttach): Promise<string | null> {
    return this.#ask('beforeAttach', async () => file)
  }

  /** Waits for what has been told, but not for ever. */
  async close(): Promise<void> {
    await within(longestFarewell, this.#settled(), () => new Error('handlers are still at work')).catch((error: unknown) => {
      this.#parts.log.warn({ ...this.#where, waiting: this.#waiting, err: error }, 'events were left when the wiki closed')
    })
  }

  /** Handlers may make events themselves. */
  async #settled(): Promise<void> {
    while (this.#waiting > 0) await this.#last
  }

  async #deliver<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K], cause: readonly string[]): Promise<void> {
    for (const handler of await this.#load()) {
      if (cause.includes(handler.name) || handler.plugin[event] === undefined) continue
      // Its own copy: what one handler does to it must not reach the next.
      await this.#call(handler, event, { ...facts }, [...cause, handler.name])
    }
  }

  async #ask(event: 'beforeSave' | 'beforeAttach', facts: () => Promise<PageToSave | FileToAttach>): Promise<string | null> {
    const guards = (await this.#load()).filter(({ plugin }) => plugin[event] !== undefined)
    if (guards.length === 0) return null
    const asked = await facts()
    for (const guard of guards) {
      const reason = await this.#call(guard, event, asked, [guard.name])
      if (typeof reason === 'string' && reason !== '') return reason
      if (reason !== undefined && reason !== null && reason !== '')
        this.#fault(guard, event, refusalIsNoText(event, guard.name, reason))
    }
    return null
  }

  /** What the handler answers; undefined when it failed or took too long, which nobody but the log needs to know. */
  async #call(handler: Handler, event: keyof EventPlugin, facts: unknown, cause: readonly string[]): Promise<unknown> {
    const { config, tools } = this.#parts
    // By its name in the table of events, its first parameter is what is told.
    const handle = handler.plugin[event] as (facts: unknown, wiki: WikiTools) => unknown
    try {
      const work = this.#parts.plugins.health.run('events', handler.name, async () => handle(facts, tools(cause)))
      return await within(config.deadlines.event, work, () => eventTooSlow(event, handler.name, config.deadlines.event))
    } catch (error) {
      this.#fault(handler, event, error)
      return undefined
    }
  }

  #fault({ name, plugin }: Handler, event: string, error: unknown): void {
    const isGuard = plugin.beforeSave !== undefined || plugin.beforeAttach !== undefined
    this.#parts.plugins.health.fault('events', name, error, { message: 'event handler failed', facts: { event }, isGuard })
  }

  /** Looked up anew each time: a superuser may have switched one off or on. */
  #load(): Promise<readonly Handler[]> {
    const { plugins, config } = this.#parts
    return ownFirst(plugins, 'events', config.dataDir, (name, error) => {
      if (!this.#told.has(error)) plugins.health.fault('events', name, error, { message: 'event handler cannot be loaded' })
      this.#told.add(error)
    })
  }

  get #where(): { readonly wiki: string } {
    return { wiki: this.#parts.config.siteId }
  }
}
