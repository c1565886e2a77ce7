import { ArgumentProblem, type Arguments, type ArgumentValues, type FurtherArguments } from '../api/arguments.ts'
import { badMacroArgument } from '../api/errors.ts'
import type { Dependency, Macro, MacroOutput, MacroPlugin } from '../api/macro.ts'
import type { Schema } from '../api/schema.ts'
import type { SessionWishes } from '../api/session.ts'
import type { Surplus } from './bind-arguments.ts'
import { type DeclaredArguments, declareArguments } from './declared-arguments.ts'

/** A macro whose arguments are declared once: their names, kinds and defaults. What `execute` gets has the types that follow. */
export interface MacroDefinition<A extends Arguments | Schema> {
  /** What it makes, in one sentence for `<<Help>>`. */
  readonly description?: string
  /** An object of zod, `z.object({ … })`, or of another validator that speaks Standard Schema; or a record of `arg.…`, which loads none. */
  readonly args?: A
  /** Whether more arguments than the declared ones are taken. */
  readonly surplus?: Surplus
  readonly dependencies?: readonly Dependency[]
  readonly session?: SessionWishes
  readonly bringsText?: boolean
  execute(macro: Macro, args: ArgumentValues<A>, further: FurtherArguments): MacroOutput | Promise<MacroOutput>
}

/** A macro made by `defineMacro`: it can tell its arguments. */
export interface DefinedMacro<A extends Arguments | Schema> extends MacroPlugin {
  readonly args: A
}

/**
 * Makes a macro of a declaration; a call that does not fit it says so in the macro's place on the page.
 *
 *     export default defineMacro({
 *       args: z.object({ who: z.string().default('world'), times: z.int().min(1).max(9).default(1) }),
 *       dependencies: [],
 *       execute: (macro, { who, times }) => macro.formatter.text(`Hello ${who}! `.repeat(times)),
 *     })
 *
 * `<<Hello(Ada, 3)>>`, `<<Hello(times=3)>>`: values without a name go to the arguments in the order of their declaration.
 */
export function defineMacro<const A extends Arguments | Schema = Record<never, never>>(
  definition: MacroDefinition<A>,
): DefinedMacro<A> {
  const { args, surplus, execute, ...rest } = definition
  // Without a declaration there is nothing to fill: the type parameter is the empty record then.
  const declaration = args ?? ({} as A)
  const declared = declareArguments(declaration, surplus)
  return {
    ...rest,
    args: declaration,
    argumentFacts: (t) => declared.facts(t),
    execute(macro, text) {
      const bound = bindFor(macro, text, declared)
      return bound instanceof Promise
        ? bound.then(({ values, further }) => execute(macro, values, further))
        : execute(macro, bound.values, bound.further)
    },
  }
}

/** A call that does not fit is told on the page, in the reader's language. */
function bindFor<A extends Arguments | Schema>(macro: Macro, text: string | null, declared: DeclaredArguments<A>) {
  const refuse = (error: unknown): never => {
    if (error instanceof ArgumentProblem)
      throw badMacroArgument(macro.request.t(error.message, error.values), macro.name, macro.page.name)
    throw error
  }
  try {
    const bound = declared.bind(text)
    return bound instanceof Promise ? bound.catch(refuse) : bound
  } catch (error) {
    return refuse(error)
  }
}
