import type { Socket } from 'node:net'
import pino from 'pino'
import type { WikiConfig } from '../api/config.ts'
import { ConfigError } from '../api/errors.ts'
import { keepHouse } from '../farm/housekeeping.ts'
import { type FarmPlan, loadConfig } from '../farm/load-config.ts'
import { openFarm } from '../farm/open-farm.ts'
import { ProxyTrust } from '../http/proxy-trust.ts'
import { CallBoard } from '../plugins/call-board.ts'
import { openServer } from '../server.ts'
import { CookieSessionService, FileSessionService, MemorySessionService, RedisSessionService } from '../session/index.ts'
import { blamePlugins } from './blame-plugins.ts'
import { type CommandCall, textOption } from './command.ts'
import { greeting } from './greeting.ts'
import { portNumber } from './port.ts'
import { warmUp } from './warm-up.ts'
import { Watchdog } from './watchdog.ts'
import { type FromWorker, machineTime, type ToWorker, type WorkerOrders, workerMark } from './worker-words.ts'

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
  const mayStandBy = orders.workers === 1 && canStandBy(call, plan)
  if (orders.workers > 1) refuseMemory(plan, '--workers makes several', 'leave --workers out')
  // The log is for machines and goes to stdout; what a person should read comes first and goes to stderr.
  const log = pino({ level: plan.host.logLevel ?? (process.stdout.isTTY ? 'warn' : 'info') })
  const board = new CallBoard(true)
  const watchdog = new Watchdog(board, plan)
  for (const pid of orders.died) watchdog.afterDeathOf(pid, log)
  const farm = await openFarm(plan, { log, safe: call.values['safe'] === true, board })
  blamePlugins(farm, log)
  let housekeeping = orders.keepsHouse ? await keepHouse(farm, log) : async () => {}
  const server = openServer({ farm, log, trust: new ProxyTrust(plan.host.trustedProxies ?? []) })
  // It looks after the connections it is given as if it had listened for them itself.
  server.emit('listening')
  const sockets = new Set<Socket>()
  let leads = false
  let isStopping = false
  const { promise, resolve } = stopped()
  process.on('message', (message: ToWorker, socket?: Socket) => {
    if (message.say === 'knock') tell({ say: 'come', id: message.id })
    else if (message.say === 'connection') take(message, socket)
    else if (message.say === 'open')
      void greet(message).catch((error: unknown) => log.error({ err: error }, 'no link could be made'))
    else if (message.say === 'lead') void lead().catch((error: unknown) => log.error({ err: error }, 'nobody keeps house'))
    else if (message.say === 'died') watchdog.afterDeathOf(message.pid, log)
    else if (message.say === 'held') watchdog.spare(message.pid)
    else resolve()
  })
  for (const pid of orders.held) watchdog.spare(pid)
  // Where nobody else answers, a slow answer is better than none.
  if (orders.standsBy && orders.held.length === 0) await warmUp(farm, () => !leads)
  tell({ say: 'ready', host, port, mayStandBy })
  if (orders.standsBy) log.info('process stands by')
  await promise
  isStopping = true
  const keptHouse = housekeeping()
  await drained()
  await keptHouse
  await farm.close()
  await watchdog.close()
  return 0

  /** Another one has died, and this one is in its place. */
  async function lead(): Promise<void> {
    leads = true
    const end = await keepHouse(farm, log)
    if (isStopping) await end()
    else housekeeping = end
  }

  function take({ id, until }: ToWorker & { say: 'connection' }, socket: Socket | undefined): void {
    // Somebody else may have it by now: this copy of it is let go.
    if (until !== null && machineTime() > until) {
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
    if (first) process.stderr.write(`Servus is at ${address}\n${await greeting(farm, address)}`)
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

/** Whether a second process may stand by: where sessions are kept in a place that processes share, unless somebody said no. */
function canStandBy(call: CommandCall, plan: FarmPlan): boolean {
  const { standby } = plan.host
  if (call.values['no-standby'] === true || standby === false) return false
  if (standby === true) refuseMemory(plan, 'standby makes a second one', 'leave standby out')
  return standby === true || plan.wikis.every(({ config }) => isKnownToShare(config))
}

/** Of services and stores of somebody's own nothing is known: whoever has one says `standby: true`. */
function isKnownToShare({ sessionService, sessionStore }: WikiConfig): boolean {
  if (sessionService === null) return typeof sessionStore === 'string' && sessionStore !== 'memory'
  return [FileSessionService, RedisSessionService, CookieSessionService].some((kind) => sessionService instanceof kind)
}

/** Each process would have sessions of its own, and visitors would lose theirs with each connection. */
function refuseMemory(plan: FarmPlan, why: string, cure: string): void {
  const forgetful = plan.wikis.find(
    ({ config }) =>
      (config.sessionService === null && config.sessionStore === 'memory') ||
      config.sessionService instanceof MemorySessionService,
  )
  if (forgetful !== undefined)
    throw new ConfigError(
      'sessionStore',
      `'memory' keeps sessions in one process, and ${why}: use 'file' or 'redis', or ${cure}`,
      plan.file,
    )
}
