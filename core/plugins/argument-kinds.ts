import { type Argument, ArgumentProblem, type Measure } from '../api/arguments.ts'

/** How many decimals a macro's number may have is its own business; what is no number at all is refused here. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, '1': true, false: false, no: false, '0': false }

/**
 * The kinds of arguments. Each is optional: with a value in the brackets that is what it has when left out, without one it is null.
 * `arg.required(…)` insists.
 *
 *     args: { page: arg.required(arg.text()), depth: arg.int(3), sort: arg.choice(['ascending', 'descending']) }
 */
export const arg = {
  text,
  int: numeric('an integer', /^[+-]?\d+$/),
  float: numeric('a floating point', NUMBER),
  bool,
  /** One of these words; the first one when left out. */
  choice: <const T extends string>(words: readonly [T, ...T[]]): Argument<T> =>
    make(
      'one of them',
      words[0],
      () => words[0],
      (given, name) => {
        const found = words.find((word) => word === given)
        if (found === undefined)
          throw new ArgumentProblem('Argument "{name}" must be one of "{choices}", not "{value}"', {
            name,
            choices: words.join('", "'),
            value: given,
          })
        return found
      },
    ),
  /** A number with one of these units; without one it has `unit`, where that is given. */
  measure: (
    units: readonly [string, ...string[]],
    options: { unit?: string; fallback?: Measure } = {},
  ): Argument<Measure | null> => {
    const { unit, fallback = null } = options
    return make(
      'a measure',
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
  return make(
    'a boolean',
    fallback === null ? null : String(fallback),
    () => fallback,
    (given, name) => {
      const value = Object.hasOwn(WORDS, given.toLowerCase()) ? WORDS[given.toLowerCase()] : undefined
      if (value === undefined) throw wrong('a boolean', given, name)
      return value
    },
  )
}

interface Numeric {
  (): Argument<number | null>
  (fallback: number): Argument<number>
}

function numeric(kind: string, pattern: RegExp): Numeric {
  const one = (fallback: number | null = null): Argument<number | null> =>
    make(
      kind,
      fallback === null ? null : String(fallback),
      () => fallback,
      (given, name) => {
        const value = pattern.test(given.trim()) ? Number(given) : Number.NaN
        if (!Number.isFinite(value)) throw wrong(kind, given, name)
        return value
      },
    )
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

function parseMeasure(given: string, name: string, units: readonly string[], without: string | undefined): Measure {
  // The longest unit is tried first: `in` must not be taken for the end of `min`.
  const unit = [...units].sort((a, b) => b.length - a.length).find((candidate) => given.endsWith(candidate)) ?? ''
  const number = given.slice(0, given.length - unit.length).trim()
  const known = unit !== '' ? unit : without
  if (known !== undefined && NUMBER.test(number)) return { value: Number(number), unit: known }
  if (NUMBER.test(number) || /^[+-]?[\d.]+\s*[a-z%]+$/i.test(given)) {
    throw new ArgumentProblem('Invalid unit in value {value} (allowed units: {units})', { value: given, units: units.join(', ') })
  }
  throw wrong('a floating point', given, name)
}

function wrong(kind: string, value: string, name: string): ArgumentProblem {
  return new ArgumentProblem(`Argument "{name}" must be ${kind} value, not "{value}"`, { name, value })
}
