import { parseArgs } from 'node:util'
import type { CommandPlugin, PluginCommandCall } from '../api/command-plugin.ts'
import { ConfigError, WikiError } from '../api/errors.ts'
import type { FarmPlan } from '../farm/load-config.ts'
import { loadConfig } from '../farm/load-config.ts'
import { Plugins } from '../plugins/plugins.ts'
import { pluginPlaces } from '../wiki/plugin-places.ts'
import { type Command, type CommandCall, everywhere } from './command.ts'
import { openForCommand, wikiOf } from './open.ts'

/** A command that a plugin of some wiki adds. */
export interface PluginCommand {
  readonly name: string
  /** Throws when its file cannot be loaded. */
  load(): Promise<Command>
}

/**
 * The commands that plugins add, by name. `args`: the whole line, which may name the configuration and the wiki. No wiki is opened, so
 * nothing is made in any folder.
 */
export async function pluginCommands(args: readonly string[]): Promise<readonly PluginCommand[]> {
  const { values } = parseArgs({ args: [...args], options: everywhere, allowPositionals: true, strict: false })
  const text = (value: string | boolean | undefined, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
  const plan = await loadConfig({ configDir: text(values.config, 'config'), dataDir: text(values.data, 'data') })
  const found = new Map<string, PluginCommand>()
  for (const { config } of wikisOf(plan, text(values.wiki, ''))) {
    const plugins = new Plugins(pluginPlaces(config))
    for (const name of await plugins.names('commands'))
      if (!found.has(name)) found.set(name, { name, load: () => loadCommand(plugins, name) })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A name that no wiki has is complained of where the wiki is needed. */
function wikisOf({ wikis }: FarmPlan, name: string): FarmPlan['wikis'] {
  const named = wikis.filter(({ config }) => config.siteId === name)
  return named.length === 0 ? wikis : named
}

async function loadCommand(plugins: Plugins, name: string): Promise<Command> {
  const loaded = await plugins.load('commands', name)
  if (loaded === null || 'error' in loaded)
    throw new ConfigError(
      '',
      `the command ${name} cannot be loaded: ${loaded?.error.message ?? 'its file is gone'}`,
      loaded?.file,
    )
  const { usage, options = {} } = loaded.plugin
  return { usage, options, run: (call) => run(name, call) }
}

async function run(name: string, call: CommandCall): Promise<number> {
  const farm = await openForCommand(call)
  try {
    const { config, parts } = wikiOf(farm, call)
    const plugin = await commandOf(parts.plugins, name)
    if (plugin === null)
      throw new ConfigError('--wiki', `the wiki ${config.siteId} has no command ${name}; another of this farm has`)
    return await runCommand(name, plugin, {
      values: call.values,
      words: call.words,
      wiki: parts.tools,
      print: (line) => void process.stdout.write(`${line}\n`),
      complain: (line) => void process.stderr.write(`${line}\n`),
    })
  } finally {
    await farm.close()
  }
}

/** null: these plugins have no such command. Throws when it cannot be loaded. */
export async function commandOf(plugins: Plugins, name: string): Promise<CommandPlugin | null> {
  const loaded = await plugins.load('commands', name)
  if (loaded !== null && 'error' in loaded) throw loaded.error
  return loaded?.plugin ?? null
}

/** Calls a command with what stood on the line, without the options that are the program's own. Answers the exit code. */
export async function runCommand(name: string, plugin: CommandPlugin, line: PluginCommandCall): Promise<number> {
  const values = Object.fromEntries(Object.entries(line.values).filter(([option]) => !(option in everywhere)))
  const call = { ...line, values }
  try {
    const code = (await plugin.execute(call)) ?? 0
    if (Number.isInteger(code) && code >= 0 && code <= 255) return code
    throw new TypeError(`execute answered ${String(code)}: it must be an exit code from 0 to 255, or nothing`)
  } catch (error) {
    // What is meant for visitors can be read without a stack.
    const isPlain = error instanceof WikiError && error.expose
    const said = error instanceof Error ? (isPlain ? error.message : (error.stack ?? error.message)) : String(error)
    call.complain(`servus ${name}: ${said}`)
    return 1
  }
}
