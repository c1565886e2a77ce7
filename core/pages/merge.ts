import { diff3Merge } from 'node-diff3'
import { normaliseText } from './stored-text.ts'

export interface MergeOptions {
  /** What stands on the marker lines of a conflict. */
  readonly labels?: { readonly theirs: string; readonly mine: string }
  /** How much comparing is worth it; beyond that both texts stay side by side. For tests. */
  readonly budget?: number
}

export interface Merged {
  readonly text: string
  /** Places where both changed the same lines; 0 means that the text can be saved as it is. */
  readonly conflicts: number
}

/**
 * Puts two versions of a text together that were both made from `base`. Where both changed the same lines, both stay in the
 * text between marker lines: nobody's words are lost.
 */
export function mergeTexts(baseText: string, theirText: string, myText: string, options: MergeOptions = {}): Merged {
  // What comes from a form has other line ends than what is stored.
  const [base, theirs, mine] = [normaliseText(baseText), normaliseText(theirText), normaliseText(myText)]
  if (theirs === mine || mine === base) return { text: theirs, conflicts: 0 }
  if (theirs === base) return { text: mine, conflicts: 0 }
  const [baseLines, theirLines, myLines] = [base.split('\n'), theirs.split('\n'), mine.split('\n')]
  const labels = options.labels ?? { theirs: 'Saved meanwhile', mine: 'Your version' }

  const { start, end } = commonEnds(baseLines, theirLines, myLines)
  const middle = (all: readonly string[]) => all.slice(start, all.length - end)
  const lines = baseLines.slice(0, start)
  let conflicts = 0
  for (const region of mergeRegions(middle(baseLines), middle(theirLines), middle(myLines), options.budget ?? BUDGET)) {
    if ('same' in region) {
      lines.push(...region.same)
    } else {
      conflicts++
      lines.push(`<<<<<<< ${labels.theirs}`, ...region.theirs, '=======', ...region.mine, `>>>>>>> ${labels.mine}`)
    }
  }
  return { text: lines.concat(baseLines.slice(baseLines.length - end)).join('\n'), conflicts }
}

type Region = { readonly same: string[] } | { readonly theirs: string[]; readonly mine: string[] }

function mergeRegions(base: string[], theirs: string[], mine: string[], budget: number): Region[] {
  if (cost(base, theirs) + cost(base, mine) > budget) return [{ theirs, mine }]
  return diff3Merge(theirs, base, mine, { excludeFalseConflicts: true }).flatMap((region): Region[] => {
    if (region.ok) return [{ same: region.ok }]
    return region.conflict ? [{ theirs: region.conflict.a, mine: region.conflict.b }] : []
  })
}

/** Comparisons of lines that a merge may take: some 200 ms. The algorithm cannot be stopped once it runs, so it is asked before. */
const BUDGET = 1_000_000

/** Pairs of equal lines: what the time of the comparison grows with. Thousands of empty lines in each text are the bad case. */
function cost(left: readonly string[], right: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const line of left) counts.set(line, (counts.get(line) ?? 0) + 1)
  let pairs = left.length + right.length
  for (const line of right) pairs += counts.get(line) ?? 0
  return pairs
}

/** Lines at the beginning and at the end that are the same in all texts: most of a long page, mostly. */
function commonEnds(...texts: readonly (readonly string[])[]): { start: number; end: number } {
  const [first = [], ...others] = texts
  const shortest = Math.min(...texts.map((lines) => lines.length))
  let start = 0
  while (start < shortest && others.every((lines) => lines[start] === first[start])) start++
  let end = 0
  while (end < shortest - start && others.every((lines) => lines.at(-1 - end) === first.at(-1 - end))) end++
  return { start, end }
}
