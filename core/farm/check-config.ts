import { isAbsolute, join, resolve } from 'node:path'
import type { HostSettings, WikiConfig, WikiSettings } from '../api/config.ts'
import { ConfigError } from '../api/errors.ts'
import { closest } from '../base/closest.ts'
import { options } from './options.ts'
import { packageFolders } from './plugin-packages.ts'

const hostKeys: readonly (keyof HostSettings)[] = ['host', 'port', 'standby', 'trustedProxies', 'logLevel']
const folders = ['dataDir', 'userDir', 'cacheDir', 'sessionDir'] as const
const folderLists = ['dataUnderlayDirs', 'pluginDirs', 'sharedIntermap'] as const

/** Refuses what no option is called and what an option cannot be; the error names file, key and cure. */
export function checkSettings(
  settings: Readonly<Record<string, unknown>>,
  file: string,
  extra: readonly string[] = hostKeys,
): void {
  const known = [...Object.keys(options), ...extra]
  for (const [key, value] of Object.entries(settings)) {
    if (!known.includes(key)) {
      const near = closest(
        key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        known,
      )
      throw new ConfigError(
        key,
        `there is no such option${near ? `; did you mean ${near}?` : '; HelpOnConfiguration lists them all'}`,
        file,
      )
    }
    const problem = value === undefined ? null : (options[key as keyof WikiSettings]?.check(value) ?? null)
    if (problem !== null) throw new ConfigError(key, problem, file)
  }
  checkHost(settings, file)
}

function checkHost({ port, standby, logLevel, trustedProxies }: HostSettings, file: string): void {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new ConfigError('port', 'must be a number from 0 to 65535', file)
  if (standby !== undefined && typeof standby !== 'boolean') throw new ConfigError('standby', 'must be true or false', file)
  if (logLevel !== undefined && !['trace', 'debug', 'info', 'warn', 'error', 'silent'].includes(logLevel))
    throw new ConfigError('logLevel', "must be one of 'trace', 'debug', 'info', 'warn', 'error', 'silent'", file)
  if (trustedProxies !== undefined && !Array.isArray(trustedProxies))
    throw new ConfigError('trustedProxies', "must be a list of addresses or networks, ['10.0.0.0/8']", file)
}

/** A method that believes the server in front must be told which server that is; without it, it would never let anybody in. */
export function checkProxies(auth: WikiSettings['auth'], { trustedProxies = [] }: HostSettings, file: string): void {
  const believer = (auth ?? []).find(({ needsTrustedProxy }) => needsTrustedProxy === true)
  if (believer === undefined || trustedProxies.length > 0) return
  throw new ConfigError(
    'trustedProxies',
    `the sign-in method "${believer.name}" believes the proxy in front of the wiki, and none is named: write trustedProxies: ['127.0.0.1'], say`,
    file,
  )
}

/**
 * One wiki's options, complete: what the file says over the defaults. Folders that the file names are relative to the data
 * folder of the command line; those it leaves out lie in the wiki's own folder.
 */
export function completeConfig(
  siteId: string,
  settings: WikiSettings,
  { dataRoot, ownFolder, file }: { readonly dataRoot: string; readonly ownFolder: string; readonly file: string },
): WikiConfig {
  const config: Record<string, unknown> = { siteId }
  for (const [key, { fallback }] of Object.entries(options)) {
    const value = settings[key as keyof WikiSettings]
    // null is a value: `editLocking: null` wants no lock, not the default one.
    config[key] = value === undefined ? fallback : value
  }
  const dataDir = settings.dataDir === undefined ? ownFolder : place(settings.dataDir, dataRoot)
  for (const key of folders)
    config[key] = settings[key] === undefined ? join(dataDir, String(options[key].fallback)) : place(settings[key], dataRoot)
  config['dataDir'] = dataDir
  if (settings.cacheDir !== undefined && settings.sessionDir === undefined)
    config['sessionDir'] = join(String(config['cacheDir']), '__session__')
  for (const key of folderLists) config[key] = (settings[key] ?? []).map((folder) => place(folder, dataRoot))
  config['plugins'] = packageFolders(settings.plugins ?? [], file)
  config['deadlines'] = { ...(options.deadlines.fallback as object), ...settings.deadlines }
  // `options` has a key for every member of WikiSettings, and `checkSettings` has seen every value.
  return config as unknown as WikiConfig
}

function place(folder: string, dataRoot: string): string {
  return isAbsolute(folder) ? folder : resolve(dataRoot, folder)
}

/** What can be configured, and still will not do what somebody hopes for: a line each, said when the wiki starts. */
export function configWarnings(wikis: readonly Pick<WikiConfig, 'cookieDomain'>[]): readonly string[] {
  const domains = new Set(wikis.map(({ cookieDomain }) => cookieDomain))
  return [...domains].flatMap((domain) => {
    const name = domain?.replace(/^\./, '') ?? ''
    if (name === '' || name.includes('.')) return []
    return [
      `cookieDomain: '${domain}' has one label, so browsers refuse the cookie on all hosts below it, and nobody stays logged in: use two, as in '.wiki.${name}' for docs.wiki.${name} and team.wiki.${name}`,
    ]
  })
}

/**
 * MoinMoin's two traps for wikis that share a cookie name: with another session folder, visiting one wiki logs the browser out of
 * the other; with another user folder, one wiki takes the other's login for a dead one and destroys it.
 */
export function checkFarm(wikis: readonly WikiConfig[], file: string): void {
  for (const [i, a] of wikis.entries()) {
    for (const b of wikis.slice(i + 1)) {
      if (a.siteId === b.siteId) throw new ConfigError('wikis', `two wikis are named "${a.siteId}"`, file)
      if (a.dataDir === b.dataDir)
        throw new ConfigError('dataDir', `the wikis ${a.siteId} and ${b.siteId} have the same data folder ${a.dataDir}`, file)
      if (a.cookieName === null || a.cookieName !== b.cookieName) continue
      const both = `the wikis ${a.siteId} and ${b.siteId} share the cookie name ${a.cookieName}`
      if (a.sessionDir !== b.sessionDir || a.sessionService !== b.sessionService || a.sessionStore !== b.sessionStore)
        throw new ConfigError(
          'sessionDir',
          `${both} but not their sessions: each visit to one would end the login in the other. Give both the same sessionDir, or each its own cookieName`,
          file,
        )
      if (a.userDir !== b.userDir)
        throw new ConfigError(
          'userDir',
          `${both} but not their accounts: one would take the other's login for a dead one and destroy it. Give both the same userDir, or each its own cookieName`,
          file,
        )
    }
  }
}
