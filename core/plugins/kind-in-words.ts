import type { TextIn } from '../api/arguments.ts'
import type { Field } from '../api/schema.ts'

/** `an integer from 1 to 9`, `"up" or "down"`, `a list: a text`: what a help page says of a member. */
export function kindInWords(field: Field, t: TextIn): string {
  const { kind, choices, inner } = field
  if (kind === 'choice')
    return either(
      choices.map((word) => `"${word}"`),
      t,
    )
  if (kind === 'list') return t('a list: {kind}', { kind: inner.map((item) => kindInWords(item, t)).join() })
  if (kind === 'alternatives')
    return either(
      inner.map((one) => kindInWords(one, t)),
      t,
    )
  return inRange(field, t(kindWords[kind]), t)
}

const kindWords = {
  text: 'a text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date',
  duration: 'a duration like 30m or 14d',
  group: 'a group',
} as const

function inRange({ least, most }: Field, kind: string, t: TextIn): string {
  if (least !== null && most !== null) return t('{kind} from {least} to {most}', { kind, least, most })
  if (least !== null) return t('{kind}, at least {least}', { kind, least })
  return most === null ? kind : t('{kind}, at most {most}', { kind, most })
}

function either(all: readonly string[], t: TextIn): string {
  return all.length < 2 ? all.join() : t('{these} or {that}', { these: all.slice(0, -1).join(', '), that: all.at(-1) })
}
