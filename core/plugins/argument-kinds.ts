import { type Argument, ArgumentProblem, type Measure } from '../api/arguments.ts'
import { numberPattern, readBoolean, readChoice, readInteger, readNumber, wrong } from './read-text.ts'

/**
 * The kinds of arguments. Each is optional: with a value in the brackets that is what it has when left out, without one it is null.
 * `arg.required(…)` insists.
 *
 *     args: { page: arg.required(arg.text()), depth: arg.int(3), sort: arg.choice(['ascending', 'descending']) }
 */
export const arg = {
  text,
  int: numeric('an integer', readInteger),
  float: numeric('a number', readNumber),
  bool,
  /** One of these words; the first one when left out. */
  choice: <const T extends string>(words: readonly [T, ...T[]]): Argument<T> =>
    make(
      words.map((word) => `"${word}"`).join(' | '),
      words[0],
      () => words[0],
      (given, name) => readChoice(given, words, name),
    ),
  /** A number with one of these units; without one it has `unit`, where that is given. */
  measure: (
    units: readonly [string, ...string[]],
    options: { unit?: string; fallback?: Measure } = {},
  ): Argument<Measure | null> => {
    const { unit, fallback = null } = options
    return make(
      `${units.map((unit) => `3${unit}`).join(' | ')}`,
      fallback === null ? null : `${fallback.value}${fallback.unit}`,
      () => fallback,
      (given, name) => parseMeasure(given, name, units, unit),
    )
  },
  /** An argument that must be given. */
  required: <T>(inner: Argument<T>): Argument<NonNullable<T>> => ({
    kind: inner.kind,
    fallback: null,
    required: true,
    missing: () => {
      throw new TypeError('a required argument has no value to fall back on')
    },
    // Only `missing` answers null.
    parse: (given, name) => inner.parse(given, name) as NonNullable<T>,
  }),
}

function text(): Argument<string | null>
function text(fallback: string): Argument<string>
function text(fallback: string | null = null): Argument<string | null> {
  return make(
    'a text',
    fallback,
    () => fallback,
    (given) => given,
  )
}

function bool(): Argument<boolean | null>
function bool(fallback: boolean): Argument<boolean>
function bool(fallback: boolean | null = null): Argument<boolean | null> {
  return make('true or false', fallback === null ? null : String(fallback), () => fallback, readBoolean)
}

/** A number: null when it is left out without one. */
export interface Numeric {
  (): Argument<number | null>
  (fallback: number): Argument<number>
}

function numeric(kind: string, read: (text: string, name: string) => number): Numeric {
  const one = (fallback: number | null = null): Argument<number | null> =>
    make(kind, fallback === null ? null : String(fallback), () => fallback, read)
  // With a fallback there is always a number.
  return one as Numeric
}

function make<T>(
  kind: string,
  fallback: string | null,
  missing: () => T,
  parse: (given: string, name: string) => T,
): Argument<T> {
  return { kind, fallback, required: false, missing, parse }
}

/**
 * The same for a schema: `z.string().transform(inUnits(['px', 'em', '%'], 'px'))` is a number with one of these units; without one it
 * has the second argument's, where that is given.
 */
export function inUnits(units: readonly [string, ...string[]], unit?: string): (text: string) => Measure {
  return (text) => {
    try {
      return parseMeasure(text, '', units, unit)
    } catch {
      // A schema's transformation does not know the name of what it makes something of.
      throw badUnit(text, units)
    }
  }
}

function parseMeasure(given: string, name: string, units: readonly string[], without: string | undefined): Measure {
  // The longest unit is tried first: `in` must not be taken for the end of `min`.
  const unit = [...units].sort((a, b) => b.length - a.length).find((candidate) => given.endsWith(candidate)) ?? ''
  const number = given.slice(0, given.length - unit.length).trim()
  const known = unit !== '' ? unit : without
  if (known !== undefined && numberPattern.test(number)) return { value: Number(number), unit: known }
  if (numberPattern.test(number) || /^[+-]?[\d.]+\s*[a-z%]+$/i.test(given)) throw badUnit(given, units)
  throw wrong('a floating point', given, name)
}

function badUnit(value: string, units: readonly string[]): ArgumentProblem {
  return new ArgumentProblem('Invalid unit in value {value} (allowed units: {units})', { value, units: units.join(', ') })
}
