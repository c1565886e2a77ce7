import type { State } from '../state.ts'

/** `''emphasis''`, `'''strong'''`, and five quotes for both at once. */
export function emphasis(state: State, at: number): number {
  const { text } = state
  if (text.charCodeAt(at + 1) !== QUOTE) return -1
  let count = 2
  while (count < 6 && text.charCodeAt(at + count) === QUOTE) count++
  if (count >= 5) {
    const closing = firstClosing(state, at + 5)
    if (closing !== null || count === 5) return both(state, at, closing)
  }
  return one(state, at, count === 2 ? 2 : 3)
}

const QUOTE = 39

/** Which style the quotes behind five quotes and some words would end: `'''''a'' b'''` opens the strong one first. */
function firstClosing(state: State, from: number): 'strong' | 'emphasis' | null {
  const next = state.find("'", from)
  if (next <= from || state.text.charCodeAt(next + 1) !== QUOTE) return null
  return state.text.charCodeAt(next + 2) === QUOTE ? 'strong' : 'emphasis'
}

function both(state: State, at: number, closing: 'strong' | 'emphasis' | null): number {
  state.begin(at)
  const strongWithin = state.strong > state.emphasis && state.emphasis > 0
  state.strong = state.strong ? 0 : 1
  state.emphasis = state.emphasis ? 0 : 1
  const strongFirst = closing === 'emphasis' || (closing === null && strongWithin)
  if (closing && state.strong && state.emphasis) {
    if (strongFirst) state.emphasis = 2
    else state.strong = 2
  }
  if (strongFirst) {
    setStrong(state)
    setEmphasis(state)
  } else {
    setEmphasis(state)
    setStrong(state)
  }
  return state.consumed(at + 5)
}

function one(state: State, at: number, count: 2 | 3): number {
  state.begin(at)
  if (count === 3) {
    state.strong = state.strong ? 0 : state.emphasis ? 2 : 1
    setStrong(state)
  } else {
    state.emphasis = state.emphasis ? 0 : state.strong ? 2 : 1
    setEmphasis(state)
  }
  return state.consumed(at + count)
}

function setStrong(state: State): void {
  if (state.strong) state.builder.openStyle('strong')
  else state.builder.closeStyle('strong')
}

function setEmphasis(state: State): void {
  if (state.emphasis) state.builder.openStyle('emphasis')
  else state.builder.closeStyle('emphasis')
}
