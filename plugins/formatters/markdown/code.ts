import type { Node, Preformatted } from 'servus'
import { longestTicks } from './inline.ts'

/** A block between fences that are longer than any in the text. */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestTicks(text) + 1))
  return `${fence}${language.replace(/[^\w+#.-]/g, '')}\n${text.replace(/^\n|\n$/g, '')}\n${fence}`
}

/** The text of code, blanks and all. */
export function plain(nodes: readonly (Node | Preformatted)[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'text' || node.type === 'code') return node.text
      if (node.type === 'break') return '\n'
      if (node.type === 'smiley') return node.name
      if (node.type === 'link' && node.children.length === 0)
        return node.target.kind === 'url' ? node.target.url : node.target.written
      // Of highlighted code each line is a node.
      const joint = node.type === 'preformatted' && node.code ? '\n' : ''
      return 'children' in node ? node.children.map((child: Node) => plain([child])).join(joint) : ''
    })
    .join('')
}
