import { ArgumentProblem } from '../api/arguments.ts'

/** How many decimals a number may have is its macro's business; what is no number at all is refused here. */
export const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const wholePattern = /^[+-]?\d+$/
const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
])

// What somebody wrote as a value, made the kind that is wanted, by MoinMoin's rules and with its words. `name` is the argument's.

export function readInteger(text: string, name: string): number {
  return numberOf(text, wholePattern, 'an integer', name)
}

export function readNumber(text: string, name: string): number {
  return numberOf(text, numberPattern, 'a floating point', name)
}

export function readBoolean(text: string, name: string): boolean {
  const value = words.get(text.trim().toLowerCase())
  if (value === undefined) throw wrong('a boolean', text, name)
  return value
}

export function readChoice<const T extends string>(text: string, choices: readonly T[], name: string): T {
  const found = choices.find((word) => word === text)
  if (found === undefined)
    throw new ArgumentProblem('Argument "{name}" must be one of "{choices}", not "{value}"', {
      name,
      choices: choices.join('", "'),
      value: text,
    })
  return found
}

export function wrong(kind: string, value: string, name: string): ArgumentProblem {
  return new ArgumentProblem(`Argument "{name}" must be ${kind} value, not "{value}"`, { name, value })
}

function numberOf(text: string, pattern: RegExp, kind: string, name: string): number {
  const value = pattern.test(text.trim()) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) throw wrong(kind, text, name)
  return value
}
