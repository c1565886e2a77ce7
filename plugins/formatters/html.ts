import { html } from 'servus'
import type { Document, FormatContext } from 'servus'

export const mimetype = 'text/html'
export const extension = '.html'

/** A complete document without the wiki's look: to be saved, mailed, or read by another program. */
export async function format(_: Document, context: FormatContext): Promise<string> {
  const { page, request } = context
  const content = await context.html()
  const head = html`<!DOCTYPE html>
<html lang="${request.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.name} – ${request.config.sitename}</title>
<link rel="canonical" href="${request.url.origin}${page.url()}">
</head>
<body>
<h1>${page.name}</h1>
`
  return `${head.markup}${content}\n</body>\n</html>\n`
}
