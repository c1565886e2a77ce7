import { anchorName, arg, defineMacro } from 'servus'

/** `<<Anchor(name)>>`: a place on the page that `[[#name]]` leads to. */
export default defineMacro({
  description: 'A place on the page that links can lead to.',
  args: { name: arg.text('anchor') },
  dependencies: [],
  execute: ({ formatter }, { name }) => formatter.anchordef(anchorName(name)),
})
