import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { pluginBroken, pluginDenied } from '../api/errors.ts'
import type { PluginKind } from '../api/plugin.ts'
import type { PluginView } from '../api/plugin-view.ts'
import { systemClock } from '../base/clock.ts'
import { declaredRange, refuseOtherHosts } from './declared-range.ts'
import { findPlugins, type PluginFile } from './find-plugins.ts'
import { type KindOf, kindNames, kinds } from './kinds.ts'
import { type HealthParts, PluginHealth } from './plugin-health.ts'
import { PluginTexts } from './plugin-texts.ts'

/** A place where plugins lie: the first in the list that has a name wins. */
export interface PluginPlace {
  /** What people call it: a folder, the name of a package, `built-in`. */
  readonly name?: string
  /** The host's own: always allowed, and not watched. */
  readonly isBuiltIn?: boolean
  /** The hosts that everything in it is for, as its package declares. */
  readonly range?: string | null
  folderOf(kind: PluginKind): string | null
}

/** A plugin loaded, or the reason why it is not. */
export type Loaded<P> = { readonly file: string; readonly plugin: P } | { readonly file: string; readonly error: Error }

/** What a wiki says about its plugins. */
export interface PluginRules extends Partial<Omit<HealthParts, 'source'>> {
  /** This host's version. */
  readonly host?: string
  /** Entries like `macros/Weather` and `macros/*`; null: all. */
  readonly allowed?: readonly string[] | null
  readonly denied?: readonly string[]
  /** Told what a plugin exports as `settings`; throws what keeps it from being used. */
  readonly declares?: (kind: PluginKind, name: string, file: string, settings: unknown) => void
}

/** One plugin of the list. */
export interface PluginFacts
  extends Pick<PluginView, 'kind' | 'name' | 'file' | 'place' | 'isBuiltIn' | 'overrides' | 'isChanged'> {
  /** Why it is not used; null when it is. `when` says which of the reasons it is. */
  readonly refused: { readonly when: 'off' | 'denied' | 'too-new' | 'broken'; readonly why: string } | null
}

interface Found extends PluginFile {
  readonly place: PluginPlace
  readonly overrides: readonly string[]
}

interface Ready {
  readonly found: Found
  readonly loaded: Loaded<unknown>
}

/**
 * The plugins of one wiki: found by name in its places (the first that has the name wins, as in MoinMoin), loaded at first use, so
 * that a wiki starts as fast with a hundred plugins as with one. `health` says how they are doing, and is the way to call one.
 */
export class Plugins {
  readonly health: PluginHealth
  readonly texts = new PluginTexts()
  readonly #places: readonly PluginPlace[]
  readonly #rules: PluginRules
  readonly #names = new Map<PluginKind, Promise<ReadonlyMap<string, Found>>>()
  readonly #found = new Map<PluginKind, ReadonlyMap<string, Found>>()
  readonly #stamps = new Map<PluginKind, string>()
  readonly #loaded = new Map<string, Promise<Loaded<unknown>>>()
  readonly #ready = new Map<PluginKind, Map<string, Ready>>()
  readonly #broken = new Map<string, Error>()
  /** When the files that were read had been changed last. */
  readonly #changes = new Map<string, number>()

  constructor(places: readonly PluginPlace[], rules: PluginRules = {}) {
    this.#places = places
    this.#rules = rules
    this.health = new PluginHealth({
      wiki: '',
      clock: systemClock,
      log: { error: () => {}, warn: () => {} },
      ...rules,
      source: (kind, name) => {
        const found = this.#found.get(kind)?.get(name)
        return found === undefined ? null : { file: found.file, isBuiltIn: found.place.isBuiltIn === true }
      },
    })
  }

  /** The names of a kind, sorted. */
  async names(kind: PluginKind): Promise<readonly string[]> {
    return [...(await this.#files(kind)).keys()].sort()
  }

  /** The file that a name stands for; null when there is no such plugin. */
  async file(kind: PluginKind, name: string): Promise<string | null> {
    return (await this.#files(kind)).get(name)?.file ?? null
  }

  /** The plugin, or why it cannot be used; null when there is none of this name. */
  async load<K extends PluginKind>(kind: K, name: string): Promise<Loaded<KindOf[K]> | null> {
    const found = (await this.#files(kind)).get(name) ?? (await this.#lookAgain(kind)).get(name)
    if (found === undefined) return null
    const refused = this.#refusal(kind, found)
    if (refused !== null) return { file: found.file, error: refused }
    const key = `${kind}/${name}`
    let loaded = this.#loaded.get(key)
    if (loaded === undefined) this.#loaded.set(key, (loaded = this.#load(kind, found)))
    // The shape was checked by `load` for this very kind.
    return loaded as Promise<Loaded<KindOf[K]>>
  }

  /** The same at once, for what was loaded before; undefined when it must be waited for. A page may ask some hundred times. */
  peek<K extends PluginKind>(kind: K, name: string): Loaded<KindOf[K]> | undefined {
    const ready = this.#ready.get(kind)?.get(name)
    if (ready === undefined) return undefined
    const refused = this.#refusal(kind, ready.found)
    // The shape was checked when it was loaded for this very kind.
    return refused === null ? (ready.loaded as Loaded<KindOf[K]>) : { file: ready.found.file, error: refused }
  }

  /** Every plugin of every kind, with why it is not used. What was not loaded so far may still turn out to be broken. */
  async list(): Promise<readonly PluginFacts[]> {
    const facts: PluginFacts[] = []
    for (const kind of kindNames)
      for (const found of (await this.#lookAgain(kind)).values()) {
        const { name, file, place, overrides } = found
        const { isBuiltIn = false, name: placeName = '' } = place
        const refused = this.#refused(kind, found)
        const isChanged = !isBuiltIn && changeOf(file) > (this.#changes.get(file) ?? Number.POSITIVE_INFINITY)
        facts.push({ kind, name, file, place: placeName, isBuiltIn, overrides, refused, isChanged })
      }
    return facts.sort((a, b) => (a.kind === b.kind ? compare(a.name, b.name) : compare(a.kind, b.kind)))
  }

  /** Whose file stands first in a stack; null when it is none of these plugins'. The host's own are not looked for. */
  blame(stack: string): { readonly kind: PluginKind; readonly name: string } | null {
    const places: { at: number; kind: PluginKind; name: string }[] = []
    for (const [kind, found] of this.#found)
      for (const { name, file, place } of found.values()) {
        if (place.isBuiltIn === true) continue
        const folder = /[/\\](?:index|theme)\.m?[jt]s$/.test(file) ? file.replace(/[^/\\]+$/, '') : file
        const at = [folder, pathToFileURL(folder).href].map((text) => stack.indexOf(text)).filter((index) => index >= 0)
        if (at.length > 0) places.push({ at: Math.min(...at), kind, name })
      }
    return places.sort((a, b) => a.at - b.at)[0] ?? null
  }

  #refused(kind: PluginKind, found: Found): PluginFacts['refused'] {
    const error = this.#refusal(kind, found) ?? this.#broken.get(`${kind}/${found.name}`) ?? null
    if (error === null) return null
    const code = 'code' in error ? error.code : ''
    const when =
      code === 'plugin-off' ? 'off' : code === 'plugin-denied' ? 'denied' : code === 'plugin-too-new' ? 'too-new' : 'broken'
    return { when, why: error.message }
  }

  /** What can change while the host runs, or needs no look at the file. */
  #refusal(kind: PluginKind, { name, place }: Found): Error | null {
    if (place.isBuiltIn === true && essential.has(`${kind}/${name}`)) return null
    const { allowed = null, denied = [] } = this.#rules
    if (denied.length > 0 && isListed(denied, kind, name)) return pluginDenied(`${kind}/${name}`)
    if (allowed !== null && place.isBuiltIn !== true && !isListed(allowed, kind, name)) return pluginDenied(`${kind}/${name}`)
    return this.health.offBecause(kind, name)
  }

  async #load(kind: PluginKind, found: Found): Promise<Loaded<unknown>> {
    const { name, file, place } = found
    const isThere = this.health.loads(kind, name)
    if (place.isBuiltIn !== true) this.#changes.set(file, changeOf(file))
    try {
      const { host } = this.#rules
      if (place.isBuiltIn !== true && host !== undefined)
        for (const range of [place.range ?? null, await declaredRange(file)]) await refuseOtherHosts(kind, name, range, host)
      const { plugin, settings } = await loadPlugin(kind, { name, file })
      this.#rules.declares?.(kind, name, file, settings)
      const loaded = { file, plugin }
      const ofKind = this.#ready.get(kind) ?? new Map<string, Ready>()
      this.#ready.set(kind, ofKind.set(name, { found, loaded }))
      return loaded
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      this.#broken.set(`${kind}/${name}`, error)
      this.health.cannotLoad(error)
      return { file, error }
    } finally {
      isThere()
    }
  }

  /** A file dropped into a folder since the last look is found on the next view; folders that did not change are not read again. */
  async #lookAgain(kind: PluginKind): Promise<ReadonlyMap<string, Found>> {
    const stamp = stampOf(this.#folders(kind))
    if (stamp !== this.#stamps.get(kind)) this.#names.delete(kind)
    return this.#files(kind)
  }

  #folders(kind: PluginKind): readonly string[] {
    return this.#places.flatMap((place) => place.folderOf(kind) ?? [])
  }

  #files(kind: PluginKind): Promise<ReadonlyMap<string, Found>> {
    let names = this.#names.get(kind)
    if (names === undefined) this.#names.set(kind, (names = this.#find(kind)))
    return names
  }

  async #find(kind: PluginKind): Promise<ReadonlyMap<string, Found>> {
    this.#stamps.set(kind, stampOf(this.#folders(kind)))
    const names = new Map<string, Found & { overrides: string[] }>()
    for (const place of this.#places) {
      const folder = place.folderOf(kind)
      if (folder === null) continue
      for (const plugin of await findPlugins(folder, kind)) {
        const first = names.get(plugin.name)
        if (first === undefined) names.set(plugin.name, { ...plugin, place, overrides: [] })
        else first.overrides.push(plugin.file)
      }
    }
    this.#found.set(kind, names)
    return names
  }
}

/** Built-in ones without which nobody could read a page, or put anything right. */
export const essential: ReadonlySet<string> = new Set(['actions/login', 'actions/plugins', 'parsers/plain', 'themes/default'])

/** Entries are `KIND/NAME`, or `KIND/*` for all of a kind. */
function isListed(entries: readonly string[], kind: PluginKind, name: string): boolean {
  return entries.includes(`${kind}/${name}`) || entries.includes(`${kind}/*`)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function stampOf(folders: readonly string[]): string {
  return folders.map(changeOf).join(' ')
}

/** 0: it is gone. */
function changeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

async function loadPlugin(kind: PluginKind, { name, file }: PluginFile): Promise<{ plugin: unknown; settings: unknown }> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
  const plugin = isPlugin(kind, module['default']) ? module['default'] : module
  if (!isPlugin(kind, plugin)) throw pluginBroken(kind, name, file, `it exports no ${kinds[kind].wanted}`)
  return { plugin, settings: module['settings'] }
}

function isPlugin(kind: PluginKind, candidate: unknown): boolean {
  if (typeof candidate !== 'object' || candidate === null) return false
  return kinds[kind].isPlugin((name) => (candidate as Record<string, unknown>)[name])
}
