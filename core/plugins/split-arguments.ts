import type { SplitArguments } from '../api/arguments.ts'

/**
 * Splits what stands between the brackets of a macro call, by MoinMoin's rules: items at commas, name and value at the first `=`,
 * blanks around them do not count. Something that begins with `"` goes to the next `"` and may hold all of these; `""` in it is one
 * quote. A quote that never ends, or has words right behind its end, is a letter like any other.
 */
export function splitArguments(text: string): SplitArguments {
  const positional: (string | null)[] = []
  const named: [string, string | null][] = []
  const trailing: (string | null)[] = []
  if (text === '') return { positional, named, trailing }
  let at = 0
  for (;;) {
    const first = readPart(text, at, /[,=]/g)
    if (text[first.end] === '=') {
      const value = readPart(text, first.end + 1, /,/g)
      named.push([first.value ?? '', value.value])
      at = value.end
    } else {
      if (named.length === 0) positional.push(first.value)
      else trailing.push(first.value)
      at = first.end
    }
    if (at >= text.length) return { positional, named, trailing }
    at++
  }
}

/** What stands from `start` up to what `ends` finds; null when there is nothing. */
function readPart(text: string, start: number, ends: RegExp): { value: string | null; end: number } {
  let from = start
  while (BLANK.test(text[from] ?? '')) from++
  if (text[from] === '"') {
    const quoted = readQuoted(text, from)
    let end = quoted?.end ?? 0
    while (BLANK.test(text[end] ?? '')) end++
    ends.lastIndex = end
    if (quoted !== null && (end === text.length || ends.exec(text)?.index === end)) return { value: quoted.value, end }
  }
  ends.lastIndex = from
  const end = ends.exec(text)?.index ?? text.length
  const value = text.slice(from, end).trim()
  return { value: value === '' ? null : value, end }
}

const BLANK = /\s/

function readQuoted(text: string, start: number): { value: string; end: number } | null {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 2)) {
    if (text[end + 1] !== '"') return { value: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 }
  }
  return null
}
