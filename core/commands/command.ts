import type { ParseArgsConfig } from 'node:util'

/** One command of the command line. */
export interface Command {
  /** What stands behind `servus` in the usage. */
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** Answers the exit code. */
  run(call: CommandCall): Promise<number>
}

export interface CommandCall {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly words: readonly string[]
}

/** An option's text; undefined when it was not given. */
export function textOption(call: CommandCall, name: string): string | undefined {
  const value = call.values[name]
  return typeof value === 'string' ? value : undefined
}

/** The options that every command has. */
export const everywhere = {
  config: { type: 'string', default: 'config' },
  data: { type: 'string', default: 'data' },
  wiki: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const
