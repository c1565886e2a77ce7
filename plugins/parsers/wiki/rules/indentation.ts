import type { List } from 'servus'
import { isSpace } from '../characters.ts'
import type { State } from '../state.ts'

/** What an indented line begins with, when it decides on the kind of list. */
export interface ListMark {
  readonly kind: Exclude<List['kind'], 'bullet'>
  readonly numbering: string | null
  readonly first: number | null
  /** Where the item's text begins. */
  readonly end: number
}

/** ` 1. one`, ` a.#3 c`, ` term:: description`; null for all other indented lines. */
export function listMark(text: string, indent: number): ListMark | null {
  NUMBER.lastIndex = indent
  const number = NUMBER.exec(text)
  if (number) {
    const first = number[2] === undefined ? null : Math.min(Number(number[2]), 2 ** 31 - 1)
    return { kind: 'number', numbering: text.charAt(indent), first, end: indent + number[0].length }
  }
  let colons = text.indexOf('::', indent)
  while (colons >= 0 && !isSpace(text.charCodeAt(colons + 2))) colons = text.indexOf('::', colons + 1)
  return colons < 0 ? null : { kind: 'definition', numbering: null, first: null, end: colons + 3 }
}

const NUMBER = /([0-9]+|[aAiI])\.(?:#(\d+))?\s/y

/** Reads the indentation and the sign behind it; answers where the item's text begins. */
export function indentation(state: State, indent: number, mark: ListMark | null): number {
  const { lists, text } = state
  // ` */` ends a remark rather than begins an item.
  if (state.comment && indent === 1 && text.startsWith('*/', 1)) return 0
  if (mark?.kind === 'definition') lists.startDescription(text.slice(1, mark.end - 3).trimStart())
  else if (mark) lists.startItem(true)
  else {
    const sign = text[indent]
    if (sign === '*' || sign === '.') {
      lists.startItem(sign === '*')
      let at = indent + 1
      while (at < state.end && isSpace(text.charCodeAt(at))) at++
      return state.consumed(at)
    }
    if (!lists.inItem) lists.startItem(false)
  }
  return state.consumed(mark?.end ?? indent)
}
