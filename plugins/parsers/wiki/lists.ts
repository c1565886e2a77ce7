import type { List, Node } from 'servus'
import type { Place } from './place.ts'
import type { Tables } from './tables.ts'

/** Browsers stop at 512 levels of any markup, and whoever walks the tree needs room for each: what is deeper stands in the innermost list. */
const DEEPEST = 100

/** The lists that are open at the current line, one per depth of indentation. */
export class Lists {
  readonly #state: Place & { readonly tables: Pick<Tables, 'close'> }
  readonly #open: { readonly indent: number; readonly kind: List['kind'] }[] = []
  #item: 'none' | 'item' | 'description' = 'none'
  /** True until a list has got its first item: that one has no gap before it. */
  #isFirstItem = false

  constructor(state: Place & { readonly tables: Pick<Tables, 'close'> }) {
    this.#state = state
  }

  get isOpen(): boolean {
    return this.#open.length > 0
  }

  /** True within an item or a description: plain text there needs no paragraph. */
  get inItem(): boolean {
    return this.#item !== 'none'
  }

  /** Closes and opens lists until the innermost one has this indentation; 0 is the margin. */
  indentTo(indent: number, kind: List['kind'], numbering: string | null, first: number | null): void {
    const { builder, tables } = this.#state
    if (this.#indent !== indent) tables.close()
    while (this.#indent > indent) this.#closeList()
    if (this.#indent >= indent || this.#open.length === DEEPEST) return

    builder.closeParagraph()
    const children: Node[] = []
    const { start, line } = this.#state.position(0, 0)
    const list: List = { type: 'list', kind, numbering: kind === 'number' ? numbering : null, first, children, start, line }
    builder.open('list', list, children)
    this.#open.push({ indent, kind })
    this.#isFirstItem = true
    this.#item = 'none'
  }

  /** Closes all lists. */
  end(): void {
    while (this.#open.length > 0) this.#closeList()
  }

  startItem(bullet: boolean): void {
    this.#closeItem()
    this.#state.builder.closeParagraph()
    const children: Node[] = []
    const gap = this.#state.afterEmptyLine && !this.#isFirstItem
    this.#state.builder.open('item', { type: 'item', bullet, gap, children }, children)
    this.#item = 'item'
    this.#isFirstItem = false
  }

  /** A table in a list stands in an item, within a description too. */
  needItem(): void {
    if (!this.isOpen || this.#item === 'item') return
    this.#item = 'none'
    this.startItem(false)
  }

  startDescription(term: string): void {
    this.#closeItem()
    const { builder } = this.#state
    if (builder.isIn('description')) builder.close('description')
    const words: Node[] = []
    builder.open('term', { type: 'term', children: words }, words)
    builder.text(term)
    builder.close('term')
    const children: Node[] = []
    builder.open('description', { type: 'description', children }, children)
    this.#item = 'description'
  }

  get #indent(): number {
    return this.#open.at(-1)?.indent ?? 0
  }

  #closeList(): void {
    this.#closeItem()
    this.#state.builder.close('list')
    this.#open.pop()
    const outer = this.#open.at(-1)
    this.#item = !outer ? 'none' : outer.kind === 'definition' ? 'description' : 'item'
  }

  #closeItem(): void {
    if (this.#item === 'none') return
    const { builder, tables } = this.#state
    tables.close()
    builder.closeParagraph()
    // What an item is called follows its list, what stands there follows its line: ` a:: b` may come within ` * x`.
    if (builder.isIn('item')) builder.close('item')
    else if (builder.isIn('description')) builder.close('description')
    this.#item = 'none'
  }
}
