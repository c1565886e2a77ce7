import type { Document, Embed, Heading, MacroCall, Node, Section, Target, Transclusion } from '../api/document.ts'
import { attachmentKind } from './attachment-kind.ts'
import { anchorName, Ids } from './page-link.ts'
import { SectionCounter } from './section-numbers.ts'

/** What a document refers to. Whoever renders looks all of it up before the tree is formatted. */
export interface Collected {
  /** Pages of this wiki that are linked or shown, as absolute names, each once, in page order. */
  readonly pages: readonly string[]
  /** Wikis that are named in links, each once. */
  readonly wikis: readonly string[]
  /** Attachments that are linked or shown. */
  readonly attachments: readonly { readonly page: string; readonly file: string }[]
  /** Texts for other parsers; their `content` is to be set. */
  readonly embeds: readonly Embed[]
  /** Attachments shown as text; their `content` is to be set. */
  readonly inlined: readonly Transclusion[]
  readonly macros: readonly MacroCall[]
}

/** Walks the tree once, into the content of embeds that is already there as well. */
export function collect(document: Document): Collected {
  const pages = new Set<string>()
  const wikis = new Set<string>()
  const attachments = new Map<string, { page: string; file: string }>()
  const embeds: Embed[] = []
  const inlined: Transclusion[] = []
  const macros: MacroCall[] = []

  const target = (found: Target): void => {
    if (found.kind === 'page') pages.add(found.page)
    else if (found.kind === 'interwiki') {
      wikis.add(found.wiki)
      // A wiki that does not exist makes this the name of a page here.
      pages.add(found.wiki === 'Self' ? found.page : `${found.wiki}:${found.page}`)
    } else if (found.kind !== 'url') attachments.set(`${found.page}\0${found.file}`, { page: found.page, file: found.file })
  }

  walk(document.children, (node) => {
    if (node.type === 'link') target(node.target)
    else if (node.type === 'macro') macros.push(node)
    else if (node.type === 'embed') embeds.push(node)
    else if (node.type === 'transclusion') {
      target(node.target)
      if (node.target.kind === 'attachment' && attachmentKind(node.target.file) === 'text') inlined.push(node)
    }
  })
  return { pages: [...pages], wikis: [...wikis], attachments: [...attachments.values()], embeds, inlined, macros }
}

/** Names of the pages that a document links to or shows. */
export const collectLinks = (document: Document): readonly string[] => collect(document).pages

/** Attachments that a document links to or shows. */
export const collectAttachments = (document: Document): Collected['attachments'] => collect(document).attachments

/** Texts within a document that are for other parsers. */
export const collectEmbeds = (document: Document): readonly Embed[] => collect(document).embeds

/** Attachments that a document shows as text. */
export const collectInlined = (document: Document): readonly Transclusion[] => collect(document).inlined

/**
 * The headings of a page in order. A section ends where the next heading of the same or a smaller depth begins, the last ones at
 * `textLength`. Headings within embedded texts take ids like all others but are no sections of the page's own text.
 */
export function collectHeadings(
  document: Document,
  textLength = Number.MAX_SAFE_INTEGER,
  ids: Ids = new Ids(),
  idPrefix = '',
): Section[] {
  const sections: { -readonly [Key in keyof Section]: Section[Key] }[] = []
  const open: typeof sections = []
  const prefix = idPrefix === '' ? '' : `${idPrefix}.`
  const numbers = new SectionCounter(document.instructions?.pragmas.get('section-numbers') ?? null)
  walk(document.children, (node, embedded) => {
    if (node.type !== 'heading') return
    const id = ids.unique(prefix + anchorName(node.text))
    const number = numbers.next(node.depth)
    if (embedded) return
    for (let outer = open.at(-1); outer && outer.depth >= node.depth; outer = open.at(-1)) {
      outer.end = node.start
      open.pop()
    }
    const section = {
      depth: node.depth,
      id,
      text: node.text,
      number,
      line: node.line,
      start: node.start,
      end: textLength,
    }
    open.push(section)
    sections.push(section)
  })
  return sections
}

/** Visits every node in page order, with whether it stands within an embedded text. */
export function walk(nodes: readonly Node[], visit: (node: Node, embedded: boolean) => void, embedded = false): void {
  for (const node of nodes) {
    visit(node, embedded)
    if (node.type === 'table') {
      for (const row of node.rows) for (const cell of row.cells) walk(cell.children, visit, embedded)
    } else if (node.type === 'embed' || node.type === 'transclusion') {
      if (node.content) walk(node.content.children, visit, true)
    } else if ('children' in node) walk(node.children, visit, embedded)
  }
}

/** The first heading with these words, for including a page by heading; null when there is none. */
export function findHeading(document: Document, words: string): Heading | null {
  let found: Heading | null = null
  walk(document.children, (node, embedded) => {
    if (!found && !embedded && node.type === 'heading' && node.text === words) found = node
  })
  return found
}
