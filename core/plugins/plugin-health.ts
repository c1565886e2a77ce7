import { performance } from 'node:perf_hooks'
import { pluginOff, WikiError } from '../api/errors.ts'
import type { PluginKind } from '../api/plugin.ts'
import type { Clock } from '../base/clock.ts'
import { CallBoard } from './call-board.ts'
import { CallTimes } from './call-times.ts'
import type { PluginSwitches } from './plugin-switches.ts'

/** A plugin by its folder and its name. */
export interface PluginName {
  readonly kind: PluginKind
  readonly name: string
}

/** One thing that went wrong with a plugin, however often. */
export interface PluginFault {
  readonly message: string
  readonly stack: string
  /** How often, when last (milliseconds since 1970), and under which reference visitors were told of it. */
  count: number
  last: number
  reference: string
}

/** What is known of a fault besides the error. */
export interface FaultAbout {
  /** What happened, for the log: `macro failed`. */
  readonly message: string
  /** What visitors are told to ask for. */
  readonly reference?: string
  /** Further facts for the log. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** It may refuse what visitors do. It never rests: whoever makes it fail would have switched it off. */
  readonly isGuard?: boolean
}

/** How one plugin is doing. */
export interface PluginRecord extends PluginName {
  readonly number: number
  readonly times: CallTimes
  /** By message, the newest few. */
  readonly faults: Map<string, PluginFault>
  faultCount: number
  /** Times of the faults that count against it. */
  recent: number[]
  /** Off by itself until then. */
  restsUntil: number
  /** A guard that would rest until then, were it none. */
  failsUntil: number
}

export interface HealthParts {
  readonly wiki: string
  readonly clock: Clock
  readonly log: { error(facts: object, message: string): void; warn(facts: object, message: string): void }
  readonly board?: CallBoard
  readonly switches?: PluginSwitches
  /** Where the plugin comes from. The host's own are neither watched nor switched off for their faults. */
  source(kind: PluginKind, name: string): { readonly file: string; readonly isBuiltIn: boolean } | null
  /** A plugin went on or off. */
  changed?(): void
}

/** So many faults within so many milliseconds and a plugin rests for as long. */
const mostFaults = 5
export const faultSpan = 600_000
const keptFaults = 10
const unused: ReadonlySet<string> = new Set(['plugin-off', 'plugin-denied'])

/**
 * How the plugins of one wiki are doing: every call of one goes through here. Times and counts it, tells the watchdog who runs,
 * remembers what went wrong, and lets a plugin rest that fails again and again.
 */
export class PluginHealth {
  readonly #parts: HealthParts
  readonly #board: CallBoard
  readonly #told = new WeakSet<Error>()
  readonly #unloadable = new WeakSet<Error>()
  readonly #records = new Map<string, Map<string, PluginRecord>>()

  constructor(parts: HealthParts) {
    this.#parts = parts
    this.#board = parts.board ?? new CallBoard()
    this.#board.whenSuspected(() => parts.changed?.())
  }

  /** Calls a plugin. What it throws goes on to the caller, who knows whether it is a fault. */
  run<T>(kind: PluginKind, name: string, call: () => T): T {
    const record = this.record(kind, name)
    const board = this.#board
    const { number } = record
    const before = board.enter(number)
    const begin = performance.now()
    let answer: T
    try {
      answer = call()
    } catch (error) {
      board.leave(before)
      record.times.add(performance.now() - begin)
      throw error
    }
    board.leave(before)
    if (answer instanceof Promise) {
      board.waits(number, 1)
      const end = (): void => {
        board.waits(number, -1)
        record.times.add(performance.now() - begin)
      }
      answer.then(end, end)
    } else record.times.add(performance.now() - begin)
    return answer
  }

  /** A plugin's file is loaded, which runs it: a loop in there holds the process like any other. Answers what ends the watch. */
  loads(kind: PluginKind, name: string): () => void {
    const { number } = this.record(kind, name)
    this.#board.waits(number, 1)
    return () => this.#board.waits(number, -1)
  }

  /**
   * Something went wrong with a plugin: it is logged, with its stack the first time, and counts against the plugin. What visitors or
   * page authors did wrong is no fault: do not tell of it here.
   */
  fault(kind: PluginKind, name: string, thrown: unknown, about: FaultAbout): void {
    const { message, reference = '', facts = {}, isGuard = false } = about
    const error = thrown instanceof Error ? thrown : new Error(textOf(thrown))
    this.#told.add(error)
    // Told when it was switched off.
    if (error instanceof WikiError && unused.has(error.code)) return
    const record = this.record(kind, name)
    const now = this.#parts.clock.now()
    record.faultCount++
    const words = error.message || error.name
    const known = record.faults.get(words)
    const fault = known ?? { message: words, stack: error.stack ?? '', count: 0, last: 0, reference: '' }
    fault.count++
    fault.last = now
    fault.reference = reference
    record.faults.delete(words)
    record.faults.set(words, fault)
    for (const oldest of record.faults.keys()) if (record.faults.size > keptFaults) record.faults.delete(oldest)
    const line = {
      wiki: this.#parts.wiki,
      ...(reference === '' ? {} : { request: reference }),
      plugin: `${kind}/${name}`,
      file: this.#parts.source(kind, name)?.file,
      ...facts,
    }
    if (known === undefined) this.#parts.log.error({ ...line, err: error }, message)
    else this.#parts.log.warn({ ...line, problem: words, times: fault.count }, `${message} again`)
    if (!this.#unloadable.has(error)) this.#countAgainst(record, now, isGuard)
  }

  /** A plugin that cannot be loaded does no harm by being asked for: this error never counts against it. */
  cannotLoad(error: Error): void {
    this.#unloadable.add(error)
  }

  /** True for an error that was told of: its stack is in the log. */
  knows(error: Error): boolean {
    return this.#told.has(error)
  }

  /** Why it must not be called now; null when it may. */
  offBecause(kind: PluginKind, name: string): WikiError | null {
    const { switches } = this.#parts
    if (switches?.areSome === true) {
      const key = `${kind}/${name}`
      const switched = switches.off(key)
      if (switched !== null) return pluginOff(key, switched.reason)
    }
    if (this.#board.suspects.length > 0) {
      const key = `${kind}/${name}`
      const isSuspect = this.#board.suspects.some((one) => one.key === key && one.switches === switches?.file)
      if (isSuspect) return pluginOff(key, 'it holds another process at this moment')
    }
    const restsUntil = this.#records.get(kind)?.get(name)?.restsUntil ?? 0
    if (restsUntil === 0 || this.#parts.clock.now() >= restsUntil) return null
    return pluginOff(`${kind}/${name}`, `it failed ${mostFaults} times within ${faultSpan / 60_000} minutes`)
  }

  /** Plugins that rest at this moment. */
  resting(): readonly PluginRecord[] {
    const now = this.#parts.clock.now()
    return this.records().filter(({ restsUntil }) => restsUntil > now)
  }

  /** Guards that failed again and again of late, and are asked all the same. */
  failingGuards(): readonly PluginRecord[] {
    const now = this.#parts.clock.now()
    return this.records().filter(({ failsUntil }) => failsUntil > now)
  }

  /** From now on a plugin is called again, and what it did is forgiven. */
  forgive(kind: PluginKind, name: string): void {
    const record = this.record(kind, name)
    record.recent = []
    record.restsUntil = 0
    record.failsUntil = 0
    this.#parts.switches?.switchOn(`${kind}/${name}`)
    this.#parts.changed?.()
  }

  switchOff(kind: PluginKind, name: string, reason: string, by: string): void {
    this.#parts.switches?.switchOff(`${kind}/${name}`, { reason, since: this.#parts.clock.now(), by })
    this.#parts.changed?.()
  }

  /** Every plugin that was called or failed. */
  records(): readonly PluginRecord[] {
    return [...this.#records.values()].flatMap((ofKind) => [...ofKind.values()])
  }

  record(kind: PluginKind, name: string): PluginRecord {
    let ofKind = this.#records.get(kind)
    if (ofKind === undefined) this.#records.set(kind, (ofKind = new Map()))
    let record = ofKind.get(name)
    if (record === undefined) ofKind.set(name, (record = this.#newRecord(kind, name)))
    return record
  }

  #newRecord(kind: PluginKind, name: string): PluginRecord {
    const { source, switches, wiki } = this.#parts
    const from = source(kind, name)
    const number =
      from === null || from.isBuiltIn || switches === undefined
        ? 0
        : this.#board.number({ wiki, key: `${kind}/${name}`, file: from.file, switches: switches.file })
    return {
      kind,
      name,
      number,
      times: new CallTimes(),
      faults: new Map(),
      faultCount: 0,
      recent: [],
      restsUntil: 0,
      failsUntil: 0,
    }
  }

  #countAgainst(record: PluginRecord, now: number, isGuard: boolean): void {
    if (this.#parts.source(record.kind, record.name)?.isBuiltIn !== false) return
    record.recent = [...record.recent.filter((time) => now - time < faultSpan), now].slice(-mostFaults)
    if (record.recent.length < mostFaults || record.restsUntil > now || record.failsUntil > now) return
    const until = now + faultSpan
    if (isGuard) record.failsUntil = until
    else record.restsUntil = until
    // Tried again after its rest, the first fault sends it back.
    record.recent = record.recent.slice(1).map(() => until)
    const { log, wiki, changed } = this.#parts
    const plugin = `${record.kind}/${record.name}`
    const often = `it failed ${mostFaults} times within ${faultSpan / 60_000} minutes`
    if (isGuard) log.error({ wiki, plugin }, `guard is asked on although ${often}: what it should refuse may get through`)
    else log.error({ wiki, plugin, until: new Date(until).toISOString() }, `plugin is off: ${often}`)
    changed?.()
  }
}

/** What was thrown that is no error: even what cannot be made a text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return `something of type ${typeof thrown}`
  }
}
