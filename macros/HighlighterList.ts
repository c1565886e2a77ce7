import { arg, defineMacro, html } from 'servus'

const known = ['description', 'names', 'patterns', 'mimetypes'] as const

/**
 * `<<HighlighterList(names|patterns)>>`: the languages that `{{{#!highlight …` colours, as a table; `sort_column=names`,
 * `sort=False`, `filter_re=…` choose.
 */
export default defineMacro({
  description: 'The languages that listings can be coloured as.',
  args: {
    columns: arg.text('description|names|patterns|mimetypes'),
    sort_column: arg.choice(known),
    sort: arg.bool(true),
    filter_re: arg.text(),
  },
  dependencies: ['language'],
  execute: async ({ wiki, request }, { columns, sort_column, sort, filter_re }) => {
    const wanted = columns
      .split('|')
      .map((column) => column.trim())
      .filter((column) => known.some((name) => name === column))
    const titles = {
      description: request.t('Language'),
      names: request.t('Names'),
      patterns: request.t('File names'),
      mimetypes: request.t('Types'),
    }
    const all = (await wiki.highlighters()).map(({ title, names, extensions, mimeTypes }) => ({
      description: title,
      names: names.join(', '),
      patterns: extensions.map((end) => `*${end}`).join(', '),
      mimetypes: mimeTypes.join(', '),
    }))
    const places =
      filter_re === null
        ? null
        : wiki.find(
            filter_re,
            all.map((row) => Object.values(row).join(' ')),
            { ignoreCase: true },
          )
    const rows = places === null ? all : all.filter((_, at) => places[at]?.length)
    if (sort) rows.sort((a, b) => a[sort_column].localeCompare(b[sort_column], 'en'))
    const cells = (row: Record<string, string>) => wanted.map((column) => html`<td>${row[column]}</td>`)
    return html`<div><table><tbody><tr>${wanted.map((column) => html`<td><strong>${titles[column as (typeof known)[number]]}</strong></td>`)}</tr>
${rows.map(
  (row) => html`<tr>${cells(row)}</tr>
`,
)}</tbody></table></div>`
  },
})
