import type { WikiFarm } from '../farm/farm.ts'
import { hasAccounts } from '../users/register.ts'
import type { Wiki } from '../wiki/wiki.ts'

/** At the first start of wikis without accounts: a link, good once, that creates the first superuser. Wikis that share accounts share it. */
export async function superuserLinks(farm: WikiFarm, address: string): Promise<string> {
  let links = ''
  for (const wikis of byAccounts(farm)) {
    const without = wikis.filter(({ parts }) => parts.superusers.names().length === 0)
    const [first, ...others] = without
    if (first === undefined) continue
    const names = without.map(({ config }) => config.siteId).join(', ')
    if (await hasAccounts(first.parts.users)) {
      if (without.length < wikis.length)
        links += `There are accounts already, shared with other wikis, but no superuser of ${names}: name one in the configuration, superuser: ['NAME'].\n`
      continue
    }
    const ofAll = others.length === 0 ? '' : ` of ${names}, which share their accounts`
    const where = farm.addressOf(first, address) ?? (farm.wikis.length === 1 ? address : `<address of ${first.config.siteId}>/`)
    const ticket = await first.parts.superusers.createTicket(others.map(({ config }) => config.dataDir))
    links += `There are no accounts yet. This link, good once, makes the first superuser${ofAll}:\n  ${where}?action=newaccount&superuser=${ticket}\n`
  }
  return links
}

function byAccounts(farm: WikiFarm): readonly (readonly Wiki[])[] {
  const groups = new Map<string, Wiki[]>()
  for (const { wiki } of farm.wikis) groups.set(wiki.config.userDir, [...(groups.get(wiki.config.userDir) ?? []), wiki])
  return [...groups.values()]
}
