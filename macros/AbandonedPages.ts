import type { Macro } from 'servus'

export const description = 'The pages that nobody has changed for longest.'
export const dependencies = ['time', 'user']

/** `<<AbandonedPages>>`: the pages that nobody has changed for longest. */
export const execute = (macro: Macro): Promise<string> => macro.call('RecentChanges', 'abandoned=1')
