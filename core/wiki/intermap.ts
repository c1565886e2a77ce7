import { readFile } from 'node:fs/promises'

/** Names of other wikis with their addresses, from files of `Name URL` lines; a later file wins. A missing file has none. */
export async function readIntermap(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const map = new Map<string, string>()
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    for (const line of text.split(/\r?\n/)) {
      const [, name, url] = /^([^\s#]\S*)\s+(\S+)/.exec(line) ?? []
      if (name !== undefined && url !== undefined) map.set(name, url)
    }
  }
  return map
}
