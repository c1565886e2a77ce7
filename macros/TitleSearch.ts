import { defineMacro, html } from 'servus'

/** `<<TitleSearch>>`: a form that finds pages by their titles. */
export default defineMacro({
  description: 'A form that finds pages by their titles.',
  dependencies: ['language'],
  execute: ({ page, request }) => {
    const button = request.t('Search Titles')
    return html`<form method="get" action="${page.url()}">
<div>
<input type="hidden" name="action" value="fullsearch">
<input type="hidden" name="titlesearch" value="1">
<input type="text" name="value" size="30" value="" aria-label="${button}">
<input type="submit" value="${button}">

</div>
</form>`
  },
})
