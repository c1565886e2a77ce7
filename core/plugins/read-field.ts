import type { Field } from '../api/schema.ts'
import { parseTimespan } from '../base/timespan.ts'
import { readBoolean, readChoice, readInteger, readNumber, wrong } from './read-text.ts'
import { splitArguments } from './split-arguments.ts'

/**
 * Makes a text the kind of value that a member wants; whether it is a good one is for the schema to say. Throws ArgumentProblem for a
 * text that cannot be meant.
 */
export function readField(field: Field, text: string, name = field.name): unknown {
  switch (field.kind) {
    case 'integer':
      return readInteger(text, name)
    case 'number':
      return readNumber(text, name)
    case 'boolean':
      return readBoolean(text, name)
    case 'choice':
      return readChoice(text, field.choices, name)
    case 'date':
      return readDate(text, name)
    case 'duration':
      return readDuration(text, name)
    case 'list':
      return itemsOf(text).map((item) => readItem(field, item, name))
    case 'alternatives':
      return readAlternative(field, text, name)
    default:
      return text
  }
}

/** One item of a list. */
export function readItem(list: Field, text: string, name = list.name): unknown {
  const [item] = list.inner
  return item === undefined ? text : readField(item, text, name)
}

/** `2026-11-21`, or with a time behind it. Without a zone it is UTC: a page must mean the same to every reader. */
function readDate(text: string, name: string): Date {
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text.trim()) ?? []
  const date = new Date(time === undefined ? `${day}` : `${day}T${time}${zone ?? 'Z'}`)
  if (Number.isNaN(date.getTime())) throw wrong('a date', text, name)
  return date
}

/** Seconds of `90s`, `30m`, `24h`, `14d`, `2w`. */
function readDuration(text: string, name: string): number {
  try {
    return parseTimespan(text)
  } catch {
    throw wrong('a duration', text, name)
  }
}

/** `a, b, "c, d"`: items at commas, as between the brackets of a call, but that `=` has no meaning. */
function itemsOf(text: string): readonly string[] {
  const { positional } = splitArguments(text.replaceAll('=', '\0'))
  return positional.flatMap((item) => (item === null ? [] : [item.replaceAll('\0', '=')]))
}

/** The first that fits; a text fits always, so it is asked last. */
function readAlternative({ inner }: Field, text: string, name: string): unknown {
  for (const one of [...inner].sort((a, b) => Number(a.kind === 'text') - Number(b.kind === 'text'))) {
    try {
      return readField(one, text, name)
    } catch {
      // The next may fit.
    }
  }
  return text
}
