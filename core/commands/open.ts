import pino from 'pino'
import { ConfigError } from '../api/errors.ts'
import type { WikiFarm } from '../farm/farm.ts'
import { loadConfig } from '../farm/load-config.ts'
import { openFarm } from '../farm/open-farm.ts'
import type { Wiki } from '../wiki/wiki.ts'
import { type CommandCall, textOption } from './command.ts'

/** The farm that a command works on; its log is silent unless something goes wrong. */
export async function openForCommand(call: CommandCall): Promise<WikiFarm> {
  const plan = await loadConfig({
    configDir: textOption(call, 'config') ?? 'config',
    dataDir: textOption(call, 'data') ?? 'data',
  })
  return openFarm(plan, { log: pino({ level: 'warn' }, pino.destination(2)) })
}

/** The wiki that `--wiki` names; it may be left out when there is only one. */
export function wikiOf(farm: WikiFarm, call: CommandCall): Wiki {
  const name = textOption(call, 'wiki')
  const names = farm.wikis.map(({ wiki }) => wiki.config.siteId)
  if (name !== undefined) {
    const wiki = farm.wiki(name)
    if (wiki === null) throw new ConfigError('--wiki', `there is no wiki "${name}"; there are ${names.join(', ')}`)
    return wiki
  }
  const [only, ...more] = farm.wikis
  if (only === undefined || more.length > 0)
    throw new ConfigError('--wiki', `this farm has several wikis: name one of ${names.join(', ')}`)
  return only.wiki
}
