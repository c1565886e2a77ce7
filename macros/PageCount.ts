import { arg, defineMacro } from 'servus'

/** `<<PageCount>>`: how many pages the reader may read. (MoinMoin counts deleted ones too unless told `exists`.) */
export default defineMacro({
  description: 'How many pages there are.',
  args: { exists: arg.text('') },
  dependencies: ['namespace', 'user'],
  execute: async ({ pages, formatter }) => formatter.text(String((await pages.names()).length)),
})
