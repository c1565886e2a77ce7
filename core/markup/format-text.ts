import type { Document, Link, Node, Target } from '../api/document.ts'
import { decodeEntity } from './entities.ts'

/** The words of a document without any markup: what search looks through and what a feed shows. Blocks stand on lines of their own. */
export function formatText(document: Document, blanks: 'tidied' | 'as it is' = 'tidied'): string {
  const parts: string[] = []
  writeAll(document.children, parts)
  if (blanks === 'as it is') return parts.join('')
  const lines = parts.join('').split('\n')
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')
}

function writeAll(nodes: readonly Node[], parts: string[]): void {
  for (const node of nodes) write(node, parts)
}

function write(node: Node, parts: string[]): void {
  switch (node.type) {
    case 'text':
    case 'code':
    case 'markup':
      parts.push(node.text)
      return
    case 'smiley':
      parts.push(node.name)
      return
    case 'entity':
      parts.push(decodeEntity(node.source))
      return
    case 'link':
      if (node.children.length > 0) writeAll(node.children, parts)
      else parts.push(linkWords(node))
      return
    case 'transclusion':
      parts.push(node.description || targetWords(node.target))
      if (node.content) writeAll(node.content.children, parts)
      return
    case 'macro':
      // What it would say is not known here, but for the one that parts words.
      if (node.name === 'BR') parts.push('\n')
      return
    case 'line':
      return
    case 'break':
    case 'rule':
      parts.push('\n')
      return
    case 'table':
      for (const row of node.rows) {
        for (const cell of row.cells) {
          const words: string[] = []
          writeAll(cell.children, words)
          parts.push(words.join('').split('\n').join(' ').trim(), ' ')
        }
        parts.push('\n')
      }
      return
    case 'embed':
      parts.push('\n')
      if (node.content) writeAll(node.content.children, parts)
      else parts.push(node.text)
      parts.push('\n')
      return
    case 'styled':
    case 'span':
      writeAll(node.children, parts)
      return
    default:
      parts.push('\n')
      writeAll(node.children, parts)
      parts.push('\n')
  }
}

const linkWords = (link: Link): string => targetWords(link.target, link.free)

function targetWords(target: Target, free = false): string {
  if (target.kind === 'url') return target.url
  return target.kind === 'interwiki' && !free ? target.page : target.written
}
