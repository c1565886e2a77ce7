import type { State } from '../state.ts'

/** `{{{code}}}` within a line. */
export function bracedCode(state: State, at: number): number {
  if (!state.text.startsWith('{{{', at)) return -1
  const end = state.find('}}}', at + 3)
  if (end < 0 || end >= state.end) return -1
  state.begin(at)
  state.builder.inline({ type: 'code', text: state.text.slice(at + 3, end), fence: 'braces' })
  return state.consumed(end + 3)
}

/** Code between backticks. */
export function backtickCode(state: State, at: number): number {
  const end = state.find('`', at + 1)
  if (end < 0) return -1
  state.begin(at)
  state.builder.inline({ type: 'code', text: state.text.slice(at + 1, end), fence: 'backticks' })
  return state.consumed(end + 1)
}
