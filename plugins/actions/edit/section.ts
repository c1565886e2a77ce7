import { parseInstructions } from 'servus'
import type { ActionCall } from 'servus'

/** One section of a page, edited alone: what stands before and behind it stays as it is. */
export interface PageSection {
  /** Of its heading. */
  readonly id: string
  readonly heading: string
  readonly text: string
  readonly before: string
  readonly after: string
  /** False when the revision that the visitor started from has no such section: then there is no place to put a text. */
  readonly isFound: boolean
}

/** The section whose heading has this id in a text of the page. */
export async function findSection({ page, wiki }: ActionCall, text: string, id: string): Promise<PageSection> {
  const found = (await wiki.sections(page.name, text)).find((section) => section.id === id)
  if (found === undefined) return { id, heading: id, text: '', before: '', after: '', isFound: false }
  const { start, end, text: heading } = found
  return { id, heading, text: text.slice(start, end), before: text.slice(0, start), after: text.slice(end), isFound: true }
}

/** The section of a form: where it stood in the revision that the visitor started from, whatever has become of the page since. */
export async function sentSection(call: ActionCall, base: number): Promise<PageSection | null> {
  const { page, wiki, request } = call
  const id = request.form.get('section')
  if (id === null || id === '') return null
  const started = base === page.revision ? page : await wiki.pages.read(page.name, base)
  return findSection(call, (await started?.text()) ?? '', id)
}

/** The whole page with another text in place of the section. */
export function wholeText(section: PageSection | null, text: string): string {
  if (section === null) return text
  const joins = text === '' || text.endsWith('\n') || section.after === ''
  return `${section.before}${text}${joins ? '' : '\n'}${section.after}`
}

/** What a preview shows: the section alone, in the page's markup and language. */
export function previewText(section: PageSection | null, text: string): string {
  if (section === null) return text
  const { bodyStart } = parseInstructions(section.before)
  // In Markdown a heading would be read as one more instruction.
  return bodyStart === 0 ? `\n${text}` : `${section.before.slice(0, bodyStart)}\n${text}`
}

/** The id that the heading has now: its words may have been changed as well. */
export async function savedId({ page, wiki }: ActionCall, { before, id }: PageSection, whole: string): Promise<string> {
  const sections = await wiki.sections(page.name, whole)
  return sections.find(({ start }) => start === before.length)?.id ?? id
}
