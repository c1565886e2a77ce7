import type { Style } from 'servus'
import { isSpace } from '../characters.ts'
import type { State } from '../state.ts'

/** `__underlined__` */
export function underline(state: State, at: number): number {
  if (!state.text.startsWith('__', at)) return -1
  return toggle(state, at, 2, 'underline')
}

/** `~-smaller-~` and `~+bigger+~`; a blank after the opening belongs to it. */
export function size(state: State, at: number): number {
  const { text } = state
  for (const [sign, style] of SIZES) {
    const opens = text[at] === '~' && text[at + 1] === sign
    if (!opens && !(text[at] === sign && text[at + 1] === '~')) continue
    // An opening within the open style, and an end without a beginning, are text.
    if (state[style] === opens) return -1
    return toggle(state, at, opens && text[at + 2] === ' ' ? 3 : 2, style)
  }
  return -1
}

const SIZES = [
  ['-', 'small'],
  ['+', 'big'],
] as const

/** `--(stricken)--` */
export function strike(state: State, at: number): number {
  const opens = state.text.startsWith('--(', at)
  if (!opens && !state.text.startsWith(')--', at)) return -1
  if (state.strike === opens) return -1
  return toggle(state, at, 3, 'strike')
}

/** `/* a remark *​/`, hidden until the reader asks for comments. Its signs stand alone between blanks. */
export function remarkStart(state: State, at: number): number {
  const { text } = state
  if (state.comment || text[at + 1] !== '*' || !isSpace(text.charCodeAt(at + 2))) return -1
  if (at > 0 && !isSpace(text.charCodeAt(at - 1))) return -1
  return toggle(state, at, 3, 'comment')
}

/** The end of a remark, which begins with a blank. */
export function remarkEnd(state: State, at: number): number {
  const { text } = state
  if (!state.comment || text[at + 1] !== '*' || text[at + 2] !== '/' || !isSpace(text.charCodeAt(at + 3))) return -1
  return toggle(state, at, 3, 'comment')
}

function toggle(state: State, at: number, length: number, style: Style & ToggledStyle): number {
  state.begin(at)
  state[style] = !state[style]
  if (state[style]) state.builder.openStyle(style)
  else state.builder.closeStyle(style)
  return state.consumed(at + length)
}

type ToggledStyle = 'underline' | 'small' | 'big' | 'strike' | 'comment'

/** `^above^` and `,,below,,`: plain words without markup in them. */
export function superscript(state: State, at: number): number {
  return script(state, at, '^', 'sup')
}

export function subscript(state: State, at: number): number {
  if (!state.text.startsWith(',,', at)) return -1
  return script(state, at, ',,', 'sub')
}

function script(state: State, at: number, sign: string, style: Style): number {
  const from = at + sign.length
  const to = state.find(sign, from)
  if (to < 0) return -1
  state.begin(at)
  const words = state.text.slice(from, to)
  state.builder.inline({ type: 'styled', style, children: words ? [{ type: 'text', text: words }] : [] })
  return state.consumed(to + sign.length)
}
