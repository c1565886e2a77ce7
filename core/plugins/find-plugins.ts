import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PluginKind } from '../api/plugin.ts'
import { kinds } from './kinds.ts'

/** Where a plugin of a name lies. */
export interface PluginFile {
  readonly name: string
  readonly file: string
}

/**
 * The plugins of one kind in one folder: files `NAME.ts` / `NAME.js` and folders `NAME/index.ts` / `NAME/index.js`
 * (a theme: `NAME/theme.ts`). Names that start with `_` or `.` are not plugins. A missing folder has none.
 */
export async function findPlugins(folder: string, kind: PluginKind): Promise<readonly PluginFile[]> {
  const { entry = 'index', foldersOnly = false } = kinds[kind]
  const found: PluginFile[] = []
  for (const item of await list(folder)) {
    if (/^[_.]/.test(item.name)) continue
    if (item.isDirectory()) {
      const inside = (await list(join(folder, item.name))).map((child) => child.name)
      const file = [`${entry}.ts`, `${entry}.js`, `${entry}.mjs`].find((name) => inside.includes(name))
      if (file !== undefined) found.push({ name: item.name, file: join(folder, item.name, file) })
      continue
    }
    const match = /^([^.]+)\.(ts|js|mjs)$/.exec(item.name)
    if (match?.[1] !== undefined && !foldersOnly) found.push({ name: match[1], file: join(folder, item.name) })
  }
  return found
}

async function list(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
