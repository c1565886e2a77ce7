import { diffArrays, diffWordsWithSpace } from 'diff'

/** A piece of a line; `changed` marks the words that differ. */
export interface DiffPart {
  readonly text: string
  readonly changed: boolean
}

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly parts: readonly DiffPart[]
}

/** Changed lines with some unchanged ones around them. */
export interface DiffHunk {
  /** Line numbers from 1. */
  readonly oldStart: number
  readonly newStart: number
  /** Unchanged lines left out before this hunk. */
  readonly skipped: number
  readonly lines: readonly DiffLine[]
}

export interface TextDiff {
  readonly hunks: readonly DiffHunk[]
  /** 'time': too different to be compared line by line in the time given, so one block replaces another. 'size': the end is left out. */
  readonly cut: 'time' | 'size' | null
}

export interface DiffOptions {
  /** Unchanged lines shown around a change. */
  readonly context?: number
  /** Milliseconds for comparing lines, and as much again for words. */
  readonly time?: number
  /** Changed and unchanged lines shown at most. */
  readonly lines?: number
}

/** What has to change in the old text to make it the new one, as plain data for a template. Equal texts have no hunks. */
export function diffTexts(older: string, newer: string, options: DiffOptions = {}): TextDiff {
  const { context = 3, time = 400, lines: most = 5000 } = options
  const { changes, cut } = compareLines(splitLines(older), splitLines(newer), time)
  const deadline = performance.now() + time
  let hunk: OpenHunk = { oldStart: 1, newStart: 1, skipped: 0, lines: [] }
  const hunks = [hunk]
  let [oldLine, newLine, shown] = [1, 1, 0]

  for (const [at, { same, removed, added }] of changes.entries()) {
    const room = most - shown
    shown += removed.length + added.length
    if (shown > most) {
      const [some, others] = [removed.slice(0, room), added.slice(0, Math.max(0, room - removed.length))]
      hunk.lines.push(...markWords(some, others, 0))
      return { hunks: hunks.filter(changesSomething), cut: 'size' }
    }
    hunk.lines.push(...markWords(removed, added, deadline))
    const below = at === 0 ? 0 : context
    const above = at === changes.length - 1 ? 0 : context
    const skipped = same.length - below - above
    if (skipped <= 0) {
      hunk.lines.push(...same.map(sameLine))
    } else {
      hunk.lines.push(...same.slice(0, below).map(sameLine))
      hunk = { oldStart: oldLine + below + skipped, newStart: newLine + below + skipped, skipped, lines: [] }
      hunk.lines.push(...same.slice(below + skipped).map(sameLine))
      hunks.push(hunk)
    }
    oldLine += same.length + removed.length
    newLine += same.length + added.length
  }
  return { hunks: hunks.filter(changesSomething), cut }
}

type OpenHunk = DiffHunk & { readonly lines: DiffLine[] }

function changesSomething(hunk: DiffHunk): boolean {
  return hunk.lines.some(({ kind }) => kind !== 'same')
}

interface LineChange {
  readonly same: readonly string[]
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

function compareLines(
  older: readonly string[],
  newer: readonly string[],
  time: number,
): { changes: LineChange[]; cut: 'time' | null } {
  let start = 0
  while (start < older.length && start < newer.length && older[start] === newer[start]) start++
  let end = 0
  while (end < Math.min(older.length, newer.length) - start && older.at(-1 - end) === newer.at(-1 - end)) end++
  const removed = older.slice(start, older.length - end)
  const added = newer.slice(start, newer.length - end)

  const compared = diffArrays(removed, added, { timeout: time })
  const middle: LineChange[] = []
  for (const { value, added: isNew, removed: isOld } of compared ?? []) {
    const last = middle.at(-1)
    if (!isNew && !isOld) middle.push({ same: value, removed: [], added: [] })
    else if (isNew && last && last.same.length === 0) middle[middle.length - 1] = { ...last, added: last.added.concat(value) }
    else if (isNew) middle.push({ same: [], removed: [], added: value })
    else if (last && last.same.length === 0) middle[middle.length - 1] = { ...last, removed: last.removed.concat(value) }
    else middle.push({ same: [], removed: value, added: [] })
  }
  if (!compared) middle.push({ same: [], removed, added })
  const ends = { head: older.slice(0, start), tail: older.slice(older.length - end) }
  const changes = [{ same: ends.head, removed: [], added: [] }, ...middle, { same: ends.tail, removed: [], added: [] }].filter(
    (change) => change.same.length + change.removed.length + change.added.length > 0,
  )
  return { changes, cut: compared ? null : 'time' }
}

/** Removed lines, then added ones; what differs within them is marked when enough of them is the same. */
function markWords(removed: readonly string[], added: readonly string[], deadline: number): DiffLine[] {
  const timeout = deadline - performance.now()
  const plain = [...removed.map((text) => wholeLine('removed', text)), ...added.map((text) => wholeLine('added', text))]
  if (removed.length === 0 || added.length === 0 || timeout <= 0) return plain
  const [before, after] = [removed.join('\n'), added.join('\n')]
  const words = diffWordsWithSpace(before, after, { timeout, maxEditLength: 2000 })
  if (!words) return plain
  const kept = words.reduce((sum, word) => sum + (word.added || word.removed ? 0 : word.value.trim().length), 0)
  // Two sentences that share only "the" and "a" are not one sentence changed.
  if (kept * 4 < Math.min(before.length, after.length)) return plain
  return [
    ...linesOf(
      'removed',
      words.filter((word) => !word.added),
    ),
    ...linesOf(
      'added',
      words.filter((word) => !word.removed),
    ),
  ]
}

function linesOf(kind: 'removed' | 'added', words: readonly { value: string; added: boolean; removed: boolean }[]): DiffLine[] {
  const lines: DiffPart[][] = [[]]
  for (const { value, added, removed } of words) {
    for (const [at, text] of value.split('\n').entries()) {
      if (at > 0) lines.push([])
      if (text !== '') lines.at(-1)?.push({ text, changed: added || removed })
    }
  }
  return lines.map((parts) => ({ kind, parts }))
}

const sameLine = (text: string): DiffLine => wholeLine('same', text)

function wholeLine(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, parts: text === '' ? [] : [{ text, changed: false }] }
}

function splitLines(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
