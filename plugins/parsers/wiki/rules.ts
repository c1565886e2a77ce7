import { mail, url } from './rules/addresses.ts'
import { cell, rowEnd, rule, section } from './rules/blocks.ts'
import { link, transclusion } from './rules/brackets.ts'
import { backtickCode, bracedCode } from './rules/code.ts'
import { emphasis } from './rules/emphasis.ts'
import { comment, heading } from './rules/line-start.ts'
import { interwiki, wikiName } from './rules/names.ts'
import { entity, macro, sign, smiley } from './rules/signs.ts'
import { remarkEnd, remarkStart, size, strike, subscript, superscript, underline } from './rules/styles.ts'
import type { InlineRule } from './state.ts'

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'

/**
 * The rules of a line in the order of their rights: where several match at one place, the first wins. The second column
 * says with which characters a rule can begin; the last which lines it can be met on at all.
 */
export const RULES: readonly (readonly [rule: InlineRule, starts: string, needs?: 'colon' | 'at' | 'comment'])[] = [
  [emphasis, "'"],
  [underline, '_'],
  [size, '~-+'],
  [strike, '-)'],
  [remarkStart, '/'],
  [remarkEnd, ' \t\n', 'comment'],
  [superscript, '^'],
  [subscript, ','],
  [bracedCode, '{'],
  [backtickCode, '`'],
  [interwiki, CAPITALS, 'colon'],
  [wikiName, `${CAPITALS}!/.`],
  [link, '['],
  [transclusion, '{'],
  [url, SMALL, 'colon'],
  [mail, `${CAPITALS}${SMALL}${DIGITS}_-.+`, 'at'],
  [smiley, 'X:<B;/(>|{'],
  [macro, '<'],
  [heading, '='],
  [section, '{'],
  [comment, '#'],
  [rowEnd, '|'],
  [cell, '|'],
  [rule, '-'],
  [entity, '&'],
  [sign, '<>&'],
]

/** The rules by first character, one table for every combination of what a line has. */
export function rulesFor(has: { hasColon: boolean; hasAt: boolean; comment: boolean }): RuleTable {
  return TABLES[(has.hasColon ? 1 : 0) + (has.hasAt ? 2 : 0) + (has.comment ? 4 : 0)] ?? NO_RULES
}

export interface RuleTable {
  readonly ascii: readonly (readonly InlineRule[] | null)[]
  /** For capital letters beyond ASCII, and for other letters there. */
  readonly upper: readonly InlineRule[]
  readonly other: readonly InlineRule[] | null
  /** True for a line within a remark. */
  readonly comment: boolean
}

const NO_RULES: RuleTable = { ascii: [], upper: [], other: null, comment: false }

const TABLES: readonly RuleTable[] = Array.from({ length: 8 }, (_, has) => {
  const line = { colon: (has & 1) !== 0, at: (has & 2) !== 0, comment: (has & 4) !== 0 }
  const active = RULES.filter(([, , needs]) => needs === undefined || line[needs])
  const ascii = Array.from({ length: 128 }, (_, code) => {
    const rules = active.filter(([, starts]) => starts.includes(String.fromCharCode(code))).map(([found]) => found)
    return rules.length > 0 ? rules : null
  })
  return { ascii, upper: line.at ? [wikiName, mail] : [wikiName], other: line.at ? [mail] : null, comment: line.comment }
})
