import { cleanText, type Document, expandTabs, type ParseOptions, parseInstructions } from 'servus'

/** No well-kept library reads this format, so the text is shown as it is, with a word on why. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const body = expandTabs(cleanText(text.slice(instructions?.bodyStart ?? 0)).replace(/\n$/, ''))
  const note = 'This wiki cannot show reStructuredText; here is the text as it was written.'
  return {
    instructions,
    children: [
      { type: 'message', children: [{ type: 'text', text: note }] },
      { type: 'preformatted', children: [{ type: 'text', text: body }], code: null },
    ],
    problems: [],
  }
}
