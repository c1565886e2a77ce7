import type { Macro } from 'servus'

export const description = 'A sentence of the interface with its holes filled, in the language of the reader.'
export const dependencies = ['language']

/** `<<GetText2(|Page %s has %s words|FrontPage|12)>>`: a sentence of the interface with its holes filled; the first letter separates. */
export function execute({ formatter, request }: Macro, args: string | null): string {
  const packed = args ?? ''
  const [sentence = '', ...values] = packed.slice(1).split(packed.slice(0, 1) || '|')
  const left = [...values]
  return formatter.text(request.t(sentence).replace(/%[sd]/g, (hole) => left.shift() ?? hole))
}
