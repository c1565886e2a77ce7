import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { ConfigError } from '../api/errors.ts'

/** Folders of npm packages with plugins, looked for as an import in the configuration would be. A path is a folder as it is. */
export function packageFolders(names: readonly string[], configFile: string): readonly string[] {
  return names.map((name) => {
    if (isAbsolute(name) || name.startsWith('.')) return existing(resolve(dirname(configFile), name), name, configFile)
    const folders = createRequire(resolve(configFile)).resolve.paths(name) ?? []
    const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')))
    if (found === undefined)
      throw new ConfigError(
        'plugins',
        `there is no package "${name}": npm install it in ${resolve(dirname(configFile))}`,
        configFile,
      )
    return found
  })
}

function existing(folder: string, name: string, configFile: string): string {
  if (existsSync(folder)) return folder
  throw new ConfigError('plugins', `there is no folder "${name}" beside the configuration`, configFile)
}
