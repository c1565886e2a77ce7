import { cleanText, type Document, expandTabs, type ParseOptions, parseInstructions } from 'servus'

export const extensions = ['.txt']

/** Text as it is. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const body = cleanText(text.slice(instructions?.bodyStart ?? 0))
    .replace(/\r\n?/g, '\n')
    .replace(/\n$/, '')
  return {
    instructions,
    children: [{ type: 'preformatted', children: [{ type: 'text', text: expandTabs(body) }], code: null }],
    problems: [],
  }
}
