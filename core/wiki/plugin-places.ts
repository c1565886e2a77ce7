import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WikiConfig } from '../api/config.ts'
import type { PluginPlace } from '../plugins/plugins.ts'

/** Where the plugins of a wiki lie, the first place that has a name wins. `safe`: the built-in ones alone. */
export function pluginPlaces(config: Readonly<WikiConfig>, safe = false): readonly PluginPlace[] {
  const own = safe ? [] : [join(config.dataDir, 'plugins'), ...config.pluginDirs]
  return [
    ...own.map((folder) => ({ name: folder, folderOf: (kind: string) => join(folder, kind) })),
    {
      name: 'built-in',
      isBuiltIn: true,
      folderOf: (kind) => fileURLToPath(new URL(`../../${kind === 'macros' ? 'macros' : `plugins/${kind}`}`, import.meta.url)),
    },
  ]
}
