import { type ChildProcess, fork } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../api/errors.ts'
import { type CommandCall, textOption } from './command.ts'
import { portError } from './port.ts'
import {
  type FromWorker,
  giveElsewhere,
  knockElsewhere,
  machineTime,
  tooLate,
  type ToWorker,
  type WorkerOrders,
  workerMark,
} from './worker-words.ts'

/**
 * The process that a person starts. It opens the port and hands each connection to a worker, which is where the wikis are; a worker
 * that dies is started again. Beside a single worker another one stands by, for the moments in which that one says nothing.
 */
export async function supervise(call: CommandCall): Promise<number> {
  const supervisor = new Supervisor(workerCount(textOption(call, 'workers') ?? '1'))
  return supervisor.run()
}

function workerCount(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new ConfigError('--workers', `"${text}" is no number of processes: use one from 1 to 99`)
  return Number(text)
}

interface Worker {
  readonly process: ChildProcess
  readonly begin: number
  keepsHouse: boolean
  /** Gets connections only when no other one answers. */
  standsBy: boolean
  isReady: boolean
  /** Did not answer in time: gets no others until it speaks again. */
  isSilent: boolean
  /** Rings when it has been silent for long. */
  alarm: NodeJS.Timeout | null
  /** What was offered and not taken yet; null: given to another meanwhile. */
  readonly given: Map<number, Handing | null>
}

interface Handing {
  readonly visitor: Visitor
  timer: NodeJS.Timeout | null
}

interface Visitor {
  readonly socket: Socket
  /** How many workers were asked to take it. */
  asked: number
}

/** A worker that lived this long had a good start. Milliseconds. */
const goodLife = 10_000
const longestPause = 5000
const mostWaiting = 2000
/** Handed to one worker at once. */
const mostGiven = 8
/** Where all are slow, a connection does not wander for ever. */
const mostAsked = 3
/** Silent for so long, a worker is held by something. Milliseconds. */
const heldAfter = 300
/** Another one stands by when the first has served for so long and nobody came for a moment; or after the longest wait. Milliseconds. */
const standbyAfter = 3000
const quietFor = 1000
const standbyAtLast = 30_000
/** All being silent, others are started, but not more than so many besides those that shall be there. */
const mostExtra = 2

class Supervisor {
  readonly #count: number
  readonly #workers: Worker[] = []
  readonly #waiting: Visitor[] = []
  /** Of these the next worker is told. */
  readonly #dead: number[] = []
  #server: Server | null = null
  #address = ''
  #nextId = 0
  #quickDeaths = 0
  #lastVisitor = 0
  /** Connections may go to another process than the last one did. */
  #mayShare: boolean
  #wantsStandby = false
  #stopping = false
  #end: (code: number) => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(count: number) {
    this.#count = count
    this.#mayShare = count > 1
  }

  run(): Promise<number> {
    const over = new Promise<number>((resolve, reject) => {
      this.#end = resolve
      this.#fail = reject
    })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.#stop())
    this.#start(false)
    return over
  }

  #start(standsBy: boolean): void {
    const keepsHouse = !standsBy && !this.#workers.some((worker) => worker.keepsHouse)
    const held = this.#workers.filter(({ isSilent }) => isSilent).map(({ process: { pid } }) => pid ?? 0)
    const orders: WorkerOrders = { workers: this.#count, keepsHouse, standsBy, died: this.#dead.splice(0), held }
    const child = fork(process.argv[1] ?? fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, [workerMark]: JSON.stringify(orders) },
    })
    const worker: Worker = {
      process: child,
      begin: Date.now(),
      keepsHouse,
      standsBy,
      isReady: false,
      isSilent: false,
      alarm: null,
      given: new Map(),
    }
    this.#workers.push(worker)
    child.on('message', (message) => this.#hear(worker, message as FromWorker))
    child.on('exit', (code, signal) => this.#died(worker, code, signal))
    // A handle that could not be sent comes back when the worker dies.
    child.on('error', () => {})
  }

  #hear(worker: Worker, message: FromWorker): void {
    if (message.say === 'ready') {
      this.#ready(worker, message)
      return
    }
    const handing = worker.given.get(message.id)
    this.#speaks(worker)
    if (message.say === 'come' && handing !== undefined && handing !== null) {
      this.#give(worker, message.id, handing)
      return
    }
    worker.given.delete(message.id)
    if (handing !== undefined && handing !== null) {
      rest(handing)
      // Only this copy of it is closed: the worker has its own.
      if (message.say === 'took') handing.visitor.socket.destroy()
      else this.#place(handing.visitor)
    }
    this.#handOut()
  }

  #ready(worker: Worker, { host, port, mayStandBy }: FromWorker & { say: 'ready' }): void {
    worker.isReady = true
    if (this.#server === null) {
      this.#wantsStandby = this.#count === 1 && mayStandBy
      this.#mayShare ||= this.#wantsStandby
      this.#open(host, port)
    } else if (worker.standsBy && this.#count === 1 && !mayStandBy) {
      // The configuration has changed since the first one was started.
      this.#wantsStandby = false
      this.#tell(worker, { say: 'stop' })
      this.#forget(worker)
      return
    } else this.#tell(worker, { say: 'open', address: this.#address, first: false })
    this.#endExtra()
    this.#handOut()
  }

  #open(host: string, port: number): void {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
      socket.on('error', () => {})
      this.#lastVisitor = Date.now()
      this.#place({ socket, asked: 0 })
    })
    this.#server = server
    server.once('error', (error: NodeJS.ErrnoException) => this.#giveUp(portError(error, host, port)))
    server.listen(port, host, () => {
      const bound = server.address()
      this.#address = `http://${host.includes(':') ? `[${host}]` : host}:${typeof bound === 'object' ? bound?.port : port}/`
      for (const worker of this.#workers) this.#tell(worker, { say: 'open', address: this.#address, first: true })
      this.#fill(false)
      if (this.#wantsStandby) this.#whenQuiet(Date.now())
    })
  }

  /** A start takes a processor for most of a second: nobody shall notice it. */
  #whenQuiet(opened: number): void {
    setTimeout(() => {
      const now = Date.now()
      const isQuiet = now - opened >= standbyAfter && now - this.#lastVisitor >= quietFor
      if (isQuiet || now - opened >= standbyAtLast) this.#fill()
      else this.#whenQuiet(opened)
    }, quietFor / 2).unref()
  }

  /** Starts what is missing. */
  #fill(andStandby = true): void {
    if (this.#stopping) return
    const serving = this.#workers.filter(({ standsBy }) => !standsBy)
    for (let missing = this.#count - serving.length; missing > 0; missing--) if (!this.#promote()) this.#start(false)
    if (andStandby && this.#wantsStandby && !this.#workers.some(({ standsBy }) => standsBy)) this.#start(true)
  }

  /** Who stands by takes the place of one that is gone. False: nobody does. */
  #promote(): boolean {
    const standing = this.#workers.filter(({ standsBy }) => standsBy)
    const next = standing.find(({ isReady, isSilent }) => isReady && !isSilent) ?? standing.find(({ isReady }) => !isReady)
    if (next === undefined) return false
    next.standsBy = false
    if (!this.#workers.some((worker) => worker.keepsHouse)) {
      next.keepsHouse = true
      this.#tell(next, { say: 'lead' })
    }
    return true
  }

  /** Asks the next worker that has the fewest untaken ones to take a connection; without one it waits. */
  #place(visitor: Visitor): void {
    const open = this.#workers.filter(({ isReady, isSilent, given }) => isReady && !isSilent && given.size < mostGiven)
    const serving = open.filter(({ standsBy }) => !standsBy)
    const [worker] = (serving.length > 0 ? serving : open).sort((a, b) => a.given.size - b.given.size)
    if (worker === undefined) {
      if (this.#waiting.length < mostWaiting) this.#waiting.push(visitor)
      else visitor.socket.destroy()
      return
    }
    // Next time it is somebody else's turn.
    this.#workers.push(...this.#workers.splice(this.#workers.indexOf(worker), 1))
    const id = this.#nextId++
    const handing: Handing = { visitor, timer: null }
    visitor.asked++
    worker.given.set(id, handing)
    this.#time(worker, id, handing, knockElsewhere)
    this.#tell(worker, { say: 'knock', id })
  }

  /** It has answered: here is the connection. */
  #give(worker: Worker, id: number, handing: Handing): void {
    rest(handing)
    const isLast = handing.visitor.asked >= mostAsked || !this.#mayShare || !this.#hasOther(worker)
    if (!isLast) this.#time(worker, id, handing, giveElsewhere)
    const here: ToWorker = { say: 'connection', id, until: isLast ? null : machineTime() + tooLate }
    // The copy here stays open until the worker has taken its own.
    worker.process.send(here, handing.visitor.socket, { keepOpen: true }, () => {})
  }

  #time(worker: Worker, id: number, handing: Handing, wait: number): void {
    if (!this.#mayShare) return
    const timer = setTimeout(() => {
      // This process may have been held up itself: an answer that is there is read before this.
      setImmediate(() => {
        if (handing.timer === timer) this.#waitedFor(worker, id, handing, wait)
      })
    }, wait)
    handing.timer = timer
  }

  /** Where there are others, they are asked when this one says nothing in time. */
  #waitedFor(worker: Worker, id: number, handing: Handing, wait: number): void {
    if (this.#stopping) return
    this.#falls(worker)
    if (handing.visitor.asked >= mostAsked) return
    if (!this.#hasOther(worker)) {
      this.#time(worker, id, handing, wait)
      return
    }
    worker.given.set(id, null)
    this.#place(handing.visitor)
  }

  #hasOther(worker: Worker): boolean {
    return this.#workers.some((other) => other !== worker && other.isReady && !other.isSilent)
  }

  /** It falls silent. */
  #falls(worker: Worker): void {
    if (worker.isSilent) return
    worker.isSilent = true
    worker.alarm = setTimeout(() => this.#isHeld(worker), heldAfter)
  }

  #speaks(worker: Worker): void {
    if (!worker.isSilent) return
    worker.isSilent = false
    if (worker.alarm !== null) clearTimeout(worker.alarm)
    this.#endExtra()
  }

  /** The others must not begin what holds it. Where all are held, one more is started. */
  #isHeld(worker: Worker): void {
    if (this.#stopping) return
    for (const other of this.#workers) if (other !== worker) this.#tell(other, { say: 'held', pid: worker.process.pid ?? 0 })
    const isLast = this.#workers.every(({ isReady, isSilent }) => isReady && isSilent)
    const most = this.#count + (this.#wantsStandby ? 1 : 0) + mostExtra
    if (isLast && this.#mayShare && this.#workers.length < most) this.#start(true)
  }

  /** Ends those that were started because all were silent, once they are not needed. */
  #endExtra(): void {
    const standing = this.#workers.filter(({ standsBy, isReady, isSilent }) => standsBy && isReady && !isSilent)
    for (const worker of standing.slice(this.#wantsStandby ? 1 : 0)) {
      if (worker.given.size > 0) continue
      this.#tell(worker, { say: 'stop' })
      this.#forget(worker)
    }
  }

  #handOut(): void {
    for (const visitor of this.#waiting.splice(0)) this.#place(visitor)
  }

  #tell(worker: Worker, message: ToWorker): void {
    if (worker.process.connected) worker.process.send(message, () => {})
  }

  /** It may end in peace, and counts no more. */
  #forget(worker: Worker): void {
    this.#workers.splice(this.#workers.indexOf(worker), 1)
    worker.process.removeAllListeners('exit')
  }

  #died(worker: Worker, code: number | null, signal: NodeJS.Signals | null): void {
    this.#workers.splice(this.#workers.indexOf(worker), 1)
    if (worker.alarm !== null) clearTimeout(worker.alarm)
    for (const handing of worker.given.values()) {
      if (handing === null) continue
      rest(handing)
      this.#waiting.push(handing.visitor)
    }
    if (this.#stopping) {
      if (this.#workers.length === 0) this.#end(code ?? 1)
      return
    }
    // A start that never worked, for a mistake in the configuration say, is not tried again.
    if (this.#address === '') {
      this.#giveUp(null, code ?? 1)
      return
    }
    this.#quickDeaths = Date.now() - worker.begin < goodLife ? this.#quickDeaths + 1 : 0
    const pause = this.#quickDeaths === 0 ? 0 : Math.min(longestPause, 50 * 2 ** this.#quickDeaths)
    const how = signal ?? `exit code ${code}`
    const { pid = 0 } = worker.process
    process.stderr.write(`servus: process ${pid} ended (${how}); another takes its place\n`)
    const heir = this.#workers.find(({ isReady, isSilent }) => isReady && !isSilent)
    // Before it gets a connection: what the other died of is off by then.
    if (heir === undefined) this.#dead.push(pid)
    else this.#tell(heir, { say: 'died', pid })
    if (!worker.standsBy) this.#promote()
    setTimeout(() => this.#fill(), pause)
    this.#handOut()
  }

  #stop(): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#server?.close()
    for (const { socket } of this.#waiting.splice(0)) socket.destroy()
    if (this.#workers.length === 0) this.#end(0)
    for (const worker of this.#workers) this.#tell(worker, { say: 'stop' })
    setTimeout(() => {
      for (const worker of this.#workers) worker.process.kill('SIGKILL')
    }, 4700).unref()
  }

  /** Ends the workers, then with the error or the exit code. */
  #giveUp(error: Error | null, code = 1): void {
    this.#stopping = true
    const end = this.#end
    this.#end = error === null ? () => end(code) : () => this.#fail(error)
    for (const worker of this.#workers) worker.process.kill('SIGKILL')
    if (this.#workers.length === 0) this.#end(code)
  }
}

/** Nobody waits for it any more. */
function rest(handing: Handing): void {
  if (handing.timer !== null) clearTimeout(handing.timer)
  handing.timer = null
}
