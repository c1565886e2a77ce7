import { type Macro, splitArguments } from 'servus'

export const description = 'Words as they are: nothing in them is markup.'
export const dependencies = []

/** `<<Verbatim(WikiName)>>`: the words as they are, nothing in them is markup. Commas need no quotes. */
export function execute({ formatter }: Macro, args: string | null): string {
  const { positional, named } = splitArguments(args ?? '')
  const words = positional.length === 1 && named.length === 0 ? positional[0] : args
  return formatter.text(words ?? '')
}
