import { type Context, createContext, Script } from 'node:vm'
import { badPattern, patternTooSlow } from '../api/errors.ts'

/** From the first offset to the one behind the last. */
export type Range = readonly [start: number, end: number]

const search = new Script(`
  (() => {
    const pattern = new RegExp(source, flags)
    const found = []
    for (const text of texts) {
      const ranges = []
      pattern.lastIndex = 0
      for (let match; ranges.length < most && (match = pattern.exec(text)) !== null; ) {
        ranges.push([match.index, match.index + match[0].length])
        if (match[0] === '') pattern.lastIndex++
      }
      found.push(ranges)
    }
    return found
  })()
`)

/**
 * Looks for regular expressions that strangers wrote. Some of them take longer than the world stands; V8 can stop one only inside a
 * vm script, so that is where they run, and each call has a limit of time.
 */
export class PatternFinder {
  #context: Context | null = null
  readonly #cpuTime: () => number

  constructor(cpu: () => number = cpuTime) {
    this.#cpuTime = cpu
  }

  /** The ranges in each text, at most `most` a text. Throws `bad-pattern` and `pattern-too-slow`. Empty ranges are left in: `^` matches. */
  find(
    written: string,
    texts: readonly string[],
    options: { ignoreCase?: boolean; multiline?: boolean; most?: number; milliseconds?: number } = {},
  ): readonly (readonly Range[])[] {
    const { source, flags } = compile(
      written,
      `${options.ignoreCase === true ? 'i' : ''}${options.multiline === true ? 'm' : ''}`,
    )
    this.#context ??= createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } })
    Object.assign(this.#context, { source, flags, texts, most: options.most ?? 1 })
    try {
      return this.#run(this.#context, written, options.milliseconds ?? 200)
    } finally {
      Object.assign(this.#context, { texts: [] })
    }
  }

  #run(context: Context, written: string, timeout: number): Range[][] {
    for (let run = 1; ; run++) {
      const before = this.#cpuTime()
      try {
        return search.runInContext(context, { timeout }) as Range[][]
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw badPattern(written, error)
        // On a busy machine the time may have gone to others: that is not the pattern's fault.
        if (run === mostRuns || this.#cpuTime() - before > timeout / 2) throw patternTooSlow(written)
      }
    }
  }
}

/** How often a pattern is tried that had hardly begun when its time was over. */
const mostRuns = 3

/** Milliseconds in which this process was at work. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const INLINE = /^\(\?([iLmsux]+)\)/

/** Python's spelling, as pages of MoinMoin have it, in JavaScript's. Throws `bad-pattern`. */
export function compile(written: string, extra: string): { readonly source: string; readonly flags: string } {
  let flags = `g${extra}`
  let source = written
  for (let inline = INLINE.exec(source); inline !== null; inline = INLINE.exec(source)) {
    source = source.slice(inline[0].length)
    for (const flag of 'ims') if (inline[1]?.includes(flag) && !flags.includes(flag)) flags += flag
  }
  source = source.replace(/\\[\s\S]|\(\?P([<=])/g, (match, kind: string | undefined) =>
    match === '\\Z' ? '$' : match === '\\A' ? '^' : kind === '<' ? '(?<' : match,
  )
  // Strict where the pattern allows it: only then do letters beyond the first plane count as one.
  for (const strict of ['u', '']) {
    try {
      new RegExp(source, flags + strict)
      return { source, flags: flags + strict }
    } catch (error) {
      if (strict === '') throw badPattern(written, error)
    }
  }
  throw badPattern(written, null)
}
