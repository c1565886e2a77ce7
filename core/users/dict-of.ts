/** The entries of a dict page: its lines ` key:: value`. The last line of a key wins. */
export function dictOf(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line[0] !== ' ') continue
    const colons = line.indexOf(':: ')
    const key = line.slice(1, Math.max(colons, 1))
    if (key.trim() !== '' && key[0] !== ' ') entries.set(key, line.slice(colons + 3).trim())
  }
  return entries
}
