import { statSync } from 'node:fs'
import type { Log } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import { ConfigError } from '../api/errors.ts'
import type { SessionService } from '../api/session.ts'
import type { UserStore } from '../api/user-store.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import {
  CookieSessionService,
  FileSessionService,
  MemorySessionService,
  RedisSessionService,
  StoreSessionService,
} from '../session/index.ts'
import type { CallBoard } from '../plugins/call-board.ts'
import { FileUserStore } from '../users/file-user-store.ts'
import { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { options } from './options.ts'
import { openWiki } from '../wiki/open-wiki.ts'
import { WikiFarm } from './farm.ts'
import type { FarmPlan } from './load-config.ts'
import { installationSecret } from './secret.ts'
import { patientService } from './patient-service.ts'
import { logSessionEvents, tellSessionEvents } from './session-log.ts'

export interface FarmSurroundings {
  readonly log: Log
  readonly clock?: Clock
  readonly hasher?: PasswordHasher
  readonly safe?: boolean
  /** Where it is written which plugin runs, for whoever watches the process. */
  readonly board?: CallBoard
}

/** Opens every wiki of a plan. Wikis that share a folder of accounts or a kind of session store share the object that keeps them. */
export async function openFarm(plan: FarmPlan, around: FarmSurroundings): Promise<WikiFarm> {
  const { clock = systemClock, log } = around
  refuseFile(plan.dataDir)
  const secret = await installationSecret(plan.dataDir)
  const users = new Map<string, UserStore>()
  const services = new Map<unknown, SessionService>()
  const told = new Set<SessionService>()
  // One for all that share the service: what is done once for each service goes by the object.
  const waitedFor = new Map<SessionService, SessionService>()
  // One for all wikis: it bounds how many hashes, and so how much memory, are worked on at once.
  const hasher = around.hasher ?? new PasswordHasher()
  const wikis = []
  for (const { config, url } of plan.wikis) {
    const accounts = users.get(config.userDir) ?? new FileUserStore(config.userDir, { clock })
    users.set(config.userDir, accounts)
    const service = config.sessionService ?? services.get(config.sessionStore) ?? serviceOf(config, clock)
    if (config.sessionService === null) services.set(config.sessionStore, service)
    if (!told.has(service)) logSessionEvents(service, log)
    told.add(service)
    if (config.onSessionEvent !== null) tellSessionEvents(service, config.onSessionEvent)
    const sessions = waitedFor.get(service) ?? patientService(service, config.deadlines.action)
    waitedFor.set(service, sessions)
    const wiki = await openWiki(config, {
      optionHelp: options,
      secrets: config.secrets ?? [secret],
      clock,
      log,
      users: accounts,
      sessions,
      hasher,
      ...(around.safe === undefined ? {} : { safe: around.safe }),
      ...(around.board === undefined ? {} : { board: around.board }),
    })
    // Bad options and a folder that cannot be written stop the start, not the first visitor.
    await service.prepare?.(wiki.mount('').config)
    const { meters } = wiki.parts
    if (meters.isOn) tellSessionEvents(service, ({ event }) => meters.noteSession(event))
    wikis.push({ wiki, url })
  }
  return new WikiFarm(wikis)
}

function serviceOf(config: Readonly<WikiConfig>, clock: Clock): SessionService {
  switch (config.sessionStore) {
    case 'file':
      return new FileSessionService({ clock })
    case 'memory':
      return new MemorySessionService({ clock })
    case 'redis':
      return new RedisSessionService({ clock })
    case 'cookie':
      return new CookieSessionService({ clock })
    default:
      if (typeof config.sessionStore === 'string') return new RedisSessionService({ url: config.sessionStore, clock })
      return new StoreSessionService(config.sessionStore, { clock })
  }
}

function refuseFile(dataDir: string): void {
  const found = statSync(dataDir, { throwIfNoEntry: false })
  if (found !== undefined && !found.isDirectory())
    throw new ConfigError('dataDir', `${dataDir} is a file: name a folder with --data`)
}
