import type { WikiTools } from './wiki-tools.ts'

/** A command of the command line: a file `plugins/commands/NAME.ts`; `npx servus NAME …` calls it. */
export interface CommandPlugin {
  /** What stands behind `servus` in the usage: `greet [--loud] NAME`. */
  readonly usage: string
  /** As `parseArgs` of node:util wants them. */
  readonly options?: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>
  /** Answers the exit code; nothing is 0. */
  execute(command: PluginCommandCall): number | void | Promise<number | void>
}

/** What a command gets. */
export interface PluginCommandCall {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly words: readonly string[]
  readonly wiki: WikiTools
  /** Writes a line to the standard output. */
  print(line: string): void
}
