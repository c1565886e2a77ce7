import { type Document, highlight, type ParseOptions } from 'servus'

export const extensions = ['.cpp', '.cc', '.hpp']

export function parse(text: string, options: ParseOptions): Promise<Document> {
  return highlight(text, 'cplusplus', options)
}
