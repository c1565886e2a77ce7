import { type Document, highlight, type ParseOptions } from 'servus'

export const extensions = ['.diff', '.patch']

export function parse(text: string, options: ParseOptions): Promise<Document> {
  return highlight(text, 'diff', options)
}
