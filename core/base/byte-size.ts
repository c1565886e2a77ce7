/** A number of bytes for people: `812 B`, `4.2 KB`, `17 MB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let size = bytes / 1000
  for (const unit of ['KB', 'MB']) {
    // 999.5 would be written as 1000.
    if (size < 999.5) return `${rounded(size)} ${unit}`
    size /= 1000
  }
  return `${rounded(size)} GB`
}

const rounded = (size: number): string => (size < 9.95 ? size.toFixed(1).replace(/\.0$/, '') : String(Math.round(size)))
