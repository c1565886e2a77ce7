import type { Macro } from 'servus'

export const description = 'The pages that a search finds, as FullSearch lists them.'
export const dependencies = ['user', 'time']

/**
 * `<<FullSearchCached(words)>>`: the same as FullSearch. MoinMoin kept what one reader had found for all others and for ever; here what
 * both find is kept until a page changes, and each reader sees of it what they may.
 */
export const execute = (macro: Macro, args: string | null): Promise<string> => macro.call('FullSearch', args)
