import { configWarnings } from '../farm/check-config.ts'
import type { WikiFarm } from '../farm/farm.ts'
import { superuserLinks } from './superuser-links.ts'

/** What a person who starts a wiki or farm should know, besides its address. */
export async function greeting(farm: WikiFarm, address: string): Promise<string> {
  const warnings = configWarnings(farm.wikis.map(({ wiki }) => wiki.config)).map((warning) => `Warning: ${warning}\n`)
  return [...warnings, ...addresses(farm, address), await superuserLinks(farm, address)].join('')
}

/** Of wikis that are elsewhere than the program as such. */
function addresses(farm: WikiFarm, address: string): readonly string[] {
  return farm.wikis.flatMap(({ wiki }) => {
    const own = farm.addressOf(wiki, address)
    return own === null || own === address ? [] : [`  ${wiki.config.siteId}: ${own}\n`]
  })
}
