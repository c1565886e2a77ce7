import { dirname } from 'node:path'
import type { WikiConfig } from '../api/config.ts'
import type { ThemePlugin } from '../api/theme.ts'
import type { User } from '../api/user.ts'
import { pluginBroken } from '../api/errors.ts'
import type { Loaded, Plugins } from '../plugins/plugins.ts'
import { FragmentCache } from '../render/fragment-cache.ts'
import { Theme } from '../render/theme.ts'
import { ThemeFiles } from './theme-files.ts'

/** A theme with the addresses of its files. */
export interface ReadyTheme {
  readonly theme: Theme
  /** Below the wiki's root. */
  readonly stylesheets: readonly string[]
  readonly scripts: readonly string[]
}

const last = 'default'

/** The themes of one wiki, each made ready at its first use. */
export class Themes {
  readonly files = new ThemeFiles()
  readonly #fragments: FragmentCache
  readonly #plugins: Plugins
  readonly #config: Readonly<WikiConfig>
  readonly #ready = new Map<string, Promise<ReadyTheme>>()

  constructor(plugins: Plugins, config: Readonly<WikiConfig>, now: () => number) {
    this.#fragments = new FragmentCache(now)
    this.#plugins = plugins
    this.#config = config
  }

  /** The visitor's theme; the wiki's when they chose none or it is gone. */
  async for(user: User): Promise<ReadyTheme> {
    const wanted = this.#config.themeForce || user.themeName === '' ? this.#config.themeDefault : user.themeName
    const { health } = this.#plugins
    const known = this.#ready.get(wanted)
    if (known !== undefined && health.offBecause('themes', wanted) === null) return known
    for (const name of [wanted, this.#config.themeDefault])
      try {
        if ((await this.#plugins.file('themes', name)) !== null && health.offBecause('themes', name) === null)
          return await this.get(name)
      } catch (error) {
        health.fault('themes', name, error, { message: 'theme cannot be used' })
      }
    return this.get(last)
  }

  get(name: string): Promise<ReadyTheme> {
    let ready = this.#ready.get(name)
    if (ready === undefined) {
      this.#ready.set(name, (ready = this.#make(name)))
      ready.catch(() => this.#ready.delete(name))
    }
    return ready
  }

  async #make(name: string): Promise<ReadyTheme> {
    const chain = await this.#chain(name)
    const [{ plugin } = { plugin: null }] = chain
    if (plugin === null) throw pluginBroken('themes', name, '', 'there is no such theme')
    const folders = chain.map(({ folder }) => folder)
    const files = this.files.add(name, folders)
    const addresses = async (names: readonly string[]): Promise<string[]> => {
      const found = await Promise.all(names.map((file) => files.address(file)))
      return found.flatMap((address) => (address === null ? [] : `/+static/${name}/${address}`))
    }
    const bases = chain.slice(1).reverse()
    return {
      theme: new Theme(name, plugin, folders, this.#fragments, (error) =>
        this.#plugins.health.fault('themes', name, error, { message: 'theme failed' }),
      ),
      // A theme's own rules come after those of what it builds on.
      stylesheets: await addresses([...bases.flatMap((base) => base.plugin.stylesheets), ...plugin.stylesheets]),
      scripts: await addresses([...new Set([...bases.flatMap((base) => base.plugin.scripts ?? []), ...(plugin.scripts ?? [])])]),
    }
  }

  async #chain(name: string): Promise<{ plugin: ThemePlugin; folder: string }[]> {
    const chain: { plugin: ThemePlugin; folder: string }[] = []
    const seen = new Set<string>()
    for (let next: string | undefined = name; next !== undefined && !seen.has(next); ) {
      seen.add(next)
      const loaded: Loaded<ThemePlugin> | null = await this.#plugins.load('themes', next)
      if (loaded === null) break
      if ('error' in loaded) throw loaded.error
      chain.push({ plugin: loaded.plugin, folder: dirname(loaded.file) })
      next = loaded.plugin.base ?? (next === last ? undefined : last)
    }
    return chain
  }
}
