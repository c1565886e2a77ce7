import { type Document, highlight, type ParseOptions } from 'servus'

export const extensions = [
  '.c',
  '.css',
  '.go',
  '.h',
  '.js',
  '.php',
  '.pl',
  '.rb',
  '.rs',
  '.sh',
  '.sql',
  '.tex',
  '.ts',
  '.xml',
  '.yaml',
]

/** A listing in the language named first: `{{{#!highlight python numbers=off`. */
export function parse(text: string, options: ParseOptions): Promise<Document> {
  const [, language = 'text', args = ''] = /^\s*([^\s=]+)(?:\s+(.*))?$/s.exec(options.args) ?? ['', 'text', options.args]
  return highlight(text, language.toLowerCase(), { ...options, args })
}
