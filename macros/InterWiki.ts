import { defineMacro } from 'servus'

/** `<<InterWiki>>`: the other wikis that links can name, with their addresses. */
export default defineMacro({
  description: 'The other wikis that links can name, with their addresses.',
  dependencies: ['time'],
  execute: ({ wiki, formatter }) => {
    const items = [...wiki.interwiki]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, url]) => {
        const changes = url.includes('$PAGE') ? url.replace('$PAGE', 'RecentChanges') : `${url}RecentChanges`
        // The formatter lets no address through that could run code.
        const link = (href: string, words: string): string =>
          formatter.url(true, href) + formatter.text(words) + formatter.url(false, href)
        return `<dt><code>${link(changes, name)}</code></dt><dd><code>${link(url, url)}</code></dd>`
      })
    return `<dl>${items.join('')}</dl>`
  },
})
