import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { ConfigError } from '../api/errors.ts'
import type { WikiFarm } from '../farm/farm.ts'
import { keepHouse } from '../farm/housekeeping.ts'
import { loadConfig } from '../farm/load-config.ts'
import { openFarm } from '../farm/open-farm.ts'
import { ProxyTrust } from '../http/proxy-trust.ts'
import { openServer } from '../server.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { superuserLinks } from './superuser-links.ts'

/** Serves the wiki or farm until it is told to stop. */
export const serve: Command = {
  usage: 'serve [--host H] [--port N] [--safe] [--dev]',
  options: { host: { type: 'string' }, port: { type: 'string' }, safe: { type: 'boolean' }, dev: { type: 'boolean' } },
  run,
}

async function run(call: CommandCall): Promise<number> {
  if (call.values['dev'] === true) return (await import('./dev.ts')).serveForDevelopment(call)
  const plan = await loadConfig({
    configDir: textOption(call, 'config') ?? 'config',
    dataDir: textOption(call, 'data') ?? 'data',
  })
  const port = textOption(call, 'port') === undefined ? (plan.host.port ?? 8080) : portNumber(String(textOption(call, 'port')))
  const host = textOption(call, 'host') ?? plan.host.host ?? '127.0.0.1'
  // The log is for machines and goes to stdout; what a person should read comes first and goes to stderr.
  const log = pino({ level: plan.host.logLevel ?? (process.stdout.isTTY ? 'warn' : 'info') })
  process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'a promise was rejected and nobody cared'))
  const farm = await openFarm(plan, { log, safe: call.values['safe'] === true })
  const stopHousekeeping = await keepHouse(farm, log)
  const server = openServer({ farm, log, trust: new ProxyTrust(plan.host.trustedProxies ?? []) })
  await listen(server, host, port)
  const bound = (server.address() as AddressInfo).port
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`
  process.stderr.write(`Servus is at ${address}\n${await superuserLinks(farm, address)}`)
  return stopped(server, farm, stopHousekeeping)
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new ConfigError('--port', `"${text}" is no port: use a number from 0 to 65535`)
  return Number(text)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new ConfigError('port', `${host}:${port} is in use by another program: stop it, or choose another with --port`))
      else if (error.code === 'EACCES')
        reject(new ConfigError('port', `you may not use port ${port}: choose one above 1023 with --port`))
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
        reject(new ConfigError('host', `${host} is no address of this machine`))
      else reject(error)
    })
    server.listen(port, host, () => resolve())
  })
}

/** Waits for the signal to stop, lets running requests finish, and ends within five seconds. */
function stopped(server: Server, farm: WikiFarm, stopHousekeeping: () => Promise<void>): Promise<number> {
  return new Promise((resolve) => {
    const stop = (): void => {
      const housekeeping = stopHousekeeping()
      const hard = setTimeout(() => server.closeAllConnections(), 4000)
      server.close(() => {
        clearTimeout(hard)
        housekeeping
          .then(() => farm.close())
          .then(
            () => resolve(0),
            () => resolve(1),
          )
      })
      server.closeIdleConnections()
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
}
