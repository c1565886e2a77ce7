import type { Session } from '../api/session.ts'
import { noteLook, sessionFacts } from '../session/index.ts'

/**
 * The session as templates see it: `{{session.email}}`, `{{session.key}}`, `{{#if session.isNew}}`. It can be read and not
 * written, and none of its methods is there: Handlebars calls what it finds, and `{{session.destroy}}` must be an empty text.
 *
 * Looking from a template makes the reply depend on the visitor, but starts no session: a theme that greets by name would
 * give a cookie to every robot.
 */
export class TemplateSession {
  readonly dict: Readonly<Record<string, unknown>>
  /** How often it was asked: what was rendered meanwhile is this visitor's. */
  reads = 0
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
    // The handler answers every key with a value that templates may show.
    this.dict = new Proxy({}, this.#handler()) as Readonly<Record<string, unknown>>
  }

  #handler(): ProxyHandler<object> {
    const refuse = (): boolean => false
    return {
      get: (_, name) => (typeof name === 'string' ? this.#read(name) : undefined),
      has: (_, name) => typeof name === 'string' && this.#read(name) !== undefined,
      ownKeys: () => this.#keys(),
      // Handlebars shows own properties only.
      getOwnPropertyDescriptor: (_, name) => {
        const value = typeof name === 'string' ? this.#read(name) : undefined
        return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false }
      },
      set: refuse,
      defineProperty: refuse,
      deleteProperty: refuse,
      setPrototypeOf: refuse,
    }
  }

  #read(name: string): unknown {
    const session = this.#session
    this.reads++
    const facts = sessionFacts(session)
    if (facts === null) {
      // Somebody else's service: any object may be its session.
      const value = session[name]
      return typeof value === 'function' ? undefined : value
    }
    noteLook(session)
    if (name === 'isNew') return !facts.brought
    if (facts.degraded) return undefined
    if (!facts.brought && !facts.lookedAt) return name === 'key' ? '' : session.getT(name)
    return name === 'key' ? session.key : session.get(name)
  }

  #keys(): string[] {
    const session = this.#session
    this.reads++
    const facts = sessionFacts(session)
    if (facts === null) return Object.keys(session)
    noteLook(session)
    return facts.degraded || (!facts.brought && !facts.lookedAt) ? [] : Object.keys(session)
  }
}
