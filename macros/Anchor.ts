import { anchorName, arg, defineMacro } from 'servus'

/** `<<Anchor(name)>>`: a place on the page that `[[#name]]` leads to. */
export default defineMacro({
  args: { name: arg.text('anchor') },
  dependencies: [],
  execute: ({ formatter }, { name }) => formatter.anchordef(anchorName(name)),
})
