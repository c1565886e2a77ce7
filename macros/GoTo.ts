import { defineMacro, html } from 'servus'

/** `<<GoTo>>`: a form that leads to the page of a name. */
export default defineMacro({
  description: 'A form that leads to the page of a name.',
  dependencies: ['language'],
  execute: ({ page, request }) => html`<form method="get" action="${page.url()}"><div>
<div>
<input type="hidden" name="action" value="goto">
<input type="text" name="target" size="30" aria-label="${request.t('Name of the page')}">
<input type="submit" value="${request.t('Go To Page')}">
</div>
</div></form>`,
})
