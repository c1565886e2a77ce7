import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ConfigError } from '../api/errors.ts'
import type { PluginKind } from '../api/plugin.ts'
import { findPlugins } from '../plugins/find-plugins.ts'
import { kindNames } from '../plugins/kinds.ts'

/** A plugin to check; one that the configuration imports itself, a session store for instance, has no kind. */
export interface CheckTarget {
  readonly kind: PluginKind | null
  readonly name: string
  readonly file: string
}

/** Folders of what a configuration imports by itself. */
const importedKinds = ['auth', 'stores', 'sessions']

/** The plugins at a path: a folder of plugins (`macros/`, `actions/` … in it or in its `plugins/`), one of these folders, or one plugin. */
export async function targetsAt(path: string): Promise<readonly CheckTarget[]> {
  const place = resolve(path)
  const found = statSync(place, { throwIfNoEntry: false })
  if (found === undefined) throw new ConfigError('check', `there is no ${path}`)
  const kind = kindOf(place)
  if (kind !== undefined) return targetsIn(place, kind)
  const above = kindOf(dirname(place))
  if (above !== undefined) {
    const [name = ''] = basename(place).split('.')
    return (await targetsIn(dirname(place), above)).filter((target) => target.name === name)
  }
  if (!found.isDirectory())
    throw new ConfigError(
      'check',
      `${path} lies in no folder of a kind of plugins: ${[...kindNames, ...importedKinds].join(', ')}`,
    )
  const folders = [place, join(place, 'plugins')].flatMap((folder) =>
    [...kindNames, ...importedKinds].map((name) => join(folder, name)),
  )
  return (await Promise.all(folders.map((folder) => targetsIn(folder, kindOf(folder) ?? null)))).flat()
}

/** What configurations import from a folder of plugins: nothing else would load it. */
export async function importedIn(folder: string): Promise<readonly CheckTarget[]> {
  return (await Promise.all(importedKinds.map((kind) => targetsIn(join(folder, kind), null)))).flat()
}

/** undefined when the folder's name is none of a kind, null for a kind that configurations import. */
function kindOf(folder: string): PluginKind | null | undefined {
  const name = basename(folder)
  return kindNames.find((kind) => kind === name) ?? (importedKinds.includes(name) ? null : undefined)
}

async function targetsIn(folder: string, kind: PluginKind | null): Promise<readonly CheckTarget[]> {
  if (kind !== null) return (await findPlugins(folder, kind)).map(({ name, file }) => ({ kind, name, file }))
  return filesIn(folder)
    .filter((name) => /^[^_.][^.]*\.[cm]?[jt]s$/.test(name))
    .map((name) => ({ kind, name: name.replace(/\..*$/, ''), file: join(folder, name) }))
}

function filesIn(folder: string): readonly string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : []
}
