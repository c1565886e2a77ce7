import { parseArgs } from 'node:util'
import { ConfigError } from './api/errors.ts'
import { closest } from './base/closest.ts'
import { render } from './commands/render.ts'
import { serve } from './commands/serve.ts'
import { user } from './commands/user.ts'
import { sessions } from './commands/sessions.ts'
import { check } from './commands/check.ts'
import type { Command } from './commands/command.ts'

/** The command line: `servus COMMAND …`. Answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = 'serve', ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${usage()}\n`)
    return 0
  }
  const command = name.startsWith('-') ? commands['serve'] : commands[name]
  if (command === undefined) {
    const near = closest(name, Object.keys(commands))
    process.stderr.write(`servus: there is no command "${name}"${near ? `; did you mean ${near}?` : ''}\n${usage()}\n`)
    return 2
  }
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
    else if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) process.stderr.write(`servus: ${error.message}\nusage: servus ${command.usage}\n`)
    else throw error
    return 2
  }
}

const commands: Readonly<Record<string, Command>> = { serve, render, sessions, user, check }

const everywhere = {
  config: { type: 'string', default: 'config' },
  data: { type: 'string', default: 'data' },
  wiki: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

function usage(): string {
  return ['usage:', ...Object.values(commands).map((command) => `  servus ${command.usage}`), '  every command: [--config DIR] [--data DIR] [--wiki NAME]'].join('\n')
}
