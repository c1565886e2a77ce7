import { defineMacro } from 'servus'

/** `<<BR>>`: a line break. */
export default defineMacro({
  description: 'A line break.',
  dependencies: [],
  execute: ({ formatter }) => formatter.linebreak(false),
})
