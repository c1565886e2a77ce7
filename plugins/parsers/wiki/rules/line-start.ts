import type { Node } from 'servus'
import { isSpace } from '../characters.ts'
import type { State } from '../state.ts'

/** `= Heading =`: the same number of signs on both sides, blanks between, nothing behind. */
export function heading(state: State, at: number): number {
  const { text } = state
  if (at !== 0) return -1
  let depth = 1
  while (text.charCodeAt(depth) === EQUALS) depth++
  const last = text.length - 1
  // The signs at the end must be as many, and stand behind a blank.
  let close = last
  while (close > depth && text.charCodeAt(close - 1) === EQUALS && last - close < depth) close--
  if (last - close !== depth || !isSpace(text.charCodeAt(depth)) || !isSpace(text.charCodeAt(close - 1))) return -1
  if (close - depth < 2) return -1

  const words = text.slice(depth, close).trim()
  state.begin(at, 'bare')
  const { builder } = state
  builder.closeParagraph()
  const children: Node[] = []
  builder.open(
    'heading',
    { type: 'heading', depth: Math.min(depth, 5), text: words, children, ...state.position(0, text.length) },
    children,
  )
  builder.text(words)
  builder.close('heading')
  return state.consumed(text.length)
}

const EQUALS = 61

/** A line that begins with `##` says nothing to readers. */
export function comment(state: State, at: number): number {
  if (at !== 0 || state.text.charCodeAt(1) !== 35) return -1
  // It ends a paragraph, and is an empty one where none is open.
  state.begin(at, state.tables.isOpen ? 'bare' : 'paragraph')
  state.builder.closeParagraph()
  return state.consumed(state.text.length)
}
