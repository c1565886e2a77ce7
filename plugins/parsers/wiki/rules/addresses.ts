import { schemeAt } from 'servus'
import { isClosingPunctuation, isWord } from '../characters.ts'
import type { State } from '../state.ts'

/** `http://example.org/` in running text; punctuation at its end stays outside. */
export function url(state: State, at: number): number {
  const { text } = state
  if (at > 0 && isWord(text.charCodeAt(at - 1))) return -1
  const scheme = schemeAt(text, at)
  if (scheme === null) return -1
  const from = at + scheme.length + 1
  let end = state.endOfRun(from)
  if (end === from) return -1
  while (end > from + 1 && isClosingPunctuation(text.charCodeAt(end - 1))) end--
  const address = text.slice(at, end)
  state.begin(at)
  state.builder.inline({
    type: 'link',
    target: { kind: 'url', url: address, scheme },
    free: true,
    children: [],
    description: '',
    attributes: {},
    query: {},
    ...state.position(at, end),
  })
  return state.consumed(end)
}

/** `someone@example.org` in running text. */
export function mail(state: State, at: number): number {
  const end = state.mailEnd(at)
  if (end < 0) return -1
  const address = state.text.slice(at, end)
  state.begin(at)
  state.builder.inline({
    type: 'link',
    target: { kind: 'url', url: `mailto:${address}`, scheme: 'mailto' },
    free: true,
    children: [{ type: 'text', text: address }],
    description: '',
    attributes: {},
    query: {},
    ...state.position(at, end),
  })
  return state.consumed(end)
}
