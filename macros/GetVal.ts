import { arg, badMacroArgument, defineMacro } from 'servus'

/** `<<GetVal(ColorsDict, green)>>`: an entry of a dict page, nothing when it has none. */
export default defineMacro({
  description: 'An entry of a dict page.',
  args: { page: arg.text(), key: arg.text() },
  dependencies: ['user', 'time'],
  execute: async ({ wiki, formatter, request, name, page: here }, { page, key }) => {
    if (page === null || key === null) throw badMacroArgument(request.t('You need to give: pagename, key'), name, here.name)
    return formatter.text((await wiki.dict(page))?.get(key) ?? '')
  },
})
