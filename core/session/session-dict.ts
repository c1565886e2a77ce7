import { inspect } from 'node:util'
import { sessionMemberName, sessionRefused } from '../api/errors.ts'
import type { Session } from '../api/session.ts'
import { flash, flashes } from './flash.ts'
import type { SessionState } from './session-state.ts'
import { updateKey } from './update-key.ts'

const stateKey = Symbol('servus session state')

/** The state behind a session of this service; null for somebody else's. */
export function stateOf(session: Session): SessionState | null {
  // Only the proxy below answers this symbol, and it answers with its state.
  return (session as unknown as Record<symbol, SessionState | undefined>)[stateKey] ?? null
}

/** `request.session`: the state dressed as a dict. The proxy itself keeps nothing, so making one costs next to nothing. */
export function dressAsDict(state: SessionState): Session {
  // The handler below answers for every member of Session and for all keys.
  return new Proxy(state, dictHandler) as unknown as Session
}

/** The members, by name. They find their state through `this`, so they are made once and not for each request. */
const methods = {
  get(this: Session, key: string): unknown {
    return its(this).get(key)
  },
  set(this: Session, key: string, value: unknown): void {
    its(this).set(key, value)
  },
  has(this: Session, key: string): boolean {
    return its(this).has(key)
  },
  delete(this: Session, key: string): boolean {
    return its(this).delete(key)
  },
  clear(this: Session): void {
    its(this).clear()
  },
  update(this: Session, key: string, change: (value: unknown) => unknown): Promise<unknown> {
    return updateKey(its(this), key, change)
  },
  increment(this: Session, key: string, by = 1): void {
    its(this).increment(key, by)
  },
  append(this: Session, key: string, value: unknown, options: { max?: number; unique?: boolean } = {}): void {
    its(this).append(key, value, options.max ?? 0, options.unique ?? false)
  },
  setT(this: Session, key: string, value: unknown): void {
    its(this).transient.set(key, value)
  },
  getT(this: Session, key: string): unknown {
    return its(this).transient.get(key)
  },
  deleteT(this: Session, key: string): boolean {
    return its(this).transient.delete(key)
  },
  flash(this: Session, key: string, value: unknown): void {
    flash(its(this), key, value)
  },
  flashes(this: Session, key: string): readonly unknown[] {
    return flashes(its(this), key)
  },
  renew(this: Session): void {
    its(this).renew()
  },
  destroy(this: Session): void {
    its(this).destroy()
  },
  open(this: Session): Promise<void> {
    return its(this).open()
  },
}

function its(session: Session): SessionState {
  const state = session === undefined || session === null ? null : stateOf(session)
  if (state === null) throw new TypeError('Call this on the session: session.get(key), not a copy of the function')
  return state
}

function* entries(this: Session): Generator<[string, unknown]> {
  const state = its(this)
  for (const key of state.keys()) yield [key, state.get(key)]
}

const members = new Map<string, unknown>(Object.entries(methods))
/** Names that property assignment refuses. `then` is one, so that awaiting a session is harmless. */
const memberNames: ReadonlySet<string> = new Set([...members.keys(), 'isNew', 'key', 'transient', 'then'])

const dictHandler: ProxyHandler<SessionState> = {
  get(state, name) {
    if (typeof name === 'symbol') return symbolMember(state, name)
    const member = members.get(name)
    if (member !== undefined) return member
    switch (name) {
      case 'isNew':
        return state.isNew
      case 'key':
        return state.key
      case 'transient':
        return new Proxy(state.transient, transientHandler)
      case 'then':
        return undefined
      default:
        return state.get(name)
    }
  },
  set(state, name, value) {
    if (typeof name === 'symbol') return false
    if (memberNames.has(name)) throw sessionMemberName(name)
    state.set(name, value)
    return true
  },
  has(state, name) {
    return typeof name === 'string' && state.has(name)
  },
  deleteProperty(state, name) {
    if (typeof name === 'string') state.delete(name)
    return true
  },
  ownKeys(state) {
    return state.keys()
  },
  getOwnPropertyDescriptor(state, name) {
    if (typeof name === 'symbol' || !state.has(name)) return undefined
    return { value: state.get(name), writable: true, enumerable: true, configurable: true }
  },
  defineProperty(state, name, descriptor) {
    if (typeof name === 'symbol' || !('value' in descriptor)) return false
    if (memberNames.has(name)) throw sessionMemberName(name)
    state.set(name, descriptor.value)
    return true
  },
  getPrototypeOf() {
    return Object.prototype
  },
  setPrototypeOf() {
    return false
  },
  preventExtensions() {
    return false
  },
}

function symbolMember(state: SessionState, name: symbol): unknown {
  switch (name) {
    case stateKey:
      return state
    case Symbol.iterator:
      return entries
    case Symbol.toStringTag:
      return 'Session'
    case Symbol.toPrimitive:
      return () => '[object Session]'
    case inspect.custom:
      return () => state[inspect.custom]()
    default:
      return undefined
  }
}

/** `session.transient`: a Map dressed as an object without a prototype. */
const transientHandler: ProxyHandler<Map<string, unknown>> = {
  get: (map, name) => (typeof name === 'string' ? map.get(name) : undefined),
  set(map, name, value) {
    if (typeof name !== 'string') return false
    map.set(name, value)
    return true
  },
  has: (map, name) => typeof name === 'string' && map.has(name),
  deleteProperty(map, name) {
    if (typeof name === 'string') map.delete(name)
    return true
  },
  ownKeys: (map) => [...map.keys()],
  getOwnPropertyDescriptor: (map, name) =>
    typeof name === 'string' && map.has(name)
      ? { value: map.get(name), writable: true, enumerable: true, configurable: true }
      : undefined,
  defineProperty(map, name, descriptor) {
    if (typeof name !== 'string' || !('value' in descriptor)) return false
    map.set(name, descriptor.value)
    return true
  },
  getPrototypeOf: () => Object.prototype,
}

/**
 * A session for code whose output is everyone's (a macro with `dependencies = []`): whatever is asked of it, it throws the
 * sentence that says so. `owner` names the code: `macro Visits`.
 */
export function refusingSession(owner: string): Session {
  const refuse = (): never => {
    throw sessionRefused(owner)
  }
  const handler: ProxyHandler<object> = {
    get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : refuse()),
    set: refuse,
    has: refuse,
    deleteProperty: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
    defineProperty: refuse,
  }
  // It answers every member of Session, by throwing.
  return new Proxy({}, handler) as unknown as Session
}
