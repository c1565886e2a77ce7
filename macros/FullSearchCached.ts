import type { Macro } from 'servus'

export const dependencies = ['user', 'time']

/** `<<FullSearchCached(words)>>`: the same as FullSearch. It was the cheaper one in MoinMoin; here both are. */
export const execute = (macro: Macro, args: string | null): Promise<string> => macro.call('FullSearch', args)
