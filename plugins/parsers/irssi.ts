import { cleanText, type Document, expandTabs, type ParseOptions, parseInstructions } from 'servus'

export const extensions = ['.irc', '.irssi']

/** The log of a chat, as it is. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  const log = expandTabs(cleanText(text.slice(instructions?.bodyStart ?? 0)).replace(/\n$/, ''))
  return { instructions, children: [{ type: 'preformatted', children: [{ type: 'text', text: log }], code: null }], problems: [] }
}
