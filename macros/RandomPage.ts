import { arg, defineMacro } from 'servus'

/** `<<RandomPage(5)>>`: links to pages that chance picks; one without a number. */
export default defineMacro({
  description: 'Links to pages that chance picks.',
  args: { links: arg.int(1) },
  dependencies: ['time', 'user'],
  execute: async ({ pages, formatter }, { links }) => {
    const names = [...(await pages.names())]
    const count = Math.min(Math.max(links, 1), names.length, 500)
    // As many steps of a shuffle as links are wanted.
    for (let at = 0; at < count; at++) {
      const other = at + Math.floor(Math.random() * (names.length - at))
      const name = names[at] ?? ''
      names[at] = names[other] ?? ''
      names[other] = name
    }
    const picked = names.slice(0, count).sort()
    const link = (name: string): string => formatter.pagelink(true, name) + formatter.text(name) + formatter.pagelink(false, name)
    if (links <= 1) return picked.map(link).join('')
    const items = picked.map((name) => formatter.listItem(true) + link(name) + formatter.listItem(false))
    return formatter.bulletList(true) + items.join('') + formatter.bulletList(false)
  },
})
