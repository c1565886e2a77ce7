import { loadConfig } from '../farm/load-config.ts'
import { kindNames } from '../plugins/kinds.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { openForCommand } from './open.ts'

/** Reads the configuration and loads every plugin, and says what is wrong. */
export const check: Command = { usage: 'check', options: {}, run }

async function run(call: CommandCall): Promise<number> {
  const plan = await loadConfig({
    configDir: textOption(call, 'config') ?? 'config',
    dataDir: textOption(call, 'data') ?? 'data',
  })
  const farm = await openForCommand(call)
  let faults = 0
  try {
    for (const { wiki } of farm.wikis) {
      for (const kind of kindNames) {
        for (const name of await wiki.parts.plugins.names(kind)) {
          const loaded = await wiki.parts.plugins.load(kind, name)
          if (loaded === null || !('error' in loaded)) continue
          faults++
          process.stdout.write(`${loaded.file}: ${loaded.error.message}\n`)
        }
      }
    }
  } finally {
    await farm.close()
  }
  process.stdout.write(faults === 0 ? `${plan.file} is good, and every plugin loads.\n` : `${faults} plugins do not load.\n`)
  return faults === 0 ? 0 : 1
}
