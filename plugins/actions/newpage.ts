import { redirect } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const right = null
export const session = 'none'
export const ticket = false

/** What the form of the macro NewPage leads to: the editor for `pagename`, below `parent`, in the form that `nametemplate` gives it. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply> {
  const value = (name: string): string => (request.values.get(name) ?? '').trim()
  const words = value('pagename')
  const pattern = value('nametemplate') || '%s'
  // Without words there is no page to make, unless the pattern names one by itself.
  if (words === '' && pattern.includes('%s')) return redirect(page.url())
  const parent = value('parent')
  const name = wiki.pageName(`${parent === '' ? '' : `${parent}/`}${pattern.replaceAll('%s', () => words)}`)
  const template = value('template')
  return redirect(wiki.url(name, { action: 'edit', ...(template === '' ? {} : { template }) }))
}
