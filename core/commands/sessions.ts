import type { SessionConfig, SessionInfo, SessionService } from '../api/session.ts'
import { CookieSessionService, MemorySessionService } from '../session/index.ts'
import { endSessions } from '../users/account-changes.ts'
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
    await service.prepare?.(config)
    const [verb, id] = call.words
    const name = textOption(call, 'user')
    const account = name === undefined ? undefined : await wiki.parts.users.byName(name, { disabled: true })
    if (account === null) return fail(`There is no account named ${name}.`)
    if (verb === 'list' || verb === 'purge' || verb === 'revoke') sayWhatIsNotSeen(service)
    if (verb === 'list') return await list(wiki, account?.id)
    if (verb === 'purge') return await purge(wiki, account?.id, call.values['all'] === true)
    if (verb === 'token') return say(purgeToken(wiki.parts.secrets, wiki.config.siteId))
    if (verb === 'revoke' && id !== undefined) return await revoke(wiki, id)
    return fail(`usage: servus ${sessions.usage}`)
  } finally {
    await farm.close()
  }
}

/** An empty list must not be taken for an empty wiki. */
function sayWhatIsNotSeen(service: SessionService): void {
  if (service instanceof MemorySessionService)
    process.stderr.write(
      'Sessions of this wiki are in the memory of the processes that serve it: this command sees none of them. Superusers do, on the page "Where you are signed in".\n',
    )
  if (service instanceof CookieSessionService)
    process.stderr.write('Sessions of this wiki are in the cookies of its visitors: nobody can list them.\n')
}

/** What `list` says of each session; a service that knows ids only gives those. For people each column has a width. */
const columns: readonly (readonly [name: string, width: number])[] = [
  ['ID', 43],
  ['kind', 9],
  ['account', 20],
  ['first seen', 24],
  ['last seen', 24],
  ['browser', 0],
]

/** A line for each session: with a head and in columns on a terminal, with tabs and nothing else for programs. */
async function list(wiki: Wiki, account: string | undefined): Promise<number> {
  const { users } = wiki.parts
  const names = new Map<string, string>()
  const isForPeople = process.stdout.isTTY === true
  const print = (cells: readonly string[]): void => {
    const padded = cells.map((cell, at) => cell.padEnd(columns[at]?.[1] ?? 0))
    process.stdout.write(isForPeople ? `${padded.join('  ').trimEnd()}\n` : `${cells.join('\t')}\n`)
  }
  let count = 0
  for await (const { id, info } of sessionsOf(wiki, account)) {
    if (count++ === 0 && isForPeople) print(columns.slice(0, info === null ? 1 : undefined).map(([name]) => name))
    if (info === null) {
      print([id])
      continue
    }
    if (!names.has(info.user)) names.set(info.user, info.user === '' ? '' : ((await users.byId(info.user))?.name ?? info.user))
    const { kind, user, created, lastSeen, device } = info
    print([id, kind, names.get(user) ?? '', created.toISOString(), lastSeen.toISOString(), device])
  }
  return 0
}

/** Removes what has expired; with `--all` everything of this wiki, with `--user` everything of one account. */
async function purge(wiki: Wiki, account: string | undefined, all: boolean): Promise<number> {
  const { sessions: service, users, clock } = wiki.parts
  if (!all && account === undefined) return say(`${(await service.purge?.(clock.now())) ?? 0} expired sessions were removed.`)
  const ids: string[] = []
  for await (const { id } of sessionsOf(wiki, account)) ids.push(id)
  for (const id of ids) await service.destroySession(id)
  // What no list shows (a cookie that carries its own record) ends with the account's epoch.
  if (account !== undefined) await endSessions(users, account)
  return say(`${ids.length} sessions were ended.`)
}

async function revoke(wiki: Wiki, wanted: string): Promise<number> {
  for await (const { id, info } of sessionsOf(wiki, undefined)) {
    if (id !== wanted && info?.handle !== wanted) continue
    await wiki.parts.sessions.destroySession(id)
    return say(`The session ${wanted} has ended.`)
  }
  return fail(`There is no session ${wanted}: it may have ended already.`)
}

/** The sessions of this wiki, or of one account in it. */
async function* sessionsOf(wiki: Wiki, account: string | undefined): AsyncGenerator<{ id: string; info: SessionInfo | null }> {
  const { config } = wiki.mount('')
  const service: SessionService & { sessions?(config: SessionConfig): AsyncIterable<SessionInfo> } = wiki.parts.sessions
  const infos = account !== undefined ? (service.sessionsOf?.(account, config) ?? []) : service.sessions?.(config)
  if (infos !== undefined) for await (const info of infos) yield { id: info.id, info }
  else for await (const id of service.allSessionIds(config)) yield { id, info: null }
}

function say(message: string): number {
  process.stdout.write(`${message}\n`)
  return 0
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
