import { ArgumentProblem, type Arguments, type ArgumentValues, type FurtherArguments } from '../api/arguments.ts'
import { badMacroArgument } from '../api/errors.ts'
import type { Dependency, Macro, MacroOutput, MacroPlugin } from '../api/macro.ts'
import { type BoundArguments, bindArguments, type Surplus } from './bind-arguments.ts'

/** A macro whose arguments are declared once: their names, kinds and defaults. What `execute` gets has the types that follow. */
export interface MacroDefinition<A extends Arguments> {
  readonly args?: A
  /** Whether more arguments than the declared ones are taken. */
  readonly surplus?: Surplus
  readonly dependencies?: readonly Dependency[]
  readonly bringsText?: boolean
  execute(macro: Macro, args: ArgumentValues<A>, further: FurtherArguments): MacroOutput | Promise<MacroOutput>
}

/** A macro made by `defineMacro`: it can tell its arguments. */
export interface DefinedMacro<A extends Arguments> extends MacroPlugin {
  readonly args: A
}

/**
 * Makes a macro of a declaration; a call that does not fit it says so in the macro's place on the page.
 *
 *     export default defineMacro({
 *       args: { name: arg.required(arg.text()), times: arg.int(1) },
 *       dependencies: [],
 *       execute: (macro, { name, times }) => macro.formatter.text(`Hello ${name}! `.repeat(times)),
 *     })
 */
export function defineMacro<const A extends Arguments = Record<never, never>>(definition: MacroDefinition<A>): DefinedMacro<A> {
  // Without a declaration there is nothing to fill: the type parameter is the empty record then.
  const declared = definition.args ?? ({} as A)
  const { dependencies, bringsText } = definition
  return {
    args: declared,
    ...(dependencies === undefined ? {} : { dependencies }),
    ...(bringsText === undefined ? {} : { bringsText }),
    execute(macro, text) {
      const { values, further } = bindFor(macro, text, declared, definition.surplus)
      return definition.execute(macro, values, further)
    },
  }
}

/** Arguments of a call for a macro that splits some of its text itself; throws what the page shows. */
function bindFor<A extends Arguments>(
  macro: Macro,
  text: string | null,
  declared: A,
  surplus: Surplus | undefined,
): BoundArguments<A> {
  try {
    return bindArguments(text, declared, surplus)
  } catch (error) {
    if (error instanceof ArgumentProblem)
      throw badMacroArgument(macro.request.t(error.message, error.values), macro.name, macro.page.name)
    throw error
  }
}
