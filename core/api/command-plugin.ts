import type { WikiTools } from './wiki-tools.ts'

/**
 * A command of the command line: a file `plugins/commands/NAME.ts`; `npx servus NAME …` calls it, and `servus --help` lists it. A
 * command that comes with the program cannot be replaced.
 *
 * ```ts
 * export const usage = 'greet [--loud] NAME'
 * export const options = { loud: { type: 'boolean' } } as const
 *
 * export function execute({ values, words, print }: PluginCommandCall) {
 *   print(`Hello ${words[0]}${values['loud'] ? '!' : '.'}`)
 * }
 * ```
 */
export interface CommandPlugin {
  /** What stands behind `servus` in the usage: `greet [--loud] NAME`. */
  readonly usage: string
  /** As `parseArgs` of node:util wants them. `config`, `data`, `wiki` and `help` are the program's own. */
  readonly options?: Readonly<Record<string, CommandOption>>
  /** Answers the exit code; nothing is 0. What it throws is printed, and the code is 1. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands answer nothing.
  execute(command: PluginCommandCall): number | void | Promise<number | void>
}

/** An option as `node:util` parses it: `--name`, and `-n` by `short`. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly default?: string | boolean
}

/** What a command gets. */
export interface PluginCommandCall {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  /** What stands on the line beside the options. */
  readonly words: readonly string[]
  /** The only wiki, or the one that `--wiki` names. */
  readonly wiki: WikiTools
  /** Writes a line to the standard output. */
  print(line: string): void
  /** Writes a line to the standard error: what a person should read, and no program. */
  complain(line: string): void
}
