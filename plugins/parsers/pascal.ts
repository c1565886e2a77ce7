import { type Document, highlight, type ParseOptions } from 'servus'

export const extensions = ['.pas']

export function parse(text: string, options: ParseOptions): Promise<Document> {
  return highlight(text, 'pascal', options)
}
