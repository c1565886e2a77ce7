import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a wiki is made of: sources, templates, catalogues, styles. */
const kinds = /\.(?:[cm]?[jt]s|json|hbs|css|svg|wiki)$/

/**
 * One text that changes when a file in these folders does, appears or goes. It is asked before each view, so nothing depends on how a
 * system tells of changed files; a few hundred files take some milliseconds.
 */
export function filesStamp(folders: readonly string[]): string {
  const parts: string[] = []
  for (const folder of new Set(folders)) addFolder(folder, parts)
  return parts.join('\n')
}

function addFolder(folder: string, parts: string[]): void {
  let entries: ReturnType<typeof list>
  try {
    entries = list(folder)
  } catch {
    // It may come later.
    return
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) addFolder(path, parts)
    else if (kinds.test(entry.name)) {
      const found = statSync(path, { throwIfNoEntry: false })
      if (found !== undefined) parts.push(`${path} ${found.mtimeMs} ${found.size}`)
    }
  }
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}
