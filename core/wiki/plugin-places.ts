import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WikiConfig } from '../api/config.ts'
import type { PluginPlace } from '../plugins/plugins.ts'

/** Where the plugins of a wiki lie, the first place that has a name wins. `safe`: the built-in ones alone. */
export function pluginPlaces(config: Readonly<WikiConfig>, safe = false): readonly PluginPlace[] {
  const own = safe ? [] : [join(config.dataDir, 'plugins'), ...config.pluginDirs]
  return [
    ...own.map((folder) => ({ name: folder, folderOf: (kind: string) => join(folder, kind) })),
    ...(safe ? [] : config.plugins.map(packagePlace)),
    {
      name: 'built-in',
      isBuiltIn: true,
      folderOf: (kind) => fileURLToPath(new URL(`../../${kind === 'macros' ? 'macros' : `plugins/${kind}`}`, import.meta.url)),
    },
  ]
}

interface PackageFacts {
  readonly name?: string
  readonly version?: string
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
}

/** The folders of kinds lie in the package itself, or in a folder `plugins` of it. */
function packagePlace(folder: string): PluginPlace {
  const file = join(folder, 'package.json')
  // Whatever is missing in it is not said.
  const facts: PackageFacts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PackageFacts) : {}
  const inner = join(folder, 'plugins')
  const root = existsSync(inner) ? inner : folder
  return {
    name: `${facts.name ?? basename(folder)}${facts.version === undefined ? '' : ` ${facts.version}`}`,
    range: facts.peerDependencies?.['servus'] ?? facts.engines?.['servus'] ?? null,
    folderOf: (kind) => join(root, kind),
  }
}
