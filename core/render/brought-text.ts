import type { Heading } from '../api/macro.ts'
import type { MacroCall } from './run-macro.ts'

interface Bringing {
  readonly at: number
  readonly done: Promise<void>
  finish(): void
  readonly headings: Heading[]
}

/**
 * The macros of one text that bring other texts into the page, in page order. All macros of a page run side by side; those whose
 * output depends on what comes before or around them (footnote numbers, a table of contents) wait for these and for no others.
 */
export class BroughtText {
  readonly #at = new Map<MacroCall, number>()
  readonly #bringing = new Map<MacroCall, Bringing>()
  readonly #outer: () => Promise<void>

  /** `outer`: settles when what comes before the including macro is done, for a text that is itself included. */
  constructor(calls: readonly MacroCall[], brings: ReadonlySet<MacroCall>, outer: () => Promise<void> = async () => {}) {
    this.#outer = outer
    for (const [at, call] of calls.entries()) {
      this.#at.set(call, at)
      if (!brings.has(call)) continue
      let finish = (): void => {}
      const done = new Promise<void>((resolve) => (finish = resolve))
      this.#bringing.set(call, { at, done, finish, headings: [] })
    }
  }

  get isEmpty(): boolean {
    return this.#bringing.size === 0
  }

  async run(call: MacroCall, work: () => Promise<string>): Promise<string> {
    try {
      return await work()
    } finally {
      this.#bringing.get(call)?.finish()
    }
  }

  addHeadings(call: MacroCall, headings: readonly Heading[]): void {
    this.#bringing.get(call)?.headings.push(...headings)
  }

  async before(call: MacroCall): Promise<void> {
    const at = this.#at.get(call) ?? 0
    await this.#outer()
    for (const bringing of this.#bringing.values()) if (bringing.at < at) await bringing.done
  }

  /** The text's own headings and those brought into it, in page order. */
  async headings(own: readonly Heading[]): Promise<readonly Heading[]> {
    if (this.isEmpty) return own
    const all: Heading[] = []
    let next = 0
    for (const [call, bringing] of this.#bringing) {
      await bringing.done
      all.push(...own.slice(next, call.headingsBefore), ...bringing.headings)
      next = call.headingsBefore
    }
    return [...all, ...own.slice(next)]
  }
}
