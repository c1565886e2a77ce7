import { readFile } from 'node:fs/promises'
import { pluginTooNew } from '../api/errors.ts'

/**
 * Which hosts a plugin is for, `export const requires = 'servus@^1'`: read from its source, for none of its code may run in a host
 * that it is not for. null when it does not say.
 */
export async function declaredRange(file: string): Promise<string | null> {
  return rangeIn(await readFile(file, 'utf8'))
}

/** The declaration stands at the beginning of a line, as an export does; one within a comment or a text is none. */
export function rangeIn(source: string): string | null {
  const [, , wanted = null] =
    /^export\s+const\s+requires(?:\s*:\s*string)?\s*=\s*(['"`])servus@([^'"`\n]*)\1/m.exec(withoutComments(source)) ?? []
  return wanted
}

function withoutComments(source: string): string {
  return source.includes('/*') ? source.replace(/\/\*[\s\S]*?\*\//g, '') : source
}

/** Refuses a plugin whose range this host is not in. Ranges are npm's: `^1`, `>=0.3 <2`, `0.x`. */
export async function refuseOtherHosts(kind: string, name: string, range: string | null, host: string): Promise<void> {
  if (range === null || range.trim() === '' || range.trim() === '*') return
  const { satisfies, validRange } = (await import('semver')).default
  if (validRange(range) === null) throw pluginTooNew(kind, name, range, host, 'which is no range of versions')
  if (!satisfies(host, range, { includePrerelease: true })) throw pluginTooNew(kind, name, range, host)
}
