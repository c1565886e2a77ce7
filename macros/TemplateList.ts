import { arg, defineMacro } from 'servus'

/** `<<TemplateList(Template$)>>`: the pages whose names match. */
export default defineMacro({
  description: 'The pages whose names match a regular expression.',
  args: { needle: arg.text('.+') },
  dependencies: ['namespace', 'user'],
  execute: async ({ pages, wiki, formatter }, { needle }) => {
    const all = await pages.names()
    const places = wiki.find(needle, all)
    const items = all
      .filter((_, at) => places[at]?.length)
      .map(
        (found) =>
          formatter.listItem(true) +
          formatter.pagelink(true, found) +
          formatter.text(found) +
          formatter.pagelink(false, found) +
          formatter.listItem(false),
      )
    return formatter.bulletList(true) + items.join('') + formatter.bulletList(false)
  },
})
