import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomicSync } from '../base/atomic-file.ts'

/** Why a plugin is off, and since when. */
export interface SwitchedOff {
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** The superuser who did it; '' for the watchdog. */
  readonly by: string
}

/**
 * Plugins that are off until a superuser switches them on: `<dataDir>/servus/plugins.json`, kept over restarts, shared by all processes
 * of the wiki. The file is looked at again when it changed, at most once a second.
 */
export class PluginSwitches {
  readonly file: string
  readonly #changed: () => void
  #off: Readonly<Record<string, SwitchedOff>> = {}
  #areSome = false
  #stamp = ''
  #looked = 0

  constructor(file: string, changed: () => void) {
    this.file = file
    this.#changed = changed
    this.#look()
  }

  /** True when anything is off. */
  get areSome(): boolean {
    const now = Date.now()
    if (now - this.#looked > lookAgain || now < this.#looked) this.#look(now)
    return this.#areSome
  }

  /** null: nobody switched it off. `key`: `macros/Weather`. */
  off(key: string): SwitchedOff | null {
    if (!this.areSome) return null
    return Object.hasOwn(this.#off, key) ? (this.#off[key] ?? null) : null
  }

  switchOff(key: string, how: SwitchedOff): void {
    this.#look()
    this.#write({ ...this.#off, [key]: how })
  }

  switchOn(key: string): void {
    this.#look()
    if (!Object.hasOwn(this.#off, key)) return
    const { [key]: _, ...others } = this.#off
    this.#write(others)
  }

  #write(off: Readonly<Record<string, SwitchedOff>>): void {
    mkdirSync(dirname(this.file), { recursive: true })
    writeFileAtomicSync(this.file, `${JSON.stringify({ off }, null, 2)}\n`)
    this.#look()
  }

  #look(now = Date.now()): void {
    this.#looked = now
    const found = statSync(this.file, { throwIfNoEntry: false })
    const stamp = found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    this.#off = found === undefined ? {} : readSwitches(this.file)
    this.#areSome = Object.keys(this.#off).length > 0
    this.#changed()
  }
}

const lookAgain = 1000

/** A file that cannot be read switches nothing off: the wiki is more than its plugins. */
export function readSwitches(file: string): Readonly<Record<string, SwitchedOff>> {
  try {
    const { off } = JSON.parse(readFileSync(file, 'utf8')) as { off?: Readonly<Record<string, SwitchedOff>> }
    return typeof off === 'object' && off !== null ? off : {}
  } catch {
    return {}
  }
}
