import { existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FarmSettings, HostSettings, WikiConfig } from '../api/config.ts'
import { ConfigError } from '../api/errors.ts'
import { checkFarm, checkProxies, checkSettings, completeConfig } from './check-config.ts'
import type { SingleWikiSettings } from './define.ts'

/** A farm as configured, checked; a single wiki is a farm of one whose address matches everything. */
export interface FarmPlan {
  readonly file: string
  readonly host: HostSettings
  readonly dataDir: string
  readonly wikis: readonly { readonly config: WikiConfig; readonly url: RegExp }[]
}

/**
 * Reads `farmconfig` or else `wikiconfig` (`.ts`, `.js`, `.mjs`) in `configDir`. Where there is no folder `config` yet, the one that
 * comes with the program says what a wiki is like. Throws a ConfigError that names file and key.
 */
export async function loadConfig(folders: { configDir: string; dataDir: string }): Promise<FarmPlan> {
  const dataDir = resolve(folders.dataDir)
  const configDir = folders.configDir === 'config' && !existsSync('config') ? shippedConfig : folders.configDir
  const farmFile = await findFile(configDir, 'farmconfig')
  if (farmFile !== null) return planFarm((await importSettings(farmFile)) as FarmSettings, farmFile, dataDir)
  const file = await findFile(configDir, 'wikiconfig')
  if (file === null)
    throw new ConfigError(
      '',
      `there is no wikiconfig.ts and no farmconfig.ts in ${resolve(configDir)}: name another folder with --config`,
    )
  return planWiki((await importSettings(file)) as SingleWikiSettings, file, dataDir)
}

const shippedConfig = fileURLToPath(new URL('../../config', import.meta.url))

/** One wiki from settings in hand, as `wikiconfig.ts` would give them. */
export function planWiki(settings: SingleWikiSettings, file: string, dataDir: string): FarmPlan {
  checkSettings({ ...settings }, file)
  checkProxies(settings.auth, settings, file)
  return {
    file,
    host: settings,
    dataDir,
    wikis: [{ config: completeConfig('wiki', settings, { dataRoot: dataDir, ownFolder: dataDir, file }), url: /^/ }],
  }
}

/** A farm from settings in hand, as `farmconfig.ts` would give them. */
export function planFarm(settings: FarmSettings, file: string, dataDir: string): FarmPlan {
  const { common = {}, wikis, ...host } = settings
  if (!Array.isArray(wikis) || wikis.length === 0)
    throw new ConfigError(
      'wikis',
      "must be a list of [name, URL regex, settings], [['docs', /^https?:\\/\\/docs\\./]] for one",
      file,
    )
  checkSettings({ ...host }, file)
  checkSettings({ ...common }, file, [])
  const planned = wikis.map((entry: FarmSettings['wikis'][number]) => {
    const [name, url, own = {}] = entry
    if (typeof name !== 'string' || !/^[\w-]+$/.test(name))
      throw new ConfigError('wikis', `"${String(name)}" is no name for a wiki: use letters, digits, - and _`, file)
    if (!(url instanceof RegExp))
      throw new ConfigError('wikis', `the wiki ${name} needs a regular expression for its address, not ${String(url)}`, file)
    checkSettings({ ...own }, `${file}, wiki ${name}`, [])
    checkProxies(own.auth ?? common.auth, host, `${file}, wiki ${name}`)
    return {
      config: completeConfig(name, { ...common, ...own }, { dataRoot: dataDir, ownFolder: join(dataDir, name), file }),
      url,
    }
  })
  checkFarm(
    planned.map(({ config }) => config),
    file,
  )
  return { file, host, dataDir, wikis: planned }
}

async function findFile(folder: string, name: string): Promise<string | null> {
  for (const extension of ['ts', 'js', 'mjs']) {
    const file = resolve(folder, `${name}.${extension}`)
    try {
      await access(file)
      return file
    } catch {
      // Not this one.
    }
  }
  return null
}

async function importSettings(file: string): Promise<unknown> {
  let module: { default?: unknown }
  try {
    module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default?: unknown }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError('', `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, file)
  }
  if (typeof module.default !== 'object' || module.default === null)
    throw new ConfigError('', 'has no default export: write `export default defineWiki({ … })`', file)
  return module.default
}
