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
  OPENING.lastIndex = at
  const opening = OPENING.exec(state.text)
  if (!opening) return -1
  const [, unique = '', bang, name = '', args = ''] = opening
  const closing = unique.startsWith('{') ? '}'.repeat(unique.length + 3) : `${unique}}}}`

  const { source } = state
  const { line } = state
  let start = line.next
  let startLine = line.number + 1
  const found = source.indexOf(closing, start)
  const last = found < 0 ? source.length : found
  let parser = bang === undefined ? null : name || 'text'
  let parserArgs = args.trim()
  if (bang === undefined) {
    const first = FIRST_LINE.exec(source.slice(start, Math.min(start + 300, last)))
    if (first) {
      parser = first[1] || 'text'
      parserArgs = first[2]!.trim()
      start += first[0].length
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
  if (parser === null || parser === 'text') {
    state.builder.block({ type: 'preformatted', children: [{ type: 'text', text }], code: null })
  } else {
    state.builder.block({ type: 'embed', parser, args: parserArgs, text, textStart: start, textLine: startLine, ...range })
  }
  const rest = lineAt(source, lastLineStart, line.number + countLines(source, line.next, lastLineStart) + 1)
  const column = rest.text.indexOf(closing) + closing.length
  state.enter(rest, column)
  return column
}

const OPENING = /\{\{\{(\{+|\w*)(?:(#!) *([\w/+.-]*)(?:\s+(.*?))?)?\s*$/y
const FIRST_LINE = /^[^\S\n]*#! *([^\s]*)([^\n]*)(?:\n|$)/

function countLines(source: string, from: number, to: number): number {
  let count = 0
  for (let at = source.indexOf('\n', from); at >= 0 && at < to; at = source.indexOf('\n', at + 1)) count++
  return count
}
