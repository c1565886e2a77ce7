import type { Inline, Node, Style } from 'servus'

/**
 * Grows the tree while the text is read. Authors may open and close styles in any order and across paragraphs; the tree is
 * always properly nested. The rules are those of HTML's own parser: a style that is still open when its paragraph ends goes on
 * in the next one, a style closed out of turn is taken apart, and a table's cell neither inherits styles nor leaks them.
 */
export class Builder {
  readonly root: Node[] = []
  readonly #bottom: Frame = { kind: 'root', children: this.root, style: null }
  readonly #stack: Frame[] = [this.#bottom]
  /** The styles that are on, oldest first; null marks the beginning of a table cell. */
  readonly #styles: (OpenStyle | null)[] = []
  /** True while a paragraph is open. */
  inParagraph = false

  /** Adds words. Neighbouring texts become one node. */
  text(words: string): void {
    if (words === '') return
    if (this.#styles.length > 0) this.#resume()
    const children = this.#top.children
    const last = children[children.length - 1]
    // The node was made here a moment ago and nobody has seen it yet.
    if (last?.type === 'text') (last as { text: string }).text += words
    else children.push({ type: 'text', text: words })
  }

  /** Adds a node of a line, within the styles that are on. */
  inline(node: Inline): void {
    if (this.#styles.length > 0) this.#resume()
    this.#top.children.push(node)
  }

  /** Marks where a line begins, wherever that is in the tree. */
  line(line: number): void {
    this.#top.children.push({ type: 'line', line })
  }

  /** Adds a block; the paragraph, if any, ends before it. */
  block(node: Node): void {
    this.closeParagraph()
    this.#top.children.push(node)
  }

  openParagraph(start: number, line: number): void {
    const children: Node[] = []
    this.#top.children.push({ type: 'paragraph', children, start, line })
    this.#stack.push({ kind: 'paragraph', children, style: null })
    this.inParagraph = true
  }

  closeParagraph(): void {
    if (!this.inParagraph) return
    this.close('paragraph')
    this.inParagraph = false
  }

  /** Opens a container; its node must hold `children` and is added to the tree here. */
  open(kind: FrameKind, node: Node | null, children: Node[]): void {
    if (node) this.#top.children.push(node)
    this.#stack.push({ kind, children, style: null })
    if (kind === 'cell') this.#styles.push(null)
  }

  /** True when the innermost container, styles left aside, is of this kind. */
  isIn(kind: FrameKind): boolean {
    let at = this.#stack.length - 1
    while (this.#stack[at]?.kind === 'style') at--
    return this.#stack[at]?.kind === kind
  }

  /** Closes the innermost container of this kind and whatever is open in it. */
  close(kind: FrameKind): void {
    for (;;) {
      const frame = this.#top
      if (frame.kind === 'root') return
      this.#stack.pop()
      if (frame.style) frame.style.isOpen = false
      if (frame.kind === 'cell') while (this.#styles.length > 0 && this.#styles.pop() !== null);
      if (frame.kind === kind) return
    }
  }

  openStyle(style: Style): void {
    if (this.#styles.length > 0) this.#resume()
    this.#push({ style, isOpen: true }, true)
  }

  closeStyle(style: Style): void {
    if (isSpan(style)) this.#closeSpan()
    else this.#closeResuming(style)
  }

  get #top(): Frame {
    return this.#stack[this.#stack.length - 1] ?? this.#bottom
  }

  #push(open: OpenStyle, isNew: boolean): void {
    const children: Node[] = []
    this.#top.children.push({ type: 'styled', style: open.style, children })
    open.isOpen = true
    this.#stack.push({ kind: 'style', children, style: open })
    if (isNew && !isSpan(open.style)) this.#styles.push(open)
  }

  /** Opens again what a paragraph's end or a style closed out of turn has closed. */
  #resume(): void {
    let at = this.#styles.length - 1
    while (this.#styles[at]?.isOpen === false) at--
    for (at++; at < this.#styles.length; at++) {
      const style = this.#styles[at]
      if (style) this.#push(style, false)
    }
  }

  #closeResuming(style: Style): void {
    let at = this.#styles.length - 1
    for (let open = this.#styles[at]; open && open.style !== style; open = this.#styles[at]) at--
    const open = this.#styles[at]
    if (!open) return
    this.#styles.splice(at, 1)
    if (!open.isOpen) return
    for (;;) {
      const frame = this.#stack.pop()
      if (frame?.style) frame.style.isOpen = false
      if (!frame || frame.style === open) return
    }
  }

  /** Styles that HTML writes as `<span>` do not resume, and any end closes the innermost of them. */
  #closeSpan(): void {
    let at = this.#stack.length - 1
    let style = this.#stack[at]?.style
    while (style && !isSpan(style.style)) style = this.#stack[--at]?.style
    if (!style) return
    for (const frame of this.#stack.splice(at)) if (frame.style) frame.style.isOpen = false
  }
}

export type FrameKind = 'root' | 'paragraph' | 'style' | 'heading' | 'list' | 'item' | 'term' | 'description' | 'cell'

interface Frame {
  readonly kind: FrameKind
  readonly children: Node[]
  readonly style: OpenStyle | null
}

interface OpenStyle {
  readonly style: Style
  isOpen: boolean
}

const isSpan = (style: Style): boolean => style === 'underline' || style === 'strike' || style === 'comment'
