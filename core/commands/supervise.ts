import { type ChildProcess, fork } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../api/errors.ts'
import { type CommandCall, textOption } from './command.ts'
import { type FromWorker, giveElsewhere, machineTime, type ToWorker, type WorkerOrders, workerMark } from './worker-words.ts'

/**
 * The process that a person starts. It opens the port and hands each connection to a worker, which is where the wikis are; a worker
 * that dies is started again. Connections wait here meanwhile: a visitor who comes then is answered a little later.
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
  readonly keepsHouse: boolean
  isReady: boolean
  /** Did not take a connection in time: gets no others until it speaks again. */
  isSilent: boolean
  /** What was handed over and not taken yet; null: given to another meanwhile. */
  readonly given: Map<number, Handing | null>
}

interface Handing {
  readonly socket: Socket
  timer: NodeJS.Timeout | null
}

/** A worker that lived this long had a good start. Milliseconds. */
const goodLife = 10_000
const longestPause = 5000
const mostWaiting = 2000
/** Handed to one worker at once. */
const mostGiven = 8

class Supervisor {
  readonly #count: number
  readonly #workers: Worker[] = []
  readonly #waiting: Socket[] = []
  #server: Server | null = null
  #address = ''
  #nextId = 0
  #quickDeaths = 0
  #stopping = false
  #end: (code: number) => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(count: number) {
    this.#count = count
  }

  run(): Promise<number> {
    const over = new Promise<number>((resolve, reject) => {
      this.#end = resolve
      this.#fail = reject
    })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.#stop())
    this.#start(true, null)
    return over
  }

  #start(keepsHouse: boolean, died: number | null): void {
    const orders: WorkerOrders = { workers: this.#count, keepsHouse, died }
    const child = fork(process.argv[1] ?? fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, [workerMark]: JSON.stringify(orders) },
    })
    const worker: Worker = { process: child, begin: Date.now(), keepsHouse, isReady: false, isSilent: false, given: new Map() }
    this.#workers.push(worker)
    child.on('message', (message) => this.#hear(worker, message as FromWorker))
    child.on('exit', (code, signal) => this.#died(worker, code, signal))
    // A handle that could not be sent comes back when the worker dies.
    child.on('error', () => {})
  }

  #hear(worker: Worker, message: FromWorker): void {
    if (message.say === 'ready') {
      worker.isReady = true
      if (this.#server === null) this.#open(message.host, message.port)
      else this.#tell(worker, { say: 'open', address: this.#address, first: false })
      this.#handOut()
      return
    }
    const handing = worker.given.get(message.id)
    worker.isSilent = false
    if (message.say === 'come' && handing !== undefined && handing !== null) {
      this.#time(worker, message.id, handing)
      // The copy here stays open until the worker has taken its own.
      const here: ToWorker = { say: 'connection', id: message.id, at: machineTime() }
      worker.process.send(here, handing.socket, { keepOpen: true }, () => {})
      return
    }
    worker.given.delete(message.id)
    if (handing !== undefined && handing !== null) {
      if (handing.timer !== null) clearTimeout(handing.timer)
      // Only this copy of it is closed: the worker has its own.
      if (message.say === 'took') handing.socket.destroy()
      else this.#place(handing.socket)
    }
    this.#handOut()
  }

  #open(host: string, port: number): void {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
      socket.on('error', () => {})
      this.#place(socket)
    })
    this.#server = server
    server.once('error', (error: NodeJS.ErrnoException) => this.#giveUp(portError(error, host, port)))
    server.listen(port, host, () => {
      const bound = server.address()
      this.#address = `http://${host.includes(':') ? `[${host}]` : host}:${typeof bound === 'object' ? bound?.port : port}/`
      for (const worker of this.#workers) this.#tell(worker, { say: 'open', address: this.#address, first: true })
      while (this.#workers.length < this.#count) this.#start(false, null)
    })
  }

  /** Gives a connection to the next worker that has the fewest untaken ones; without one it waits. */
  #place(socket: Socket): void {
    const [worker] = this.#workers
      .filter(({ isReady, isSilent, given }) => isReady && !isSilent && given.size < mostGiven)
      .sort((a, b) => a.given.size - b.given.size)
    if (worker === undefined) {
      if (this.#waiting.length < mostWaiting) this.#waiting.push(socket)
      else socket.destroy()
      return
    }
    // Next time it is somebody else's turn.
    this.#workers.push(...this.#workers.splice(this.#workers.indexOf(worker), 1))
    const id = this.#nextId++
    const handing: Handing = { socket, timer: null }
    worker.given.set(id, handing)
    this.#time(worker, id, handing)
    this.#tell(worker, { say: 'knock', id })
  }

  /** Where there are others, they are asked when this one says nothing in time. */
  #time(worker: Worker, id: number, handing: Handing): void {
    if (handing.timer !== null) clearTimeout(handing.timer)
    if (this.#count > 1) handing.timer = setTimeout(() => this.#giveElsewhere(worker, id, handing.socket), giveElsewhere)
  }

  #giveElsewhere(worker: Worker, id: number, socket: Socket): void {
    worker.isSilent = true
    worker.given.set(id, null)
    this.#place(socket)
  }

  #handOut(): void {
    for (const socket of this.#waiting.splice(0)) this.#place(socket)
  }

  #tell(worker: Worker, message: ToWorker): void {
    if (worker.process.connected) worker.process.send(message, () => {})
  }

  #died(worker: Worker, code: number | null, signal: NodeJS.Signals | null): void {
    this.#workers.splice(this.#workers.indexOf(worker), 1)
    for (const handing of worker.given.values()) {
      if (handing === null) continue
      if (handing.timer !== null) clearTimeout(handing.timer)
      this.#waiting.push(handing.socket)
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
    process.stderr.write(`servus: process ${worker.process.pid} ended (${how}); another takes its place\n`)
    setTimeout(() => {
      if (!this.#stopping) this.#start(worker.keepsHouse, worker.process.pid ?? null)
    }, pause)
    this.#handOut()
  }

  #stop(): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#server?.close()
    for (const socket of this.#waiting.splice(0)) socket.destroy()
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

function portError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new ConfigError('port', `${host}:${port} is in use by another program: stop it, or choose another with --port`)
  if (error.code === 'EACCES') return new ConfigError('port', `you may not use port ${port}: choose one above 1023 with --port`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new ConfigError('host', `${host} is no address of this machine`)
  return error
}
