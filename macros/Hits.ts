import { arg, defineMacro } from 'servus'

/** `<<Hits>>`: how often this page was looked at; `all=1` counts all pages, `event_type=SAVEPAGE` counts changes. */
export default defineMacro({
  description: 'How often this page was looked at.',
  args: { all: arg.bool(false), event_type: arg.choice(['VIEWPAGE', 'SAVEPAGE']) },
  dependencies: ['time', 'user'],
  execute: async ({ wiki, page, formatter }, { all, event_type }) =>
    formatter.text(String(await wiki.hits.count(all ? null : page.name, event_type))),
})
