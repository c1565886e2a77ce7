import { join, sep } from 'node:path'
import type { PluginKind } from '../api/plugin.ts'
import type { KindOf } from '../plugins/kinds.ts'
import type { Plugins } from '../plugins/plugins.ts'

/** A plugin that was found and could be loaded. */
export interface Ready<P> {
  readonly name: string
  readonly file: string
  readonly plugin: P
}

/**
 * All plugins of a kind that are asked one after the other: those of the wiki's own folder first, then by name. `broken` hears of
 * those that cannot be used, among them those that are switched off.
 */
export async function ownFirst<K extends PluginKind>(
  plugins: Plugins,
  kind: K,
  dataDir: string,
  broken: (name: string, error: Error) => void,
): Promise<readonly Ready<KindOf[K]>[]> {
  const ownFolder = join(dataDir, 'plugins', sep)
  const own: Ready<KindOf[K]>[] = []
  const others: Ready<KindOf[K]>[] = []
  for (const name of await plugins.names(kind)) {
    const loaded = await plugins.load(kind, name)
    if (loaded === null) continue
    if ('error' in loaded) broken(name, loaded.error)
    else (loaded.file.startsWith(ownFolder) ? own : others).push({ name, ...loaded })
  }
  return [...own, ...others]
}
