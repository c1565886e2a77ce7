import type { Socket } from 'node:net'
import pino from 'pino'
import { ConfigError } from '../api/errors.ts'
import { keepHouse } from '../farm/housekeeping.ts'
import { type FarmPlan, loadConfig } from '../farm/load-config.ts'
import { openFarm } from '../farm/open-farm.ts'
import { ProxyTrust } from '../http/proxy-trust.ts'
import { CallBoard } from '../plugins/call-board.ts'
import { openServer } from '../server.ts'
import { MemorySessionService } from '../session/index.ts'
import { blamePlugins } from './blame-plugins.ts'
import { type CommandCall, textOption } from './command.ts'
import { superuserLinks } from './superuser-links.ts'
import { Watchdog } from './watchdog.ts'
import { type FromWorker, machineTime, type ToWorker, tooLate, type WorkerOrders, workerMark } from './worker-words.ts'

/** A process in which the wikis are, below the one that has the port: it gets connections from there until it is told to stop. */
export async function work(call: CommandCall): Promise<number> {
  // Written by the supervisor.
  const orders = JSON.parse(process.env[workerMark] ?? '{}') as WorkerOrders
  delete process.env[workerMark]
  const plan = await loadConfig({
    configDir: textOption(call, 'config') ?? 'config',
    dataDir: textOption(call, 'data') ?? 'data',
  })
  const port = textOption(call, 'port') === undefined ? (plan.host.port ?? 8080) : portNumber(String(textOption(call, 'port')))
  const host = textOption(call, 'host') ?? plan.host.host ?? '127.0.0.1'
  if (orders.workers > 1) refuseMemory(plan)
  // The log is for machines and goes to stdout; what a person should read comes first and goes to stderr.
  const log = pino({ level: plan.host.logLevel ?? (process.stdout.isTTY ? 'warn' : 'info') })
  const board = new CallBoard(true)
  const watchdog = new Watchdog(board, plan)
  if (orders.died !== null) watchdog.afterDeathOf(orders.died, log)
  const farm = await openFarm(plan, { log, safe: call.values['safe'] === true, board })
  blamePlugins(farm, log)
  const stopHousekeeping = orders.keepsHouse ? await keepHouse(farm, log) : async () => {}
  const server = openServer({ farm, log, trust: new ProxyTrust(plan.host.trustedProxies ?? []) })
  // It looks after the connections it is given as if it had listened for them itself.
  server.emit('listening')
  const sockets = new Set<Socket>()
  const { promise, resolve } = stopped()
  process.on('message', (message: ToWorker, socket?: Socket) => {
    if (message.say === 'knock') tell({ say: 'come', id: message.id })
    else if (message.say === 'connection') take(message, socket)
    else if (message.say === 'open')
      void greet(message).catch((error: unknown) => log.error({ err: error }, 'no link could be made'))
    else resolve()
  })
  tell({ say: 'ready', host, port })
  await promise
  const housekeeping = stopHousekeeping()
  await drained()
  await housekeeping
  await farm.close()
  await watchdog.close()
  return 0

  function take({ id, at }: ToWorker & { say: 'connection' }, socket: Socket | undefined): void {
    // Somebody else may have it by now: this copy of it is let go.
    if (orders.workers > 1 && machineTime() - at > tooLate) {
      socket?.destroy()
      return tell({ say: 'late', id })
    }
    tell({ say: 'took', id })
    // The visitor may have gone.
    if (socket === undefined) return
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.setNoDelay(true)
    server.emit('connection', socket)
  }

  async function greet({ address, first }: ToWorker & { say: 'open' }): Promise<void> {
    if (first) process.stderr.write(`Servus is at ${address}\n${await superuserLinks(farm, address)}`)
    watchdog.start(log)
  }

  /** Lets running requests finish, for four seconds. */
  async function drained(): Promise<void> {
    const end = Date.now() + 4000
    while (sockets.size > 0 && Date.now() < end) {
      server.closeIdleConnections()
      await new Promise((next) => setTimeout(next, 20))
    }
    server.closeAllConnections()
  }
}

function stopped(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  // A terminal sends its signals to all processes at once. The supervisor's death ends its workers too.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) process.on(signal, resolve)
  return { promise, resolve }
}

function tell(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => {})
}

/** Each process would have sessions of its own, and visitors would lose theirs with each connection. */
function refuseMemory(plan: FarmPlan): void {
  const forgetful = plan.wikis.find(
    ({ config }) =>
      (config.sessionService === null && config.sessionStore === 'memory') ||
      config.sessionService instanceof MemorySessionService,
  )
  if (forgetful !== undefined)
    throw new ConfigError(
      'sessionStore',
      "'memory' keeps sessions in one process, and --workers makes several: use 'file' or 'redis', or leave --workers out",
      plan.file,
    )
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new ConfigError('--port', `"${text}" is no port: use a number from 0 to 65535`)
  return Number(text)
}
