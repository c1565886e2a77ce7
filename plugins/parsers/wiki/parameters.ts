/**
 * Reads `title="a title", &action=raw`: pairs between commas, a value in quotes may hold commas, `""` within quotes is one.
 * Words without a name are skipped. Keys with `&` belong to the query, the others are attributes if they are among `known`.
 */
export function parseParameters(
  text: string,
  known: readonly string[],
): { attributes: Record<string, string>; query: Record<string, string> } {
  const attributes: Record<string, string> = {}
  const query: Record<string, string> = {}
  let at = 0
  while (at < text.length) {
    const item = readItem(text, at)
    at = item.next
    if (item.name === null || item.value === null) continue
    if (item.name.startsWith('&')) query[item.name.slice(1)] = item.value
    else if (known.includes(item.name)) attributes[item.name] = item.value
  }
  return { attributes, query }
}

function readItem(text: string, start: number): { name: string | null; value: string | null; next: number } {
  let at = start
  let name: string | null = null
  let value = ''
  let isQuoted = false
  let isBlank = true
  for (; at < text.length && text[at] !== ','; at++) {
    const char = text.charAt(at)
    if (char === '"' && isBlank) {
      const quoted = readQuoted(text, at + 1)
      if (quoted) {
        value = quoted.value
        isQuoted = true
        isBlank = false
        at = quoted.next - 1
        continue
      }
    }
    if (char === '=' && name === null) {
      name = isQuoted ? value : value.trim()
      value = ''
      isQuoted = false
      isBlank = true
    } else {
      value += char
      isBlank &&= char === ' '
    }
  }
  if (!isQuoted) value = value.trim()
  return { name, value: value === '' && !isQuoted ? null : value, next: at + 1 }
}

/** The words up to the closing quote; null when there is none. */
function readQuoted(text: string, from: number): { value: string; next: number } | null {
  let value = ''
  let start = from
  for (;;) {
    const close = text.indexOf('"', start)
    if (close < 0) return null
    value += text.slice(start, close)
    if (text[close + 1] !== '"') return { value, next: close + 1 }
    value += '"'
    start = close + 2
  }
}
