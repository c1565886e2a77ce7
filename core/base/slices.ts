import { setImmediate as breathe } from 'node:timers/promises'

/** Long work in slices: between two of them everybody else has their turn. */
export class Slices {
  #began = performance.now()
  readonly #milliseconds: number

  constructor(milliseconds = 6) {
    this.#milliseconds = milliseconds
  }

  /** Ask often: it waits only when this slice is used up. */
  get isOver(): boolean {
    return performance.now() - this.#began > this.#milliseconds
  }

  async pause(): Promise<void> {
    await breathe()
    this.#began = performance.now()
  }
}
