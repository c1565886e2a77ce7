import { lookup } from 'mrmime'

/**
 * The media type of a file by its name's ending, or of an ending; null for one that nobody knows. The table behind it is a plain object,
 * which answers `x.constructor` with what every object has.
 */
export function mediaType(file: string): string | null {
  const found: unknown = lookup(file)
  return typeof found === 'string' ? found : null
}
