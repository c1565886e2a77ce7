import type { WikiFarm } from '../farm/farm.ts'
import { hasAccounts } from '../users/register.ts'

/** At the first start of a wiki without accounts: a link, good once, that creates the first superuser. */
export async function superuserLinks(farm: WikiFarm, address: string): Promise<string> {
  let links = ''
  for (const { wiki } of farm.wikis) {
    const { superusers, users } = wiki.parts
    if (superusers.names().length > 0 || (await hasAccounts(users))) continue
    const where = farm.wikis.length === 1 ? address : `<address of ${wiki.config.siteId}>/`
    links += `There are no accounts yet. This link, good once, makes the first superuser:\n  ${where}?action=newaccount&superuser=${await superusers.createTicket()}\n`
  }
  return links
}
