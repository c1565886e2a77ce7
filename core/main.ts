import { parseArgs } from 'node:util'
import { ConfigError } from './api/errors.ts'
import { closest } from './base/closest.ts'
import { type Command, everywhere } from './commands/command.ts'
import type { PluginCommand } from './commands/plugin-commands.ts'

/** The command line: `servus COMMAND …`. Answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = 'serve', ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${await usage(rest)}\n`)
    return 0
  }
  let command: Command | null = null
  try {
    command = await find(name, rest)
    if (command === null) return 2
    const { values, positionals } = parseArgs({
      args: name.startsWith('-') ? [...args] : rest,
      options: { ...everywhere, ...command.options },
      allowPositionals: true,
      strict: true,
    })
    if (values['help'] === true) {
      process.stdout.write(`servus ${command.usage}\n`)
      return 0
    }
    return await command.run({ values: values as Record<string, string | boolean | undefined>, words: positionals })
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`servus: ${error.message}\n`)
    else if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      process.stderr.write(`servus: ${error.message}\n${command === null ? '' : `usage: servus ${command.usage}\n`}`)
    else throw error
    return 2
  }
}

/** The program's own command of this name, or a plugin's. null, and said so, when there is none. */
async function find(name: string, rest: readonly string[]): Promise<Command | null> {
  const own = name.startsWith('-') ? 'serve' : name
  if (Object.hasOwn(commands, own)) return (await commands[own]?.()) ?? null
  let others: readonly PluginCommand[] = []
  let unknown = ''
  try {
    others = await (await import('./commands/plugin-commands.ts')).pluginCommands(rest)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    unknown = `Those of plugins are not known: ${error.message}\n`
  }
  const added = others.find((command) => command.name === name)
  if (added !== undefined) return added.load()
  const near = closest(name, [...Object.keys(commands), ...others.map((command) => command.name)])
  process.stderr.write(
    `servus: there is no command "${name}"${near ? `; did you mean ${near}?` : ''}\n${unknown}${await usage(rest)}\n`,
  )
  return null
}

/** Each is loaded when it is called: the start of the wiki does not wait for the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  render: async () => (await import('./commands/render.ts')).render,
  sessions: async () => (await import('./commands/sessions.ts')).sessions,
  jobs: async () => (await import('./commands/jobs.ts')).jobs,
  user: async () => (await import('./commands/user.ts')).user,
  check: async () => (await import('./commands/check.ts')).check,
  new: async () => (await import('./commands/new.ts')).newPlugin,
}

async function usage(rest: readonly string[]): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()))
  const { pluginCommands } = await import('./commands/plugin-commands.ts')
  // Whoever asks for help may have no configuration yet.
  const others = (await pluginCommands(rest).catch(() => [])).filter(({ name }) => !Object.hasOwn(commands, name))
  const added = others.map(({ name, load }) =>
    load().then(
      ({ usage: line }) => line,
      () => `${name}  (its file cannot be loaded)`,
    ),
  )
  return [
    'usage:',
    ...all.map((command) => `  servus ${command.usage}`),
    ...(added.length === 0 ? [] : ['of plugins:', ...(await Promise.all(added)).map((line) => `  servus ${line}`)]),
    '  every command: [--config DIR] [--data DIR] [--wiki NAME]',
  ].join('\n')
}
