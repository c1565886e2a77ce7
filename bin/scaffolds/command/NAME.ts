import type { PluginCommandCall } from 'servus'

export const usage = 'NAME [--system]'
export const options = { system: { type: 'boolean' } } as const

/** Prints the names of the pages, with `--system` those that came with the program as well. The answer is the exit code. */
export async function execute({ print, values, wiki }: PluginCommandCall): Promise<number> {
  const names = await wiki.store.names({ underlay: values['system'] === true })
  for (const name of names) print(name)
  return names.length > 0 ? 0 : 1
}
