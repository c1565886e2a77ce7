import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { changePassword, setDisabled } from '../users/account-changes.ts'
import { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { newPasswordProblem, register } from '../users/register.ts'
import type { Wiki } from '../wiki/wiki.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { openForCommand, wikiOf } from './open.ts'

/** Accounts from the command line. */
export const user: Command = {
  usage:
    'user add NAME [--email E] [--superuser] [--password-stdin] | password NAME [--password-stdin] | disable NAME | enable NAME | list',
  options: { email: { type: 'string' }, superuser: { type: 'boolean' }, 'password-stdin': { type: 'boolean' } },
  run,
}

async function run(call: CommandCall): Promise<number> {
  const farm = await openForCommand(call)
  try {
    const wiki = wikiOf(farm, call)
    const [verb, name] = call.words
    if (verb === 'list') return await list(wiki)
    if (verb === undefined || name === undefined) return fail(`usage: servus ${user.usage}`)
    switch (verb) {
      case 'add':
        return await add(wiki, name, call)
      case 'password':
        return await password(wiki, name, call)
      case 'disable':
      case 'enable':
        return await setEnabled(wiki, name, verb === 'enable')
      default:
        return fail(`servus user: there is no "${verb}"\nusage: servus ${user.usage}`)
    }
  } finally {
    await farm.close()
  }
}

async function list(wiki: Wiki): Promise<number> {
  const superusers = wiki.parts.superusers.names()
  const rows: string[] = []
  for await (const { name, email, disabled } of wiki.parts.users.list()) {
    const marks = [superusers.includes(name) ? 'superuser' : '', disabled ? 'disabled' : ''].filter(Boolean).join(', ')
    rows.push([name, email, marks].join('\t'))
  }
  if (rows.length > 0) process.stdout.write(`${rows.sort().join('\n')}\n`)
  return 0
}

async function add(wiki: Wiki, name: string, call: CommandCall): Promise<number> {
  const { users, superusers, config } = wiki.parts
  const wanted = { name, email: textOption(call, 'email') ?? '', password: await readPassword(call) }
  const made = await register(users, wanted, {
    hasher: new PasswordHasher(),
    isGroupName: (group) => config.pageGroupRegex.test(group),
    emailUnique: config.userEmailUnique,
  })
  if (!('id' in made)) return fail(made.map(({ field, error }) => `${field}: ${error.message}`).join('\n'))
  if (call.values['superuser'] === true) await superusers.add(made.name)
  process.stdout.write(`${made.name} was added${call.values['superuser'] === true ? ' as a superuser' : ''}.\n`)
  return 0
}

async function password(wiki: Wiki, name: string, call: CommandCall): Promise<number> {
  const record = await wiki.parts.users.byName(name, { disabled: true })
  if (record === null) return fail(`There is no account named ${name}.`)
  const next = await readPassword(call)
  const problem = newPasswordProblem(name, next)
  if (problem !== null) return fail(problem.message)
  await changePassword(wiki.parts.users, record.id, next, new PasswordHasher())
  process.stdout.write(`${name} has a new password; all sessions of this account have ended.\n`)
  return 0
}

async function setEnabled(wiki: Wiki, name: string, enabled: boolean): Promise<number> {
  const record = await wiki.parts.users.byName(name, { disabled: true })
  if (record === null) return fail(`There is no account named ${name}.`)
  await setDisabled(wiki.parts.users, record.id, !enabled)
  process.stdout.write(`${name} is ${enabled ? 'enabled' : 'disabled'}.\n`)
  return 0
}

async function readPassword(call: CommandCall): Promise<string> {
  if (call.values['password-stdin'] === true || !process.stdin.isTTY) return readFileSync(0, 'utf8').replace(/\r?\n$/, '')
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await prompt.question('Password (it will be seen as you type): ')
  } finally {
    prompt.close()
  }
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
