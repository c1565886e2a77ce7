/** True when a merge with conflicts has left its marker lines in a text: all three of them, in order. */
export function hasMarkers(text: string): boolean {
  const lines = text.split('\n')
  const theirs = lines.findIndex((line) => line.startsWith('<<<<<<< '))
  if (theirs < 0) return false
  const between = lines.findIndex((line, at) => at > theirs && /^=======\s*$/.test(line))
  return between > 0 && lines.some((line, at) => at > between && line.startsWith('>>>>>>> '))
}
