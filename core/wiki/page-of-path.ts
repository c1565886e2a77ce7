import type { WikiConfig } from '../api/config.ts'
import { badUrl } from '../api/errors.ts'
import { normaliseName } from '../pages/normalise-name.ts'
import type { Visit } from './wiki-request.ts'

/** The page that an address means, and its canonical name when the address was written otherwise. */
export function nameOfPath(visit: Visit, config: Readonly<WikiConfig>): { name: string; canonical: string | null } {
  const written = decodePath(visit.path)
  if (written === '') return { name: config.pageFrontPage, canonical: null }
  const name = normaliseName(written, config.pageGroupRegex)
  if (name === '') return { name: config.pageFrontPage, canonical: null }
  return { name, canonical: name === written ? null : name }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path.replace(/^\//, ''))
  } catch {
    throw badUrl()
  }
}
