/** Counts the headings of a page, when `#pragma section-numbers` asks for it. */
export class SectionCounter {
  readonly #from: number
  readonly #counts: number[] = []
  /** Depth of the first heading: numbers count from there. */
  #baseDepth = 0

  /** `pragma` is `on`, `off`, or the level from which numbers are shown. */
  constructor(pragma: string | null) {
    this.#from = pragma?.toLowerCase() === 'on' ? 1 : pragma !== null && /^[1-6]$/.test(pragma) ? Number(pragma) : 0
  }

  /** The number of the next heading, `1.2. `; '' when none is shown. */
  next(depth: number): string {
    if (this.#from === 0) return ''
    if (this.#baseDepth === 0) this.#baseDepth = depth
    const level = Math.max(depth - this.#baseDepth + 1, 1)
    const counts = this.#counts
    counts.length = Math.min(counts.length, level)
    while (counts.length < level) counts.push(0)
    counts[level - 1] = (counts[level - 1] ?? 0) + 1
    const number = counts.slice(this.#from - 1).join('.')
    return number && `${number}. `
  }
}
