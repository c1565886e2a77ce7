import { type Node, parseTarget, unescapeUrl } from 'servus'
import { isSpace } from '../characters.ts'
import { parseParameters } from '../parameters.ts'
import type { State } from '../state.ts'

/** `[[target|words|parameters]]`; the words may be one transclusion. */
export function link(state: State, at: number): number {
  if (!state.text.startsWith('[[', at)) return -1
  const parts = readLink(state, at + 2)
  if (!parts) return -1
  const { pageName } = state.options
  const target = parseTarget(parts.target, pageName)
  const position = state.position(at, parts.end)

  let children: Node[] = []
  const image = transclusionAt(parts.words, 0)
  if (image && image.end === parts.words.length) {
    children = [makeTransclusion(state, image, image.words ?? parts.target, position.start, position.end)]
  } else if (parts.words !== '') children = [{ type: 'text', text: parts.words }]

  const { attributes, query } = parseParameters(parts.parameters, LINK_ATTRIBUTES)
  state.begin(at)
  if (target.kind === 'drawing') {
    // A drawing is shown, however it is named.
    state.builder.inline({ type: 'transclusion', target, description: parts.words, attributes, query, ...position })
    return state.consumed(parts.end)
  }
  state.builder.inline({
    type: 'link',
    target,
    free: false,
    children,
    description: parts.words,
    attributes,
    query,
    ...position,
  })
  return state.consumed(parts.end)
}

const LINK_ATTRIBUTES = ['class', 'title', 'target', 'accesskey', 'rel']

/** `{{target|words|parameters}}` */
export function transclusion(state: State, at: number): number {
  if (!state.text.startsWith('{{', at)) return -1
  // What follows the first bar is the same for all braces before it.
  const bar = state.find('|', at + 2)
  if (bar >= 0 && bar === state.failedBar) return -1
  const parts = readTransclusion(state.text, at + 2, (word, from, part) => state.find(word, from, part))
  if (!parts) {
    if (state.find('}}', at + 3) > bar) state.failedBar = bar
    return -1
  }
  const { start, end } = state.position(at, parts.end)
  const node = makeTransclusion(state, parts, parts.words ?? '', start, end)
  state.begin(at)
  state.builder.inline(node)
  return state.consumed(parts.end)
}

interface Parts {
  readonly target: string
  /** null when there is no bar at all. */
  readonly words: string | null
  readonly parameters: string
  readonly end: number
}

function makeTransclusion(state: State, parts: Parts, description: string, start: number, end: number) {
  const target = parseTarget(unescapeUrl(parts.target), state.options.pageName)
  const { attributes, query } = parseParameters(parts.parameters, TRANSCLUSION_ATTRIBUTES)
  return { type: 'transclusion', target, description, attributes, query, start, end, line: state.line.number } as const
}

const TRANSCLUSION_ATTRIBUTES = ['class', 'title', 'longdesc', 'width', 'height', 'align', 'type', 'standby']

function readLink(state: State, from: number): (Parts & { words: string }) | null {
  const { text } = state
  if (text.charCodeAt(from) === BAR) return null
  const bar = state.find('|', from)
  const close = state.find(']]', from + 1)
  if (close < 0) return null
  if (bar < 0 || close < bar) {
    return { target: trimmed(text, from, close), words: '', parameters: '', end: close + 2 }
  }
  const rest = readWords(state, bar + 1)
  return rest && { target: trimmed(text, from, bar), ...rest }
}

/** What follows the first bar of a link. Many brackets may stand before one bar, so the last answer is kept. */
function readWords(state: State, from: number): { words: string; parameters: string; end: number } | null {
  if (state.linkWords?.from === from) return state.linkWords.found
  const found = readWordsOnce(state, from)
  state.linkWords = { from, found }
  return found
}

function readWordsOnce(state: State, from: number): { words: string; parameters: string; end: number } | null {
  const { text } = state
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  if (text.startsWith('{{', at)) {
    // The words are a transclusion when its end is also the end of the words.
    for (let bars = 0, to = at + 3; to < text.length && bars <= 2; to++) {
      if (text.charCodeAt(to) === BAR) bars++
      if (!text.startsWith('}}', to)) continue
      const tail = readTail(state, to + 2)
      if (tail) return { words: text.slice(at, to + 2), ...tail }
    }
  }
  const close = state.find(']]', from, 3)
  if (close < 0) return null
  const bar = state.find('|', from, 3)
  if (bar < 0 || close < bar) return { words: trimmed(text, from, close), parameters: '', end: close + 2 }
  const tail = readTail(state, bar)
  return tail && { words: trimmed(text, from, bar), ...tail }
}

/** `]]`, or a bar and the parameters before it. */
function readTail(state: State, from: number): { parameters: string; end: number } | null {
  const { text } = state
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  if (text.startsWith(']]', at)) return { parameters: '', end: at + 2 }
  if (text.charCodeAt(at) !== BAR) return null
  const close = state.find(']]', at + 1, 4)
  const bar = state.find('|', at + 1, 4)
  if (close < 0 || (bar >= 0 && bar < close)) return null
  return { parameters: trimmed(text, at + 1, close), end: close + 2 }
}

/** The parts of a transclusion that begins at `from`, behind its braces. */
function readTransclusion(text: string, from: number, find: (word: string, from: number, part: number) => number): Parts | null {
  if (text.charCodeAt(from) === BAR) return null
  const parts: string[] = []
  let start = from
  while (parts.length < 3) {
    const part = parts.length
    const close = find('}}', parts.length === 0 ? start + 1 : start, part)
    if (close < 0) return null
    const bar = find('|', start, part)
    const isLast = bar < 0 || close < bar
    parts.push(trimmed(text, start, isLast ? close : bar))
    if (isLast) return { target: parts[0] ?? '', words: parts[1] ?? null, parameters: parts[2] ?? '', end: close + 2 }
    start = bar + 1
  }
  return null
}

function transclusionAt(text: string, at: number): Parts | null {
  if (!text.startsWith('{{', at)) return null
  return readTransclusion(text, at + 2, (word, from) => text.indexOf(word, from))
}

/** Without blanks around; blanks alone stay one blank, the name of a page that cannot be. */
function trimmed(text: string, from: number, to: number): string {
  const words = text.slice(from, to)
  return words.trim() || (words === '' ? '' : ' ')
}

const BAR = 124
