import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { badPluginSettings, pluginBroken, undeclaredSettings } from '../api/errors.ts'
import type { Field, Schema, SchemaValues } from '../api/schema.ts'
import { writeFileAtomicSync } from '../base/atomic-file.ts'
import { closest } from '../base/closest.ts'
import { isSchema } from './declared-arguments.ts'
import { readField } from './read-field.ts'
import { schemaFields } from './schema-fields.ts'

/** Values as they are given, before the schema has made anything of them. */
export type GivenSettings = Readonly<Record<string, unknown>>

/** The settings that one plugin declares, and what they are at the moment. */
export interface DeclaredSettings {
  /** `macros/Weather`; of several plugins that share a declaration the first. */
  readonly key: string
  readonly fields: readonly Field[]
  /** What a superuser has set and what the configuration says; the configuration wins. */
  readonly given: GivenSettings
  /** Names that the configuration gives: nobody changes them here. */
  readonly fixed: readonly string[]
}

export interface PluginSettingsParts {
  /** `<dataDir>/servus/plugin-settings.json`. */
  readonly file: string
  /** `pluginSettings` of the configuration: values by name, by `KIND/NAME` of the plugin. */
  readonly configured: Readonly<Record<string, GivenSettings>>
}

/**
 * What the plugins of one wiki are set to. A plugin exports a schema as `settings`; values come from the configuration, which wins, and
 * from a form for superusers, which is kept in a small file that is looked at again when it changed.
 */
export class PluginSettings {
  readonly #parts: PluginSettingsParts
  /** Keys by declaration: a macro and a job may export the same. */
  readonly #keys = new Map<Schema, string[]>()
  readonly #values = new Map<Schema, unknown>()
  #stored: Readonly<Record<string, GivenSettings>> = {}
  #stamp = ''
  #looked = 0

  constructor(parts: PluginSettingsParts) {
    this.#parts = parts
  }

  /** Called with what a plugin exports as `settings` when it is loaded. Throws what keeps the plugin from being used. */
  declare(kind: string, name: string, file: string, declared: unknown): void {
    if (declared === undefined) return
    if (typeof declared !== 'object' || declared === null || !isSchema(declared))
      throw pluginBroken(kind, name, file, 'its settings are no schema: export const settings = z.object({ … })')
    const key = `${kind}/${name}`
    const keys = this.#keys.get(declared) ?? []
    if (!keys.includes(key)) this.#keys.set(declared, [...keys, key].sort())
    this.#values.delete(declared)
  }

  /** The values for a declaration, as its schema makes them. Throws a WikiError that names plugin and setting when they do not fit. */
  of<S extends Schema>(settings: S): SchemaValues<S> {
    this.#lookAgain()
    if (!this.#values.has(settings)) {
      const [key] = this.#keys.get(settings) ?? []
      if (key === undefined) throw undeclaredSettings()
      const checked = this.#check(settings, this.#given(settings))
      const [problem] = checked.problems
      if (problem !== undefined) throw badPluginSettings(key, problem.path, problem.message)
      this.#values.set(settings, checked.value)
    }
    return this.#values.get(settings) as SchemaValues<S>
  }

  /** Plugins that are named by the configuration or the file, which must be loaded before anybody asks. */
  keysInUse(): readonly string[] {
    this.#look()
    return [...new Set([...Object.keys(this.#parts.configured), ...Object.keys(this.#stored)])]
  }

  /** What is wrong with the settings of a plugin in the configuration, in words that name them; null when nothing is. */
  configurationProblem(key: string): string | null {
    const settings = this.#declarationOf(key)
    if (settings === null) return 'this plugin declares no settings'
    const { fields, open } = schemaFields(settings)
    const names = fields.map(({ name }) => name)
    const configured = this.#parts.configured[key] ?? {}
    for (const name of Object.keys(configured)) {
      if (open || names.includes(name)) continue
      const near = closest(name, names)
      return `there is no setting ${name}${near === null ? `; there are ${names.join(', ')}` : `; did you mean ${near}?`}`
    }
    const problem = this.#check(settings, this.#given(settings)).problems.find(
      ({ path }) => (path.split('.')[0] ?? '') in configured,
    )
    return problem === undefined ? null : `${problem.path}: ${problem.message}`
  }

  /** Every declaration of the plugins that are loaded. */
  list(): readonly DeclaredSettings[] {
    this.#look()
    return [...this.#keys]
      .map(([settings, keys]) => ({
        key: keys[0] ?? '',
        fields: schemaFields(settings).fields,
        given: this.#given(settings),
        fixed: keys.flatMap((key) => Object.keys(this.#parts.configured[key] ?? {})),
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Keeps what a superuser set; problems by the path of a setting (`places.0.name`) when the schema refuses it, and nothing is kept. */
  save(key: string, values: GivenSettings): Readonly<Record<string, string>> | null {
    const settings = this.#declarationOf(key)
    if (settings === null) throw undeclaredSettings()
    this.#look()
    const { problems } = this.#check(settings, { ...values, ...this.#configuredFor(settings) })
    if (problems.length > 0) return Object.fromEntries(problems.map(({ path, message }) => [path, message]))
    const { [key]: _, ...others } = this.#stored
    mkdirSync(dirname(this.#parts.file), { recursive: true })
    // Nobody but the wiki may read it: it may hold passwords of other services.
    writeFileAtomicSync(this.#parts.file, `${JSON.stringify({ ...others, [key]: values }, null, 2)}\n`, { mode: 0o600 })
    this.#look()
    return null
  }

  #declarationOf(key: string): Schema | null {
    return [...this.#keys].find(([, keys]) => keys.includes(key))?.[0] ?? null
  }

  #given(settings: Schema): GivenSettings {
    const stored = (this.#keys.get(settings) ?? []).map((key) => this.#stored[key] ?? {})
    return Object.assign({}, ...stored, this.#configuredFor(settings))
  }

  #configuredFor(settings: Schema): GivenSettings {
    return Object.assign({}, ...(this.#keys.get(settings) ?? []).map((key) => this.#parts.configured[key] ?? {}))
  }

  #check(settings: Schema, given: GivenSettings): { value: unknown; problems: readonly SettingProblem[] } {
    const unread: SettingProblem[] = []
    const { fields } = schemaFields(settings)
    const read = Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        const field = fields.find((each) => each.name === name)
        // '30m' in a configuration, and every date of the file, is a text.
        if (typeof value !== 'string' || (field?.kind !== 'duration' && field?.kind !== 'date')) return [name, value]
        try {
          return [name, readField(field, value)]
        } catch {
          unread.push({
            path: name,
            message: field.kind === 'date' ? 'must be a date: 2026-11-21' : 'must be a duration: 30m, 24h, 14d',
          })
          return [name, undefined]
        }
      }),
    )
    const result = settings['~standard'].validate(read)
    if (result instanceof Promise) throw new TypeError('the schema of settings must answer at once')
    if (unread.length > 0 || result.issues !== undefined)
      return { value: null, problems: [...unread, ...(result.issues ?? []).map(problemOf)] }
    return { value: result.value, problems: [] }
  }

  #lookAgain(): void {
    const now = Date.now()
    if (now - this.#looked > 1000 || now < this.#looked) this.#look()
  }

  #look(): void {
    this.#looked = Date.now()
    const found = statSync(this.#parts.file, { throwIfNoEntry: false })
    const stamp = found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    this.#stored = found === undefined ? {} : readStored(this.#parts.file)
    this.#values.clear()
  }
}

interface SettingProblem {
  readonly path: string
  readonly message: string
}

function problemOf(issue: {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}): SettingProblem {
  const steps = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
  return { path: steps.join('.'), message: issue.message }
}

function readStored(file: string): Readonly<Record<string, GivenSettings>> {
  const stored: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    throw new SyntaxError(`${file} is no list of settings`)
  return stored as Readonly<Record<string, GivenSettings>>
}
