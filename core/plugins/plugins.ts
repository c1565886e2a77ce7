import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { pluginBroken } from '../api/errors.ts'
import type { PluginKind } from '../api/plugin.ts'
import { findPlugins, type PluginFile } from './find-plugins.ts'
import { type KindOf, kinds } from './kinds.ts'

/** A place where plugins lie: the first in the list that has a name wins. */
export interface PluginPlace {
  folderOf(kind: PluginKind): string | null
}

/** A plugin loaded, or the reason why it is not. */
export type Loaded<P> = { readonly file: string; readonly plugin: P } | { readonly file: string; readonly error: Error }

/**
 * The plugins of one wiki: found by name in its folders (the first folder that has the name wins, as in MoinMoin), loaded at
 * first use, so that a wiki starts as fast with a hundred plugins as with one.
 */
export class Plugins {
  readonly #places: readonly PluginPlace[]
  readonly #names = new Map<PluginKind, Promise<ReadonlyMap<string, PluginFile>>>()
  readonly #stamps = new Map<PluginKind, string>()
  readonly #loaded = new Map<string, Promise<Loaded<unknown>>>()

  constructor(places: readonly PluginPlace[]) {
    this.#places = places
  }

  /** The names of a kind, sorted. */
  async names(kind: PluginKind): Promise<readonly string[]> {
    return [...(await this.#files(kind)).keys()].sort()
  }

  /** The file that a name stands for; null when there is no such plugin. */
  async file(kind: PluginKind, name: string): Promise<string | null> {
    return (await this.#files(kind)).get(name)?.file ?? null
  }

  /** The plugin, or why it cannot be loaded; null when there is none of this name. */
  async load<K extends PluginKind>(kind: K, name: string): Promise<Loaded<KindOf[K]> | null> {
    const found = (await this.#files(kind)).get(name) ?? (await this.#lookAgain(kind)).get(name)
    if (found === undefined) return null
    const key = `${kind}/${name}`
    let loaded = this.#loaded.get(key)
    if (loaded === undefined) this.#loaded.set(key, (loaded = load(kind, found)))
    // The shape was checked by `load` for this very kind.
    return loaded as Promise<Loaded<KindOf[K]>>
  }

  /** A file dropped into a folder since the last look is found on the next view; folders that did not change are not read again. */
  async #lookAgain(kind: PluginKind): Promise<ReadonlyMap<string, PluginFile>> {
    const stamp = stampOf(this.#folders(kind))
    if (stamp !== this.#stamps.get(kind)) this.#names.delete(kind)
    return this.#files(kind)
  }

  #folders(kind: PluginKind): readonly string[] {
    return this.#places.flatMap((place) => place.folderOf(kind) ?? [])
  }

  #files(kind: PluginKind): Promise<ReadonlyMap<string, PluginFile>> {
    let names = this.#names.get(kind)
    if (names === undefined) this.#names.set(kind, (names = this.#find(kind)))
    return names
  }

  async #find(kind: PluginKind): Promise<ReadonlyMap<string, PluginFile>> {
    this.#stamps.set(kind, stampOf(this.#folders(kind)))
    const names = new Map<string, PluginFile>()
    for (const folder of this.#folders(kind))
      for (const plugin of await findPlugins(folder, kind)) if (!names.has(plugin.name)) names.set(plugin.name, plugin)
    return names
  }
}

function stampOf(folders: readonly string[]): string {
  return folders.map((folder) => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0).join(' ')
}

async function load(kind: PluginKind, { name, file }: PluginFile): Promise<Loaded<unknown>> {
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
    const plugin = isPlugin(kind, module['default']) ? module['default'] : module
    if (!isPlugin(kind, plugin)) throw pluginBroken(kind, name, file, `it exports no ${kinds[kind].wanted}`)
    return { file, plugin }
  } catch (error) {
    return { file, error: error instanceof Error ? error : new Error(String(error)) }
  }
}

function isPlugin(kind: PluginKind, candidate: unknown): boolean {
  if (typeof candidate !== 'object' || candidate === null) return false
  return kinds[kind].isPlugin((name) => (candidate as Record<string, unknown>)[name])
}
