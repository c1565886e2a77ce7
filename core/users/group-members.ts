import { parseInstructions } from '../markup/instructions.ts'

/**
 * The members a group page lists: the first words or the first link of each item of its bullet and numbered lists, nested
 * items left out. Of a link its target counts, not its label. A page in another format lists nobody.
 */
export function groupMembers(text: string): readonly string[] {
  const { format, bodyStart } = parseInstructions(text)
  if (format !== null && format !== 'wiki') return []
  const members: string[] = []
  // Indentations of the open lists, outermost first.
  let open: number[] = []
  let inBlock = false
  for (const raw of text.slice(bodyStart).split('\n')) {
    const line = raw.replace(/\r$/, '')
    if (inBlock) {
      inBlock = !line.includes('}}}')
      continue
    }
    const item = ITEM.exec(line)
    if (item) {
      const indent = item[1]?.length ?? 0
      open = open.filter((outer) => outer < indent)
      open.push(indent)
      const member = open.length === 1 ? firstWords(item[2] ?? '') : ''
      if (member !== '') members.push(member)
    } else if (line.trim() !== '' && !/^\s/.test(line)) open = []
    inBlock = opensBlock(line)
  }
  return members
}

/** ` * words`, ` *words`, ` 1. words`, ` a. words`, ` i. words`, with `#start` behind the number allowed. */
const ITEM = /^(\s+)(?:\*|(?:[0-9]+|[aAiI])\.(?:#[0-9]+)?(?=\s|$))[ \t]*(?![ \t])(.*)$/

function opensBlock(line: string): boolean {
  const at = line.lastIndexOf('{{{')
  return at >= 0 && !line.includes('}}}', at)
}

/** What a member is called at the start of an item. */
function firstWords(item: string): string {
  const words = item.replace(/^(?:'{2,5}|__|~[-+]|\^|,,|`|\{\{\{)+/, '').trimStart()
  const link = /^\[\[([^\]|]*)/.exec(words)
  if (link) return (link[1] ?? '').replace(/^:/, '').trim()
  const quoted = /^!(?=\p{Lu})/u.test(words)
  if (!quoted) {
    const camelCase = CAMEL_CASE.exec(words)
    if (camelCase?.index === 0) return camelCase[0]
  }
  const end = words.search(quoted ? MARKUP : MARKUP_OR_CAMEL_CASE)
  return words.slice(quoted ? 1 : 0, end < 0 ? undefined : end).trim()
}

const CAMEL_CASE =
  /(?<![\p{L}\p{N}!/])(?:\/|(?:\.\.\/)+)?(?:\p{Lu}[\p{Ll}\p{N}]+){2,}(?:\/(?:\p{Lu}[\p{Ll}\p{N}]+)+)*(?![\p{L}\p{N}])/u
const MARKUP = /\[\[|\{\{|<<|''|__|`|\^|,,|~[-+]|--\(|https?:/
const MARKUP_OR_CAMEL_CASE = new RegExp(`${MARKUP.source}|${CAMEL_CASE.source}`, 'u')
