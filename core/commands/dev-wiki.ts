import { type ChildProcess, fork } from 'node:child_process'
import type { DevFault, DevFaults, DevReport } from './dev-child.ts'
import { filesStamp } from './dev-files.ts'

/** Tells a process that it is such a child; the first one also at which address. */
export const childMark = 'SERVUS_DEV_CHILD'

/** A process with the wiki in it. */
interface Running {
  readonly process: ChildProcess
  readonly report: DevReport
  /** What it said on its way out, when it ended before it reported. */
  readonly last: string
}

/**
 * The wiki in a process that is replaced when a file has changed: the next one is as fresh as any, transitive imports included, and
 * what a module system can never unload goes with the one before. So a thousand changes cost no memory.
 */
export class DevWiki {
  readonly #args: readonly string[]
  /** Always looked at, even when the configuration cannot tell which folders there are. */
  readonly #known: readonly string[]
  #running: Promise<Running>
  #folders: readonly string[] = []
  #stamp = ''
  #closed = false

  /** `args`: of the command line, as they were given. `address`: where people reach the wiki. */
  constructor(args: readonly string[], known: readonly string[], address: string) {
    this.#args = args
    this.#known = known
    this.#stamp = this.#look()
    this.#running = this.#start(address)
  }

  /** The wiki as its files are now; waits for it where they have just changed. */
  async now(): Promise<Running> {
    this.changed()
    for (;;) {
      const running = this.#running
      const settled = await running
      // It may have been replaced meanwhile, or have ended by itself.
      if (running !== this.#running) continue
      if (settled.report.port === null || !hasEnded(settled.process) || this.#closed) return settled
      this.#running = this.#start()
    }
  }

  /** True when a file has changed since the last look; the next wiki is on its way then. */
  changed(): boolean {
    if (this.#closed) return false
    const stamp = this.#look()
    if (stamp === this.#stamp) return false
    this.#stamp = stamp
    const before = this.#running
    this.#running = this.#start()
    // The one before answers what it has begun until the next one is there.
    void this.#running.then(async () => end((await before).process))
    return true
  }

  async close(): Promise<void> {
    this.#closed = true
    await end((await this.#running).process)
  }

  #look(): string {
    return filesStamp([...this.#known, ...this.#folders])
  }

  async #start(address = ''): Promise<Running> {
    const child = fork(process.argv[1] ?? '', ['serve', ...this.#args], {
      env: { ...process.env, [childMark]: address },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    let last = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk)
      last = (last + chunk.toString('utf8')).slice(-4000)
    })
    const report = await new Promise<DevReport>((resolve) => {
      child.once('message', (message) => resolve(message as DevReport))
      child.once('close', () => resolve({ port: null, problems: [], folders: [] }))
    })
    if (report.folders.length > 0) {
      const more = report.folders.filter((folder) => !this.#folders.includes(folder) && !this.#known.includes(folder))
      this.#folders = report.folders
      // Folders seen for the first time have not changed by that.
      if (more.length > 0) this.#stamp = this.#look()
    }
    return { process: child, report, last }
  }
}

/** What went wrong in requests so far; nothing when the wiki is gone, or too busy to tell. */
export function faultsOf(child: ChildProcess): Promise<readonly DevFault[]> {
  return new Promise((resolve) => {
    const asked = Math.random()
    const finish = (faults: readonly DevFault[]): void => {
      clearTimeout(timer)
      child.off('message', hear)
      resolve(faults)
    }
    const hear = (message: unknown): void => {
      // The first message alone is another, and is long over.
      const answer = message as DevFaults
      if (answer.asked === asked) finish(answer.faults)
    }
    const timer = setTimeout(finish, patience, [])
    child.on('message', hear)
    if (child.connected) child.send(asked, (error) => error !== null && finish([]))
    else finish([])
  })
}

/** Milliseconds that a page waits to hear what went wrong on it. */
const patience = 1000

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Asks a child to end, and insists after two seconds. */
function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve()
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 2000)
    child.once('exit', () => {
      clearTimeout(hard)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
