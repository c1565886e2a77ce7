import { arg, badMacroArgument, defineMacro } from 'servus'

/** `<<Icon(www)>>`: a picture of the theme. */
export default defineMacro({
  description: 'A picture of the theme.',
  args: { icon: arg.text('') },
  dependencies: [],
  execute: ({ formatter, request, name, page }, { icon }) => {
    if (icon === '') throw badMacroArgument(request.t('You need to give a non-empty icon name'), name, page.name)
    return formatter.icon(icon)
  },
})
