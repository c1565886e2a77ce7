import { cleanText, type Document, type ParseOptions, parseInstructions } from 'servus'

/** Every line is an item of a list. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const lines = cleanText(text.slice(instructions?.bodyStart ?? 0)).split('\n')
  return {
    instructions,
    children: lines
      .filter((line) => line.trim() !== '')
      .map((line) => ({ type: 'preformatted', code: null, children: [{ type: 'text', text: `* ${line}` }] })),
    problems: [],
  }
}
