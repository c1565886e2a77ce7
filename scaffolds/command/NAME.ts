import type { PluginCommandCall } from 'servus'

export const usage = 'NAME [--system]'
export const options = { system: { type: 'boolean' } } as const

/** Prints the names of the pages. The answer is the exit code. */
export async function execute({ print, values, wiki }: PluginCommandCall): Promise<number> {
  const names = await wiki.store.names()
  const wanted = names.filter((name) => values['system'] === true || isOwn(name))
  for (const name of wanted) print(name)
  return wanted.length > 0 ? 0 : 1
}

/** The help pages come with the program. */
export function isOwn(name: string): boolean {
  return !name.startsWith('HelpOn')
}
