import { cleanText, type Document, type ParseOptions, parseInstructions } from 'servus'

/** Stylesheets are not run: they could read files and call other hosts. The text is shown, with a word on why. */
export function parse(text: string, options: ParseOptions): Document {
  const help = { start: 0, end: 0, line: 1, free: false, children: [], description: '', attributes: {}, query: {} }
  return {
    instructions: options.isPage ? parseInstructions(text) : null,
    children: [
      {
        type: 'message',
        children: [
          { type: 'text', text: 'XSLT option disabled, please look at ' },
          {
            type: 'link',
            target: { kind: 'page', page: 'HelpOnConfiguration', anchor: null, written: 'HelpOnConfiguration' },
            ...help,
          },
          { type: 'text', text: '.' },
        ],
      },
      { type: 'preformatted', children: [{ type: 'text', text: cleanText(text) }], code: null },
    ],
    problems: [],
  }
}
