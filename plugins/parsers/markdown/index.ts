import MarkdownIt from 'markdown-it'
import { cleanText, type Document, type ParseOptions, parseInstructions } from 'servus'
import { readTokens } from './tokens.ts'
import { wikiSyntax } from './wiki-syntax.ts'

export const extensions = ['.md', '.markdown']

/** Markdown (CommonMark with tables and strikethrough), and in it wiki links `[[Page|words]]`, `{{…}}` and macros `<<Name(args)>>`. */
export function parse(text: string, options: ParseOptions): Document {
  const instructions = options.isPage ? parseInstructions(text) : null
  // A heading right behind the instructions looks like one of them: `# Title`.
  const heading = instructions?.list.find(({ verb }) => verb === '')
  const start = heading?.start ?? instructions?.bodyStart ?? 0
  const line = heading ? instructions?.list.indexOf(heading) : instructions?.bodyLine
  const body = cleanText(text.slice(start))
  const children = readTokens(MARKDOWN.parse(body, {}), options.pageName, { body, start, line: line ?? 0 })
  return { instructions, children, problems: [] }
}

// Raw HTML is shown as text; which addresses are links is decided by the formatter, for all parsers alike.
const MARKDOWN = new MarkdownIt({ html: false, linkify: true }).use(wikiSyntax)
MARKDOWN.validateLink = () => true
