import type { SessionService } from '../api/session.ts'
import { purgeToken } from '../wiki/purge-sessions.ts'
import type { Wiki } from '../wiki/wiki.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { openForCommand, wikiOf } from './open.ts'

/** Sessions from the command line; for an outside cron as well. */
export const sessions: Command = {
  usage: 'sessions list [--user NAME] | purge [--user NAME] [--all] | revoke ID | token',
  options: { user: { type: 'string' }, all: { type: 'boolean' } },
  run,
}

async function run(call: CommandCall): Promise<number> {
  const farm = await openForCommand(call)
  try {
    const wiki = wikiOf(farm, call)
    const service = wiki.parts.sessions
    const { config } = wiki.mount('')
    await (service as { prepare?(config: unknown): Promise<void> }).prepare?.(config)
    const [verb, id] = call.words
    const name = textOption(call, 'user')
    const account = name === undefined ? undefined : await wiki.parts.users.byName(name, { disabled: true })
    if (account === null) return fail(`There is no account named ${name}.`)
    if (verb === 'list') return await list(service, account?.id)
    if (verb === 'purge') return await purge(wiki, service, account?.id, call.values['all'] === true)
    if (verb === 'token') return say(purgeToken(wiki.parts.secrets, wiki.config.siteId))
    if (verb === 'revoke' && id !== undefined) {
      await service.destroySession(id)
      return say(`The session ${id} has ended.`)
    }
    return fail(`usage: servus ${sessions.usage}`)
  } finally {
    await farm.close()
  }
}

async function list(service: SessionService, account: string | undefined): Promise<number> {
  if (account === undefined || service.sessionsOf === undefined) {
    for await (const id of service.allSessionIds()) process.stdout.write(`${id}\n`)
    return 0
  }
  for await (const info of service.sessionsOf(account)) process.stdout.write(`${[info.id, info.kind, info.created.toISOString(), info.lastSeen.toISOString(), info.device].join('\t')}\n`)
  return 0
}

/** Removes what has expired; with `--all` everything, with `--user` everything of one account. */
async function purge(wiki: Wiki, service: SessionService, account: string | undefined, all: boolean): Promise<number> {
  if (!all && account === undefined) return say(`${(await service.purge?.(wiki.parts.clock.now())) ?? 0} expired sessions were removed.`)
  const ids: string[] = []
  if (account !== undefined && service.sessionsOf !== undefined) for await (const info of service.sessionsOf(account)) ids.push(info.id)
  else for await (const id of service.allSessionIds()) ids.push(id)
  for (const id of ids) await service.destroySession(id)
  return say(`${ids.length} sessions were ended.`)
}

function say(message: string): number {
  process.stdout.write(`${message}\n`)
  return 0
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
