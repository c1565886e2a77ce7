import { arg, defineMacro } from 'servus'

/** `<<RandomQuote(FortuneCookies)>>`: one of the list items of a page, whichever. */
export default defineMacro({
  description: 'One of the list items of a page, picked by chance.',
  args: { pagename: arg.text('FortuneCookies') },
  dependencies: ['time', 'user'],
  execute: async (macro, { pagename }) => {
    const page = await macro.pages.read(pagename)
    const quotes =
      page === null
        ? []
        : (await page.text())
            .split('\n')
            .filter((line) => line.startsWith(' * '))
            .map((line) => line.slice(3))
    const quote = quotes[Math.floor(Math.random() * quotes.length)]
    if (quote === undefined) {
      const { formatter, request } = macro
      return (
        formatter.highlight(true) +
        formatter.text(request.t('No quotes on {pagename}.', { pagename })) +
        formatter.highlight(false)
      )
    }
    return macro.render(quote)
  },
})
