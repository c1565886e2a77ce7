import { arg, defineMacro, type Heading, html, type Markup } from 'servus'

/** `<<TableOfContents(2)>>`: the headings of the page as links, down to a depth; those of included pages too. */
export default defineMacro({
  description: 'The headings of the page as links.',
  args: { maxdepth: arg.int(99) },
  dependencies: ['page', 'language'],
  execute: async (macro, { maxdepth }) => {
    const headings = (await macro.headings()).filter(({ depth }) => depth <= Math.max(maxdepth, 1))
    const title = macro.request.t('Contents')
    return html`<div class="table-of-contents"><p class="table-of-contents-heading">${title}</p>${list(headings)}</div>`
  },
})

/** A list in lists: each heading deeper than the one before opens as many as it is deeper. */
function list(headings: readonly Heading[]): (Markup | string)[] {
  // Nothing would be the smallest depth, and the last loop would never end.
  if (headings.length === 0) return []
  const outermost = Math.min(...headings.map(({ depth }) => depth))
  const parts: Markup[] = []
  let level = outermost - 1
  for (const { depth, id, text } of headings) {
    for (; level > depth; level--) parts.push(html`</li></ol>`)
    if (level === depth) parts.push(html`</li><li>`)
    for (; level < depth; level++) parts.push(html`<ol><li>`)
    parts.push(html`
<a href="#${id}">${text}</a>`)
  }
  for (; level >= outermost; level--) parts.push(html`</li></ol>`)
  return parts
}
