import { ArgumentProblem, type Arguments, type ArgumentValues, type FurtherArguments } from '../api/arguments.ts'
import type { Schema } from '../api/schema.ts'
import { splitArguments } from './split-arguments.ts'

/** What a macro takes besides its declared arguments. */
export interface Surplus {
  /** More values without a name, also behind named ones. */
  readonly positional?: boolean
  /** Values with names of their own. */
  readonly named?: boolean
}

/** The declared arguments by their names, and what else stood between the brackets. */
export interface BoundArguments<A extends Arguments | Schema> {
  readonly values: ArgumentValues<A>
  readonly further: FurtherArguments
}

/**
 * Fills declared arguments by MoinMoin's rules: values without a name from left to right, then those with one. Other than there,
 * an argument given twice is an error, surplus values keep their order, and one left empty has its default.
 * Throws ArgumentProblem.
 */
export function bindArguments<A extends Arguments>(text: string | null, declared: A, surplus: Surplus = {}): BoundArguments<A> {
  const split = splitArguments(text ?? '')
  const names = Object.keys(declared)
  const given = new Map<string, string | null>()
  const furtherNamed = new Map<string, string | null>()
  for (const [at, value] of split.positional.slice(0, names.length).entries()) given.set(names[at] ?? '', value)
  const beyond = [...split.positional.slice(names.length), ...split.trailing]
  if (surplus.positional !== true && beyond.length > 0) {
    if (split.trailing.length > 0) throw new ArgumentProblem('Cannot have arguments without name following named arguments')
    throw new ArgumentProblem('Too many arguments')
  }
  for (const [name, value] of split.named) {
    const target = Object.hasOwn(declared, name) ? given : surplus.named === true ? furtherNamed : null
    if (target === null) throw new ArgumentProblem('No argument named "{name}"', { name })
    // A place left empty, as in `<<X(,depth=2)>>`, gives nothing, so the name may still.
    if ((target.get(name) ?? null) !== null) throw new ArgumentProblem('Argument "{name}" is given twice', { name })
    target.set(name, value)
  }
  const values: Record<string, unknown> = {}
  for (const [name, argument] of Object.entries(declared)) {
    const value = given.get(name) ?? null
    if (value === null && argument.required) throw new ArgumentProblem('Argument "{name}" is required', { name })
    values[name] = value === null ? argument.missing() : argument.parse(value, name)
  }
  // Every declared name was filled by its own declaration.
  return { values: values as ArgumentValues<A>, further: { positional: beyond, named: furtherNamed } }
}
