import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import type { WikiConfig } from '../api/config.ts'
import type { SettingFacts, SystemFacts } from '../api/macro-services.ts'
import type { MoinPageStore } from '../pages/moin-page-store.ts'
import type { PageSearch } from '../search/page-search.ts'

/** What each option of the configuration means: as the check of configurations knows it. */
export type OptionHelp = Readonly<
  Record<string, { readonly type: string; readonly fallback: unknown; readonly meaning: string; readonly example: string }>
>

/** Options whose values are nobody's to read on a page, or are no text. */
const unshown: ReadonlySet<string> = new Set([
  'secrets',
  'pluginSettings',
  'metricsToken',
  'auth',
  'sessionService',
  'sessionStore',
])

/** The options in their order; values for superusers only, secrets for nobody. */
export function settingFacts(config: Readonly<WikiConfig>, help: OptionHelp, isSuperUser: boolean): readonly SettingFacts[] {
  return Object.entries(help).map(([name, { type, fallback, meaning, example }]) => {
    // Every option of the table is one of the configuration.
    const value = config[name as keyof WikiConfig]
    return {
      name,
      type,
      meaning,
      example,
      fallback: write(fallback),
      value: isSuperUser && !unshown.has(name) ? write(value) : null,
      isDefault: write(value) === write(fallback),
    }
  })
}

const write = (value: unknown): string => inspect(value, { depth: 2, breakLength: 100, maxArrayLength: 30, maxStringLength: 300 })

export async function systemFacts(
  { store, search }: { readonly store: Pick<MoinPageStore, 'names'>; readonly search: PageSearch },
  isSuperUser: boolean,
): Promise<SystemFacts> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  if (!isSuperUser) return { servus: version, node: process.versions.node, sizes: null }
  const [own, all] = await Promise.all([store.names({ underlay: false }), store.names()])
  let textBytes = 0
  for (const { size } of search.index.entries.values()) textBytes += size
  const sizes = {
    pages: own.length,
    systemPages: all.length - own.length,
    textBytes,
    memoryBytes: process.memoryUsage().rss,
    indexedPages: search.index.entries.size,
  }
  return { servus: version, node: process.versions.node, sizes }
}
