import type { Macro } from 'servus'

export const description = 'Words of the interface in the language of the reader.'
export const dependencies = ['language']

/** `<<GetText(Save)>>`: words of the interface in the reader's language. */
export const execute = ({ formatter, request }: Macro, args: string | null): string => formatter.text(request.t(args ?? ''))
