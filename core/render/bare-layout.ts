import { html, Markup } from '../api/html.ts'
import type { LayoutModel } from '../api/theme.ts'

/** The page without any theme: what is shown when a theme's own layout fails. Everything can be read, and the way on is there. */
export function bareLayout(model: LayoutModel): string {
  const links = [model.frontPage, ...model.navigation, ...model.tabs].map(
    ({ href, text }) => html`<a href="${href}">${text}</a> `,
  )
  const messages = model.messages.map(({ text }) => html`<p role="status">${text}</p>`)
  return html`<!DOCTYPE html>
<html lang="${model.language}" dir="${model.direction}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="${model.robots}">
<title>${model.title} - ${model.sitename}</title>
<header><nav>${links}</nav></header>
<main id="content">${messages}<h1>${model.title}</h1>
${new Markup(model.content)}
</main>
</html>
`.markup
}
