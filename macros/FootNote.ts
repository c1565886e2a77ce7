import { createHash } from 'node:crypto'
import { html, type Macro, Markup } from 'servus'

export const description = 'A number here and the words further down, or the notes so far.'
export const dependencies = ['page']

interface Note {
  readonly id: string
  readonly number: number
  readonly markup: string
  references: number
}

/** The notes that wait for a place on the page; each list of them counts from one. */
interface Notes {
  readonly waiting: Map<string, Note>
  lists: number
}

/** `<<FootNote(words)>>`: a number here, the words further down. `<<FootNote>>`: the notes so far stand here; the rest at the end. */
export async function execute(macro: Macro, args: string | null): Promise<string | Markup> {
  const markup = args === null || args.trim() === '' ? '' : await macro.render(args)
  await macro.inOrder()
  const notes = notesOf(macro)
  if (args === null || args.trim() === '') return list(notes)
  let note = notes.waiting.get(args)
  if (note === undefined) {
    // The place a list has on the page is in the id, for the same words may come again further down.
    const id = createHash('sha1').update(`${notes.lists} ${args}`).digest('hex')
    note = { id, number: notes.waiting.size + 1, markup, references: 0 }
    notes.waiting.set(args, note)
  }
  const reference = note.references++
  return html`<sup><a href="#fnref-${note.id}" id="fndef-${note.id}-${reference}">${note.number}</a></sup>`
}

function notesOf(macro: Macro): Notes {
  const known = macro.notes.get('FootNote') as Notes | undefined
  if (known !== undefined) return known
  const notes: Notes = { waiting: new Map(), lists: 0 }
  macro.notes.set('FootNote', notes)
  macro.atEnd(() => list(notes))
  return notes
}

function list(notes: Notes): Markup | string {
  const { waiting } = notes
  if (waiting.size === 0) return ''
  const items = [...waiting.values()].map(({ id, markup, number, references }) => {
    const back = Array.from({ length: references }, (_, at) => html`<a href="#fndef-${id}-${at}">${number}</a>`)
    return html`<li><p><a id="fnref-${id}"></a>${new Markup(markup)} (${back.map((link, at) => (at === 0 ? link : html` ${link}`))})</p></li>`
  })
  waiting.clear()
  notes.lists++
  return html`<div class="footnotes"><ol>${items}</ol></div>`
}
