import { isSpace, isWord } from '../characters.ts'
import { lineAt } from '../lines.ts'
import type { State } from '../state.ts'

/** `----`, up to ten dashes for a thicker line. It ends lists and tables wherever it stands. */
export function rule(state: State, at: number): number {
  const { text } = state
  let end = at
  while (text.charCodeAt(end) === 45) end++
  if (end - at < 4) return -1
  state.begin(at, 'bare')
  state.tables.close()
  state.lists.end()
  state.builder.block({ type: 'rule', size: Math.min(end - at, 10) - 4 })
  return state.consumed(end)
}

/** The bars at the end of a row. */
export function rowEnd(state: State, at: number): number {
  if (!state.tables.isOpen || at !== state.text.length - 3 || !state.text.startsWith('||', at)) return -1
  state.begin(at, 'bare')
  state.tables.endRow()
  return state.consumed(state.text.length)
}

/** The bars before a cell, with its attributes: `||<-2 #ffffaa>`. */
export function cell(state: State, at: number): number {
  const { text } = state
  if (!state.tables.isOpen) return -1
  let end = at
  while (text.startsWith('||', end)) end += 2
  if (end === at) return -1
  // The last bars of the line end the row.
  if (end === text.length - 1) end -= 2
  else if (text.charCodeAt(end) === 60 && text.charCodeAt(end + 1) !== 60) {
    const close = state.find('>', end)
    if (close >= 0) end = close + 1
  }
  if (end === at) return -1
  state.begin(at, 'bare')
  state.tables.cell(text.slice(at, end))
  return state.consumed(end)
}

/**
 * A block in braces: `{{{`, `{{{#!parser arguments`, or with more braces or a word, which then stand at its end too. All lines
 * up to the end belong to it as they are; what follows the end is read as if the line began there.
 */
export function section(state: State, at: number): number {
  const opening = readOpening(state.text, at)
  if (!opening) return -1
  const { unique, bang } = opening
  const closing = unique.startsWith('{') ? '}'.repeat(unique.length + 3) : `${unique}}}}`

  const { source } = state
  const { line } = state
  let start = line.next
  let startLine = line.number + 1
  const found = source.indexOf(closing, start)
  const last = found < 0 ? source.length : found
  let call = bang
  if (call === null) {
    // The parser may also be named in the first line of the block.
    const lineEnd = source.indexOf('\n', start)
    const firstEnd = lineEnd < 0 || lineEnd > last ? last : lineEnd + 1
    call = readBang(source.slice(start, firstEnd).trim())
    if (call !== null) {
      start = firstEnd
      startLine++
    }
  }

  state.begin(at, 'bare')
  const position = state.position(at, at)
  state.builder.closeParagraph()
  if (found < 0) {
    // As in the original, nothing of it is shown; the author hears of it at the preview.
    state.problems.push({ code: 'unclosed-block', line: line.number })
    state.enter({ text: '\n', start: last, next: last, number: line.number, expanded: false }, 0)
    return state.consumed(1)
  }

  const lastLineStart = source.lastIndexOf('\n', found - 1) + 1
  const isAlone = source.slice(lastLineStart, found).trim() === ''
  const end = Math.max(start, isAlone ? lastLineStart - 1 : found)
  const text = source.slice(start, end).replaceAll('\r', '')
  const range = { start: position.start, end: found + closing.length, line: line.number }
  if (call === null || call.parser === 'text') {
    state.builder.block({ type: 'preformatted', children: [{ type: 'text', text }], code: null })
  } else {
    state.builder.block({ type: 'embed', ...call, text, textStart: start, textLine: startLine, ...range })
  }
  const rest = lineAt(source, lastLineStart, line.number + countLines(source, line.next, lastLineStart) + 1)
  const column = rest.text.indexOf(closing) + closing.length
  state.enter(rest, column)
  return column
}

interface Bang {
  readonly parser: string
  readonly args: string
}

/** Reads `{{{{{#!name args` up to the line's end; null when this begins no block. */
function readOpening(text: string, at: number): { unique: string; bang: Bang | null } | null {
  if (!text.startsWith('{{{', at)) return null
  // Within a run of braces only its beginning, and its last three, can begin a block: no need to look at all the others.
  const isWithin = text.charCodeAt(at - 1) === BRACE && text.charCodeAt(at + 3) === BRACE
  if (isWithin) return null
  const from = at + 3
  let to = from
  if (text.charCodeAt(from) === BRACE) while (text.charCodeAt(to) === BRACE) to++
  else while (isWord(text.charCodeAt(to))) to++
  const unique = text.slice(from, to)
  if (text.startsWith('#!', to)) {
    const bang = readBang(text.slice(to).trim())
    return bang && { unique, bang }
  }
  while (to < text.length && isSpace(text.charCodeAt(to))) to++
  return to === text.length ? { unique, bang: null } : null
}

const BRACE = 123

/** `#!name args`; no name is plain text. */
function readBang(line: string): Bang | null {
  if (!line.startsWith('#!')) return null
  const words = line.slice(2).trim()
  const blank = words.search(/\s/)
  // A media type names a parser too, as in `#format`: `text/csv`.
  const parser = (blank < 0 ? words : words.slice(0, blank)).replace(/^text\//, '')
  return { parser: parser || 'text', args: blank < 0 ? '' : words.slice(blank).trim() }
}

function countLines(source: string, from: number, to: number): number {
  let count = 0
  for (let at = source.indexOf('\n', from); at >= 0 && at < to; at = source.indexOf('\n', at + 1)) count++
  return count
}
