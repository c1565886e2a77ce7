import { parseArgs } from 'node:util'
import { ConfigError } from './api/errors.ts'
import { closest } from './base/closest.ts'
import type { Command } from './commands/command.ts'

/** The command line: `servus COMMAND …`. Answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = 'serve', ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${await usage()}\n`)
    return 0
  }
  const load = name.startsWith('-') ? commands['serve'] : commands[name]
  if (load === undefined) {
    const near = closest(name, Object.keys(commands))
    process.stderr.write(`servus: there is no command "${name}"${near ? `; did you mean ${near}?` : ''}\n${await usage()}\n`)
    return 2
  }
  const command = await load()
  try {
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
      process.stderr.write(`servus: ${error.message}\nusage: servus ${command.usage}\n`)
    else throw error
    return 2
  }
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

const everywhere = {
  config: { type: 'string', default: 'config' },
  data: { type: 'string', default: 'data' },
  wiki: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()))
  return [
    'usage:',
    ...all.map((command) => `  servus ${command.usage}`),
    '  every command: [--config DIR] [--data DIR] [--wiki NAME]',
  ].join('\n')
}
