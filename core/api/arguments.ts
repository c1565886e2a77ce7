import type { Schema, SchemaValues } from './schema.ts'

/**
 * One argument of a macro: how its text becomes a value. Made by `arg.text()`, `arg.int()` and their sisters; a macro with an
 * argument of its own kind writes this object itself.
 */
export interface Argument<T> {
  /** In words, for help pages and error messages: `an integer`. */
  readonly kind: string
  /** As shown in a macro's help; null: the argument may be left out and has no value then. */
  readonly fallback: string | null
  readonly required: boolean
  /** Called when no value was given: nothing, or nothing behind the `=`. `""` is a value, the empty text. */
  missing(): T
  /** Throws `ArgumentProblem` for a text that cannot be meant. `name` is the argument's. */
  parse(text: string, name: string): T
}

/** What is wrong with an argument: an English sentence with holes, so that it can be translated, and what goes into them. */
export class ArgumentProblem extends Error {
  readonly values: Readonly<Record<string, string>>

  constructor(sentence: string, values: Readonly<Record<string, string>> = {}) {
    super(sentence)
    this.name = 'ArgumentProblem'
    this.values = values
  }
}

/** The arguments of a macro by name, in the order in which they may be given without one. */
export type Arguments = Readonly<Record<string, Argument<unknown>>>

/** The values that a declaration stands for. */
export type ArgumentValues<A extends Arguments | Schema> = A extends Schema
  ? SchemaValues<A>
  : { readonly [Name in keyof A]: A[Name] extends Argument<infer T> ? T : never }

/** A text of the interface in the language of whoever reads it, `{name}` replaced by `values.name`. */
export type TextIn = (text: string, values?: Readonly<Record<string, unknown>>) => string

/** One declared argument as a help page shows it. */
export interface ArgumentFacts {
  readonly name: string
  /** In words: `an integer from 1 to 9`, `"up" or "down"`. */
  readonly kind: string
  readonly required: boolean
  /** As one would write it; null when there is no default. */
  readonly fallback: string | null
  /** '' when the declaration does not say. */
  readonly meaning: string
}

/** A number with its unit. */
export interface Measure {
  readonly value: number
  readonly unit: string
}

/** What stood between the brackets of a call, split but not yet understood; null is a value left out. */
export interface SplitArguments {
  readonly positional: readonly (string | null)[]
  /** In the order given, double ones included. */
  readonly named: readonly (readonly [name: string, value: string | null])[]
  /** Values without a name behind one with a name. */
  readonly trailing: readonly (string | null)[]
}

/** Arguments beyond the declared ones, for macros that take them. */
export interface FurtherArguments {
  readonly positional: readonly (string | null)[]
  readonly named: ReadonlyMap<string, string | null>
}
