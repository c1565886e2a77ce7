import { html, type Macro, Markup, resolvePageName, WikiError } from 'servus'

export const description = 'Other pages, or parts of them, within this one.'
export const dependencies = ['user', 'time']
export const bringsText = true

/**
 * `<<Include(OtherPage)>>`: another page inside this one. `<<Include(^Garden/.*, "Heading", 2, from="regex", to="regex",
 * sort=descending, items=3, skipitems=1, titlesonly, editlink)>>`: several, in parts; each option may be left out, their order stands.
 */
export async function execute(macro: Macro, args: string | null): Promise<string | Markup> {
  const wanted = parse(args ?? '')
  if (wanted === null) return complaint('error', macro.request.t('Invalid include arguments "{args}"!', { args: args ?? 'None' }))
  const parts: Markup[] = []
  for (const name of await pageNames(macro, wanted)) parts.push(...(await includeOne(macro, name, wanted)))
  return html`${parts}`
}

interface Wanted {
  readonly name: string
  readonly heading: string
  readonly level: number
  readonly from: string
  readonly to: string
  readonly descending: boolean
  readonly items: number
  readonly skip: number
  readonly titlesOnly: boolean
  readonly editLink: boolean
}

async function pageNames(macro: Macro, { name, descending, items, skip }: Wanted): Promise<readonly string[]> {
  if (!name.startsWith('^')) return [resolvePageName(macro.page.name, name)]
  const all = await macro.pages.names()
  const places = macro.wiki.find(name, all)
  const found = all.filter((_, at) => places[at]?.length)
  if (descending) found.reverse()
  return found.slice(skip, items === 0 ? undefined : skip + items)
}

async function includeOne(macro: Macro, name: string, wanted: Wanted): Promise<Markup[]> {
  const page = await macro.pages.read(name)
  if (page === null) return []
  const { request, wiki } = macro
  const text = await page.text()
  const parts: Markup[] = []
  const place = (pattern: string, start: number): readonly [number, number] | null => {
    const [[found] = []] = pattern === '' ? [] : wiki.find(pattern, [text.slice(start)], { multiline: true })
    if (found === undefined && pattern !== '')
      parts.push(complaint('warning', request.t('Include: Nothing found for "{pattern}"!', { pattern })))
    return found === undefined ? null : [found[0] + start, found[1] + start]
  }
  const from = place(wanted.from, 0)?.[1] ?? 0
  const to = place(wanted.to, from)?.[0] ?? text.length
  if (wanted.titlesOnly) return [...parts, titles(macro, name, text.slice(from, to))]
  if (wanted.heading !== '') parts.push(heading(macro, page.url(), wanted))
  try {
    const shown = await macro.include(name, wanted.from === '' && wanted.to === '' ? undefined : text.slice(from, to))
    if (shown === null) return []
    const { id, language, direction, markup } = shown
    parts.push(html`<div dir="${direction}" id="${id}.content" lang="${language}"><span class="anchor" id="${id}.top"></span>
${new Markup(markup)}<span class="anchor" id="${id}.bottom"></span></div>`)
  } catch (error) {
    if (error instanceof WikiError && error.code === 'include-circle')
      return [complaint('error', request.t('Recursive include of "{page}" forbidden!', { page: name }))]
    throw error
  }
  if (wanted.editLink) {
    const edit = page.url({ action: 'edit', backto: request.page.name })
    parts.push(
      html`<div class="include-link"><a class="include-page-link" href="${page.url()}">[${name}]</a><a class="include-edit-link" href="${edit}">[${request.t('edit')}]</a></div>`,
    )
  }
  return parts
}

function heading(macro: Macro, href: string, { heading: words, level }: Wanted): Markup {
  const id = macro.addHeading(level, words)
  const tag = new Markup(`h${level}`)
  return html`
<${tag} id="${id}"><a class="include-heading-link" href="${href}">${words}</a></${tag}>
`
}

/** The headings of a text as lists in lists, each a link to its page. */
function titles({ formatter }: Macro, page: string, text: string): Markup {
  let markup = ''
  const open: number[] = []
  for (const [, marks = '', words = ''] of text.matchAll(/^(={1,5})[ \t](.*)[ \t]\1[ \t]*$/gm)) {
    while (open.length > 0 && marks.length < (open.at(-1) ?? 0)) markup += close(open)
    if (open.at(-1) !== marks.length) {
      markup += formatter.bulletList(true)
      open.push(marks.length)
    }
    markup +=
      formatter.listItem(true) +
      formatter.pagelink(true, page) +
      formatter.text(words) +
      formatter.pagelink(false, page) +
      formatter.listItem(false)
  }
  while (open.length > 0) markup += close(open)
  return new Markup(markup)

  function close(levels: number[]): string {
    levels.pop()
    return formatter.bulletList(false)
  }
}

const complaint = (kind: 'error' | 'warning', words: string): Markup => html`<p><strong class="${kind}">${words}</strong></p>`

/** The arguments in their order; null when something is left over. */
function parse(args: string): Wanted | null {
  let rest = args
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest)
    if (found !== null) rest = rest.slice(found[0].length)
    return found
  }
  const name = take(/^[^,]+/)?.[0].trim() ?? ''
  const words = take(/^\s*,\s*(?!\s)(?:(["'])(.+?)\1)?(?=\s*(?:,|$))/)?.[2]
  const level = take(/^\s*,\s*(?!\s)(\d*)(?=\s*(?:,|$))/)?.[1]
  const from = take(/^\s*,\s*from=(["'])(.+?)\1/)?.[2]
  const to = take(/^\s*,\s*to=(["'])(.+?)\1/)?.[2]
  const sort = take(/^\s*,\s*sort=(ascending|descending)/)?.[1]
  const items = take(/^\s*,\s*items=(\d+)/)?.[1]
  const skip = take(/^\s*,\s*skipitems=(\d+)/)?.[1]
  const titlesOnly = take(/^\s*,\s*titlesonly/)
  const editLink = take(/^\s*,\s*editlink/)
  if (name === '' || rest.trim() !== '') return null
  return {
    name,
    heading: words ?? '',
    level: Math.min(Math.max(Number(level || 1), 1), 5),
    from: from ?? '',
    to: to ?? '',
    descending: sort === 'descending',
    items: Number(items ?? 0),
    skip: Number(skip ?? 0),
    titlesOnly: titlesOnly !== null,
    editLink: editLink !== null,
  }
}
