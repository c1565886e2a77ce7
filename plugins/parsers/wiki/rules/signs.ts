import { isSpace, isWord } from '../characters.ts'
import type { State } from '../state.ts'

/** `:-)` and its kin, alone between blanks. */
export function smiley(state: State, at: number): number {
  const { text } = state
  if (at > 0 && !isSpace(text.charCodeAt(at - 1))) return -1
  let end = at + 1
  while (end < at + 5 && end < state.end && !isSpace(text.charCodeAt(end))) end++
  const name = text.slice(at, end)
  if (!SMILEYS.has(name) || !isSpace(text.charCodeAt(end))) return -1
  state.begin(at)
  state.builder.inline({ type: 'smiley', name })
  return state.consumed(end)
}

const SMILEYS: ReadonlySet<string> = new Set([
  'X-(',
  ':D',
  '<:(',
  ':o',
  ':(',
  ':)',
  'B)',
  ':))',
  ';)',
  '/!\\',
  '<!>',
  '(!)',
  ':-?',
  ':\\',
  '>:>',
  '|)',
  ':-(',
  ':-)',
  'B-)',
  ':-))',
  ';-)',
  '|-)',
  '(./)',
  '{OK}',
  '{X}',
  '{i}',
  '{1}',
  '{2}',
  '{3}',
  '{*}',
  '{o}',
])

/** A call `<<Name(arguments)>>`; the arguments end at the first `)>>`. */
export function macro(state: State, at: number): number {
  const { text } = state
  if (text.charCodeAt(at + 1) !== 60) return -1
  let to = at + 2
  while (isWord(text.charCodeAt(to))) to++
  if (to === at + 2) return -1
  const name = text.slice(at + 2, to)
  let args: string | null = null
  if (text[to] === '(') {
    const close = state.find(')>>', to + 1)
    if (close < 0) return -1
    args = text.slice(to + 1, close)
    to = close + 1
  }
  if (!text.startsWith('>>', to)) return -1
  const end = to + 2
  state.begin(at)
  state.builder.inline({ type: 'macro', name, args, source: text.slice(at, end), ...state.position(at, end) })
  return state.consumed(end)
}

/** A sign that HTML has a use for. It is text like any other, yet it opens a paragraph in an item, as all markup does. */
export function sign(state: State, at: number): number {
  state.begin(at)
  state.builder.text(state.text.charAt(at))
  return state.consumed(at + 1)
}

/** A character reference: `&uuml;`, `&#252;`, `&#xfc;`. Numbers have at most five digits. */
export function entity(state: State, at: number): number {
  ENTITY.lastIndex = at
  const source = ENTITY.exec(state.text)?.[0]
  if (source === undefined) return -1
  state.begin(at)
  state.builder.inline({ type: 'entity', source })
  return state.consumed(at + source.length)
}

const ENTITY = /&(?:[a-zA-Z]{1,32}|#\d{1,5}|#x[0-9a-fA-F]{1,6});/y
