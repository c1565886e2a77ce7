import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { dirname, resolve } from 'node:path'
import pino from 'pino'
import { ConfigError } from '../api/errors.ts'
import { keepHouse } from '../farm/housekeeping.ts'
import type { WikiFarm } from '../farm/farm.ts'
import { type FarmPlan, loadConfig } from '../farm/load-config.ts'
import { openFarm } from '../farm/open-farm.ts'
import { ProxyTrust } from '../http/proxy-trust.ts'
import { codeFrame, type FaultPlace, faultPlace, placeInStack } from '../plugins/fault-place.ts'
import { sideFaults } from '../plugins/side-faults.ts'
import { openServer } from '../server.ts'
import { pluginPlaces } from '../wiki/plugin-places.ts'
import { type CommandCall, textOption } from './command.ts'
import { greeting } from './greeting.ts'

/** Something that does not load, with the lines around it. */
export interface DevProblem extends FaultPlace {
  /** '' when there is no place in a source. */
  readonly frame: string
}

/** What the wiki's process tells the one that started it: once when it serves, or once when it cannot. */
export interface DevReport {
  /** Where it listens on this machine; null when it cannot. */
  readonly port: number | null
  readonly problems: readonly DevProblem[]
  /** Folders whose files it was made of. */
  readonly folders: readonly string[]
}

/** What went wrong while a plugin ran, with the reference that the page shows of it. */
export interface DevFault {
  readonly reference: string
  readonly problem: DevProblem
}

/** The answer to a number that was sent: the faults so far. */
export interface DevFaults {
  readonly asked: number
  readonly faults: readonly DevFault[]
}

/** The wiki as it is at this moment, in a process of its own. It ends with the one that started it. `address`: for the first. */
export async function serveOnce(call: CommandCall, address = ''): Promise<number> {
  const written = textOption(call, 'config') ?? 'config'
  const configDir = resolve(written)
  const dataDir = resolve(textOption(call, 'data') ?? 'data')
  let plan: FarmPlan
  try {
    // As it was written: where there is no folder `config` yet, the one that came with the program is meant.
    plan = await loadConfig({ configDir: written, dataDir })
  } catch (error) {
    tell({ port: null, problems: [await configProblem(error)], folders: [configDir] })
    return 1
  }
  const log = pino({ level: plan.host.logLevel ?? 'warn' }, pino.destination({ dest: 2, sync: true }))
  process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'a promise was rejected and nobody cared'))
  const folders = [configDir, ...plan.wikis.flatMap(({ config }) => foldersOf(config))]
  let farm: WikiFarm
  let stopHousekeeping: Awaited<ReturnType<typeof keepHouse>>
  try {
    farm = await openFarm(plan, { log, safe: call.values['safe'] === true })
    stopHousekeeping = await keepHouse(farm, log)
  } catch (error) {
    tell({ port: null, problems: [await configProblem(error)], folders })
    return 1
  }
  const server = openServer({ farm, log, trust: new ProxyTrust(['127.0.0.1']) })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  tell({ port: (server.address() as AddressInfo).port, problems: await pluginProblems(farm), folders })
  process.on('message', (asked) => {
    if (typeof asked === 'number') void runFaults(farm).then((faults) => process.send?.({ asked, faults } satisfies DevFaults))
  })
  if (address !== '') process.stderr.write(await greeting(farm, address))
  await new Promise<void>((over) => {
    process.once('disconnect', over)
    process.once('SIGTERM', over)
  })
  await stopHousekeeping()
  server.close()
  server.closeAllConnections()
  await farm.close()
  return 0
}

function tell(report: DevReport): void {
  process.send?.(report)
}

/** Folders of plugins as a whole: a macro may import `../weather.ts`, and texts lie in `languages/`. */
function foldersOf(config: Parameters<typeof pluginPlaces>[0]): readonly string[] {
  const own = pluginPlaces(config).filter(({ isBuiltIn }) => isBuiltIn !== true)
  return own.flatMap((place) => place.folderOf('macros') ?? []).map((macros) => dirname(macros))
}

/** Every plugin that did not come with the program is loaded at once: whoever writes one wants to know before a page calls it. */
async function pluginProblems(farm: WikiFarm): Promise<readonly DevProblem[]> {
  const problems = new Map<string, DevProblem>()
  for (const { wiki } of farm.wikis)
    for (const { kind, name, file, isBuiltIn } of await wiki.parts.plugins.list()) {
      if (isBuiltIn || problems.has(file)) continue
      const loaded = await wiki.parts.plugins.load(kind, name)
      if (loaded !== null && 'error' in loaded) problems.set(file, await framed(loaded.error, file))
      for (const place of await sideFaults(file)) problems.set(place.file, await withFrame(place))
    }
  return [...problems.values()]
}

/** Those with a place in a source of somebody's own. What a page shows without one, its box says. */
async function runFaults(farm: WikiFarm): Promise<readonly DevFault[]> {
  const found: DevFault[] = []
  for (const { wiki } of farm.wikis)
    for (const { faults } of wiki.parts.plugins.health.records())
      for (const { reference, message, stack } of faults.values()) {
        const place = placeInStack(stack, message)
        if (reference !== '' && place !== null) found.push({ reference, problem: await withFrame(place) })
      }
  return found
}

async function configProblem(thrown: unknown): Promise<DevProblem> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const file = error instanceof ConfigError ? error.file : null
  if (file === null) return { file: '', line: 0, column: 0, message: error.message, frame: '' }
  const place = await faultPlace(error, file)
  // The file stands below the message.
  const message = place.message.startsWith(`${file}: `) ? place.message.slice(file.length + 2) : place.message
  return withFrame({ ...place, message })
}

async function framed(error: Error, file: string): Promise<DevProblem> {
  return withFrame(await faultPlace(error, file))
}

async function withFrame(place: FaultPlace): Promise<DevProblem> {
  const source = await readFile(place.file, 'utf8').catch(() => '')
  return { ...place, frame: place.line > 0 ? codeFrame(source, place) : '' }
}
