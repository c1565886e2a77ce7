import { pathToFileURL } from 'node:url'

/**
 * Which plugin runs at this moment, in memory that a watching thread can read while this one hangs. A call costs two writes.
 *
 * Slots: 0 is the number of the running plugin (0: none), 1 grows with each beginning and end of a call, 2 grows with each beat of the
 * process. Behind them, at `inFlight + number`: how many calls of that plugin wait for something.
 */
export class CallBoard {
  readonly slots: Int32Array
  readonly #plugins: BoardPlugin[] = []
  #told: ((plugin: BoardPlugin, number: number) => void) | null = null
  #suspects: readonly BoardPlugin[] = []
  readonly #suspected = new Set<() => void>()

  /** `shared`: for a watching thread; without one, plain memory does. */
  constructor(shared = false) {
    const bytes = 4 * (inFlight + mostPlugins)
    this.slots = new Int32Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes))
  }

  /** A number for a plugin; 0, which is watched by nobody, when there are too many. */
  number(plugin: BoardPlugin): number {
    if (this.#plugins.length + 1 >= mostPlugins) return 0
    const number = this.#plugins.push(plugin)
    this.#told?.(plugin, number)
    return number
  }

  /** Tells of every plugin with a number, the coming ones too. */
  tell(told: (plugin: BoardPlugin, number: number) => void): void {
    for (const [at, plugin] of this.#plugins.entries()) told(plugin, at + 1)
    this.#told = told
  }

  /** Answers whom to name again at the end of the call. */
  enter(number: number): number {
    const before = this.slots[running] ?? 0
    this.slots[running] = number
    this.slots[changes] = ((this.slots[changes] ?? 0) + 1) | 0
    return before
  }

  leave(before: number): void {
    this.slots[running] = before
    this.slots[changes] = ((this.slots[changes] ?? 0) + 1) | 0
  }

  /** A call waits for something (+1), or waits no more (-1). */
  waits(number: number, by: 1 | -1): void {
    this.slots[inFlight + number] = (this.slots[inFlight + number] ?? 0) + by
  }

  /** The process is alive. */
  beat(): void {
    this.slots[beats] = ((this.slots[beats] ?? 0) + 1) | 0
  }

  /** Plugins that hold other processes at this moment: none of them is begun in this one. */
  get suspects(): readonly BoardPlugin[] {
    return this.#suspects
  }

  set suspects(suspects: readonly BoardPlugin[]) {
    this.#suspects = suspects
    for (const told of this.#suspected) told()
  }

  /** `told` is called whenever the suspects are others. */
  whenSuspected(told: () => void): void {
    this.#suspected.add(told)
  }

  /** The plugin whose file stands first in a stack. */
  inStack(stack: string): BoardPlugin | null {
    let first: { readonly at: number; readonly plugin: BoardPlugin } | null = null
    for (const plugin of this.#plugins)
      for (const file of [plugin.file, pathToFileURL(plugin.file).href]) {
        const at = stack.indexOf(file)
        if (at >= 0 && (first === null || at < first.at)) first = { at, plugin }
      }
    return first?.plugin ?? null
  }

  /** The plugin that runs at this moment. */
  get current(): BoardPlugin | null {
    return this.#plugins[(this.slots[running] ?? 0) - 1] ?? null
  }
}

/** A plugin as the watching thread knows it. */
export interface BoardPlugin {
  readonly wiki: string
  /** `macros/Weather`. */
  readonly key: string
  readonly file: string
  /** The file that says which plugins are off. */
  readonly switches: string
}

export const running = 0
export const changes = 1
export const beats = 2
export const inFlight = 3
const mostPlugins = 4000
