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

  /** The process before this one died: the plugin that held it, if one did, is off from now on. */
  afterDeathOf(pid: number, log: Log): void {
    const file = this.#noteFile(pid)
    if (existsSync(file)) {
      // Written by the watching thread.
      const { plugin, since } = JSON.parse(readFileSync(file, 'utf8')) as Note
      const switches = new PluginSwitches(plugin.switches, () => {})
      if (switches.off(plugin.key) === null)
        switches.switchOff(plugin.key, { reason: 'the process died while it ran', since: Date.now(), by: '' })
      log.error(
        { wiki: plugin.wiki, plugin: plugin.key, file: plugin.file, since: new Date(since).toISOString() },
        'plugin switched off: the process died while it ran',
      )
    }
    if (!existsSync(this.#folder)) return
    for (const name of readdirSync(this.#folder)) if (/^watch-\d+\.json$/.test(name)) this.#forget(name)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#thread?.terminate()
    rmSync(this.#noteFile(process.pid), { force: true })
  }

  /** Notes of processes that are gone. */
  #forget(name: string): void {
    const pid = Number(/\d+/.exec(name)?.[0])
    try {
      process.kill(pid, 0)
    } catch {
      rmSync(join(this.#folder, name), { force: true })
    }
  }

  /** A plugin that ends the process by `process.exit()` did it while it ran. */
  #noteExit(): void {
    const plugin = this.#board.current
    if (plugin === null) return
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#noteFile(process.pid), JSON.stringify({ plugin, since: Date.now() } satisfies Note))
  }

  #noteFile(pid: number): string {
    return join(this.#folder, `watch-${pid}.json`)
  }
}

/** Plain JavaScript, which a thread runs without the loader of a checkout. */
function threadFile(): URL {
  const files = ['../../bin/watchdog.js', '../../../bin/watchdog.js'].map((path) => new URL(path, import.meta.url))
  return files.find((file) => existsSync(file)) ?? (files[0] as URL)
}
