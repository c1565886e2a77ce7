import { defineMacro } from 'servus'

/** `<<BR>>`: a line break. */
export default defineMacro({
  dependencies: [],
  execute: ({ formatter }) => formatter.linebreak(false),
})
