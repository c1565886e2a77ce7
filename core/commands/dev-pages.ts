import { html, type Markup } from '../api/html.ts'
import type { DevProblem } from './dev-child.ts'

/** Addresses of the development mode's own files and events, below the root of the host. */
export const devRoot = '/+dev/'

/** Reloads the page when something has changed. A file and not an inline script: pages run under the same policy as ever. */
export const reloadScript = `const events = new EventSource('${devRoot}events')
events.addEventListener('change', () => location.reload())
let down = false
events.onerror = () => { down = true }
events.onopen = () => { if (down) location.reload() }
`

export const devStyle = `.servus-dev { position: fixed; inset: auto 0 0 0; max-block-size: 60vh; overflow: auto; z-index: 1000; padding: 1rem 1.5rem;
  background: #2b1d1d; color: #fbeaea; border-block-start: 4px solid #d33; font: 14px/1.5 system-ui, sans-serif; }
.servus-dev.whole { position: static; max-block-size: none; min-block-size: 100vh; box-sizing: border-box; }
.servus-dev h1, .servus-dev h2 { font-size: 1.1rem; margin: 0 0 .5rem; color: inherit; }
.servus-dev section { margin-block-end: 1rem; }
.servus-dev code { color: #ffd38a; background: none; }
.servus-dev pre { margin: .5rem 0 0; padding: .75rem 1rem; overflow: auto; background: #1a1111; color: #eee; border-radius: 6px; }
body:has(> .servus-dev.whole) { margin: 0; }
`

/** What stands before `</body>` of every page: the reload, and what does not load. */
export function additions(problems: readonly DevProblem[]): Markup {
  const box = problems.length === 0 ? '' : html`<div class="servus-dev" role="alert">${problems.map(section)}</div>`
  return html`${box}<link rel="stylesheet" href="${devRoot}dev.css"><script type="module" src="${devRoot}reload.js"></script>
`
}

/** A page instead of the wiki, when that cannot be opened at all. */
export function problemPage(problems: readonly DevProblem[], whole: string): string {
  const sections = problems.length > 0 ? problems.map(section) : html`<pre>${whole}</pre>`
  return html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>This wiki cannot be opened</title>
<link rel="stylesheet" href="${devRoot}dev.css"><script type="module" src="${devRoot}reload.js"></script></head>
<body><main class="servus-dev whole"><h1>This wiki cannot be opened</h1>${sections}<p>This page reloads itself when it is mended.</p></main></body>
</html>
`.markup
}

function section({ file, line, column, message, frame }: DevProblem): Markup {
  const place = line > 0 ? `${file}:${line}:${column}` : file
  return html`<section><h2>${message}</h2><code>${place}</code>${frame === '' ? '' : html`<pre>${frame}</pre>`}</section>`
}
