import { parseTarget, resolvePageName } from 'servus'
import { isClosingPunctuation, isLower, isSpace, isUpper, isUpperOrLower, isWord } from '../characters.ts'
import type { State } from '../state.ts'

/** `OtherWiki:SomePage` in running text. Whether there is such a wiki is not known here: the link is marked as free. */
export function interwiki(state: State, at: number): number {
  const { text } = state
  if (at > 0 && isWord(text.charCodeAt(at - 1))) return -1
  let colon = at
  while (isAsciiLetter(text.charCodeAt(colon))) colon++
  if (colon - at < 2 || text.charCodeAt(colon) !== COLON || !isAsciiUpper(text.charCodeAt(at))) return -1

  let end = colon + 1
  while (end < state.end && !isSpace(text.charCodeAt(end)) && !isClosingPunctuation(text.charCodeAt(end))) end++
  if (end === colon + 1 || !hasLetter(text, colon + 1, state.end)) return -1

  state.begin(at)
  state.builder.inline({
    type: 'link',
    target: parseTarget(text.slice(at, end), state.options.pageName),
    free: true,
    children: [],
    description: '',
    attributes: {},
    query: {},
    ...state.position(at, end),
  })
  return state.consumed(end)
}

/** A WikiName, with `/Child` and `../Sibling` forms and an anchor; `!` before it keeps it text. */
export function wikiName(state: State, at: number): number {
  const { text } = state
  const before = at > 0 ? text.charCodeAt(at - 1) : 0
  if (at > 0 && (isUpperOrLower(before) || before === SLASH)) return -1

  const start = text.charCodeAt(at) === BANG ? at + 1 : at
  let end = start
  while (text.startsWith('../', end)) end += 3
  const parts = readParts(text, end)
  if (parts < 0) return -1
  end = parts
  let anchor: string | null = null
  if (text.charCodeAt(end) === HASH && end + 1 < state.end && !isSpace(text.charCodeAt(end + 1))) {
    const from = end + 1
    end = state.endOfRun(from)
    anchor = text.slice(from, end)
  } else if (isUpperOrLower(text.charCodeAt(end)) || text.charCodeAt(end) === SLASH) return -1

  const name = text.slice(start, parts)
  const words = text.slice(start, end)
  const page = resolvePageName(state.options.pageName, name)
  state.begin(at)
  if (start > at && state.options.bangMeta) {
    state.builder.text(words)
    return state.consumed(end)
  }
  if (start > at) state.builder.text('!')
  // A page does not link to itself.
  if (page === state.options.pageName && anchor === null) state.builder.text(words)
  else {
    state.builder.inline({
      type: 'link',
      target: { kind: 'page', page, anchor, written: words },
      free: true,
      children: [],
      description: '',
      attributes: {},
      query: {},
      ...state.position(start, end),
    })
  }
  return state.consumed(end)
}

/** Reads `PartOne/PartTwo` (a slash may come first); answers the end, or -1. */
function readParts(text: string, from: number): number {
  let end = -1
  let at = from
  for (;;) {
    if (text.charCodeAt(at) === SLASH) at++
    const next = readPart(text, at)
    if (next < 0) return end
    end = at = next
    if (text.charCodeAt(at) !== SLASH) return end
  }
}

/** Capital and small letters in turn, at least twice. */
function readPart(text: string, from: number): number {
  let at = from
  let humps = 0
  while (isUpper(text.charCodeAt(at)) && isLower(text.charCodeAt(at + 1))) {
    at += 2
    while (isLower(text.charCodeAt(at))) at++
    humps++
  }
  return humps < 2 ? -1 : at
}

function hasLetter(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (isUpperOrLower(code)) return true
    if (isSpace(code)) return false
  }
  return false
}

const COLON = 58
const SLASH = 47
const BANG = 33
const HASH = 35
const isAsciiUpper = (code: number): boolean => code >= 65 && code <= 90
const isAsciiLetter = (code: number): boolean => isAsciiUpper(code) || (code >= 97 && code <= 122)
