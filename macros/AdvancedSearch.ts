import { defineMacro, html, type Markup } from 'servus'

/** `<<AdvancedSearch>>`: a form with a field for each way to find pages. */
export default defineMacro({
  description: 'A form with a field for each way to find pages.',
  dependencies: ['language'],
  execute: ({ page, request }) => {
    const row = (
      name: string,
      label: string,
    ): Markup => html`<tr><td class="searchfor"><label for="advanced-${name}">${label}</label></td>
<td><input type="text" name="${name}" id="advanced-${name}" size="30"></td></tr>
`
    const box = (
      name: string,
      label: string,
    ): Markup => html`<li><input type="checkbox" name="${name}" value="1" id="advanced-${name}"><label for="advanced-${name}">${label}</label></li>
`
    return html`<form method="get" action="${page.url()}">
<div>
<input type="hidden" name="action" value="fullsearch">
<input type="hidden" name="advancedsearch" value="1">
<table class="advancedsearch"><tbody>
${row('and_terms', request.t('containing all the following terms'))}${row('or_terms', request.t('containing one or more of the following terms'))}${row('not_terms', request.t('not containing the following terms'))}${row('categories', request.t('belonging to one of the following categories'))}${row('mimetype', request.t('of one of the following types'))}${row('language', request.t('written in one of these languages'))}</tbody></table>
<ul>${box('titlesearch', request.t('Only in titles'))}${box('case', request.t('Case-sensitive searching'))}</ul>
<input type="submit" value="${request.t('Search')}">
</div>
</form>`
  },
})
