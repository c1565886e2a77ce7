import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Log } from '../api/action.ts'
import type { FarmPlan } from '../farm/load-config.ts'
import type { BoardPlugin, CallBoard } from '../plugins/call-board.ts'
import { PluginSwitches } from '../plugins/plugin-switches.ts'

/** What the watching thread leaves behind about a plugin that holds the process. */
export interface Note {
  readonly plugin: BoardPlugin
  readonly since: number
}

/** Longer than its deadline by this a plugin may hold the process, in milliseconds. */
const margin = 1000
const beat = 50
/** How often it is looked whether another process is still held, and for how long there may be nothing to see. Milliseconds. */
const lookAgain = 100
const longestLook = 2000
/** A plugin that was switched off elsewhere is off here when the file is looked at again, which is within this time. Milliseconds. */
const switchTime = 1500

/**
 * Watches from a thread of its own whether a plugin holds the process: a loop without end cannot be stopped from within. The thread
 * switches the plugin off and ends the process; another one takes its place. What runs longer than a moment is noted in a file, so
 * that a process that dies of a plugin, out of memory say, does not do so twice.
 */
export class Watchdog {
  readonly #board: CallBoard
  readonly #folder: string
  readonly #limit: number
  #thread: Worker | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(board: CallBoard, plan: FarmPlan) {
    this.#board = board
    this.#folder = join(plan.dataDir, 'servus')
    this.#limit = Math.max(...plan.wikis.map(({ config }) => config.deadlines.macro)) + margin
    process.on('exit', () => this.#noteExit())
    const abort = process.abort.bind(process)
    process.abort = () => {
      this.#noteExit()
      return abort()
    }
  }

  /** Begins to watch: once the first address is told, for it costs some milliseconds. */
  start(log: Log): void {
    if (this.#thread !== null) return
    this.#timer = setInterval(() => this.#board.beat(), beat).unref()
    const thread = new Worker(threadFile(), {
      workerData: { slots: this.#board.slots, limit: this.#limit, note: this.#noteFile(process.pid), beat },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    })
    this.#thread = thread
    thread.unref()
    thread.on('error', (error) => log.error({ err: error }, 'nobody watches the plugins: the watching thread died'))
    this.#board.tell((plugin, number) => thread.postMessage({ plugin, number }))
  }

  /** Another process died: the plugin that held it, if one did, is off from now on. */
  afterDeathOf(pid: number, log: Log): void {
    const note = this.#note(pid)
    if (note !== null) {
      const { plugin, since } = note
      this.#suspect(plugin, () => 'dead')
      const switches = new PluginSwitches(plugin.switches, () => {})
      // Otherwise the watching thread has done it, and said so.
      if (switches.off(plugin.key) === null) {
        switches.switchOff(plugin.key, { reason: 'the process died while it ran', since: Date.now(), by: '' })
        log.error(
          { wiki: plugin.wiki, plugin: plugin.key, file: plugin.file, since: new Date(since).toISOString() },
          'plugin switched off: the process died while it ran',
        )
      }
    }
    if (!existsSync(this.#folder)) return
    for (const name of readdirSync(this.#folder)) if (/^watch-\d+\.json$/.test(name)) this.#forget(name)
  }

  /** Another process is held: the plugin that does it is not begun in this one, until that one is free or dead. */
  spare(pid: number, end = Date.now() + longestLook): void {
    const note = this.#note(pid)
    if (note !== null) this.#suspect(note.plugin, () => this.#holdsStill(pid, note))
    else if (Date.now() < end) setTimeout(() => this.spare(pid, end), lookAgain).unref()
  }

  /** Is not begun while it holds another process; when that one has died of it, until its switch was surely looked at. */
  #suspect(plugin: BoardPlugin, how: () => 'held' | 'free' | 'dead'): void {
    const board = this.#board
    board.suspects = [...board.suspects, plugin]
    const forget = (): void => {
      board.suspects = board.suspects.filter((one) => one !== plugin)
    }
    const look = (): void => {
      const is = how()
      if (is === 'free') forget()
      else setTimeout(is === 'held' ? look : forget, is === 'held' ? lookAgain : switchTime).unref()
    }
    look()
  }

  #holdsStill(pid: number, { plugin, since }: Note): 'held' | 'free' | 'dead' {
    const now = this.#note(pid)
    if (now?.plugin.key === plugin.key && now.since === since) return isAlive(pid) ? 'held' : 'dead'
    return isAlive(pid) ? 'free' : 'dead'
  }

  /** What is known of the plugin that holds, or held, another process; null when nothing is. */
  #note(pid: number): Note | null {
    try {
      // Written by the watching thread.
      return JSON.parse(readFileSync(this.#noteFile(pid), 'utf8')) as Note
    } catch {
      // There is none, or the process died over it.
      return null
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#thread?.terminate()
    rmSync(this.#noteFile(process.pid), { force: true })
  }

  /** Notes of processes that are gone. */
  #forget(name: string): void {
    if (!isAlive(Number(/\d+/.exec(name)?.[0]))) rmSync(join(this.#folder, name), { force: true })
  }

  /** A plugin that ends the process by `process.exit()` or `process.abort()` did it while it ran, or it stands in the stack. */
  #noteExit(): void {
    const plugin = this.#board.current ?? this.#board.inStack(wholeStack())
    if (plugin === null) return
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#noteFile(process.pid), JSON.stringify({ plugin, since: Date.now() } satisfies Note))
  }

  #noteFile(pid: number): string {
    return join(this.#folder, `watch-${pid}.json`)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function wholeStack(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error('the process ends')
  Error.stackTraceLimit = stackTraceLimit
  return stack
}

/** Plain JavaScript, which a thread runs without the loader of a checkout. */
function threadFile(): URL {
  const files = ['../../bin/watchdog.js', '../../../bin/watchdog.js'].map((path) => new URL(path, import.meta.url))
  return files.find((file) => existsSync(file)) ?? (files[0] as URL)
}
