import type { PluginKind } from './plugin.ts'

/** One plugin as the page "Plugins" shows it to superusers. */
export interface PluginView {
  readonly kind: PluginKind
  readonly name: string
  readonly file: string
  /** The folder or package it was found in; `built-in`. */
  readonly place: string
  readonly isBuiltIn: boolean
  /** Files of the same name in later places. */
  readonly overrides: readonly string[]
  /** Whether it is used, and if not, which of the reasons it is: see `why`. */
  readonly state: 'on' | 'off' | 'resting' | 'denied' | 'too-new' | 'broken'
  readonly why: string
  /** Its file was changed after this process read it: a restart reads it again. */
  readonly isChanged: boolean
  /** False for what the wiki cannot do without. */
  readonly canSwitch: boolean
  /** Since this process began. Milliseconds. */
  readonly calls: number
  readonly meanMs: number
  readonly p99Ms: number
  readonly faultCount: number
  /** The newest few, by message; the last one first. */
  readonly faults: readonly {
    readonly message: string
    readonly count: number
    readonly last: Date
    readonly reference: string
  }[]
}

/** The plugins of a wiki, for superusers: others are refused. */
export interface PluginSwitchboard {
  list(): Promise<readonly PluginView[]>
  /** Switched on, what it did is forgiven. Kept over restarts, and told to other processes of the wiki. */
  turn(kind: string, name: string, way: 'on' | 'off'): Promise<void>
}
