/** Replaces tabs by blanks up to the next multiple of eight columns, line by line. */
export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text
  const parts: string[] = []
  let column = 0
  for (const part of text.split(/(\t|\n)/)) {
    if (part === '\t') {
      parts.push(' '.repeat(8 - (column % 8)))
      column += 8 - (column % 8)
    } else {
      parts.push(part)
      column = part === '\n' ? 0 : column + part.length
    }
  }
  return parts.join('')
}
