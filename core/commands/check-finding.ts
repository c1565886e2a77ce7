import type { FaultPlace } from '../plugins/fault-place.ts'

/** Something that `servus check` has to say of a place in a plugin. Errors make it fail, warnings do not. */
export interface Finding extends FaultPlace {
  readonly weight: 'error' | 'warning'
}

/** As editors and terminals know it: `macros/Hello.ts:3:7: error: …`. */
export function inOneLine({ file, line, column, weight, message }: Finding, shown: (file: string) => string): string {
  return `${shown(file)}${line > 0 ? `:${line}:${Math.max(column, 1)}` : ''}: ${weight}: ${message}`
}
