import type { DiffLine, TextDiff } from '../pages/diff.ts'
import { diffTexts } from '../pages/diff.ts'

/** A difference as the templates `diff` and `conflict` show it, side by side or in one column. */
export interface DiffView {
  readonly blocks: readonly DiffBlock[]
  /** Places that differ. */
  readonly changes: number
  readonly added: number
  readonly removed: number
  /** True when the texts were too different, or too long, to be compared to the end. */
  readonly cut: boolean
}

/** Lines in a row that changed, or that did not. */
export interface DiffBlock {
  readonly kind: 'same' | 'change'
  /** True: unchanged lines that start folded away. */
  readonly folded: boolean
  /** Lines of the block. */
  readonly count: number
  /** Of the change, from 1, and of its neighbours; 0 for none. */
  readonly number: number
  readonly previous: number
  readonly next: number
  /** Empty for a folded block of a very long text: nobody would unfold it. */
  readonly rows: readonly DiffRow[]
}

/** A line of each side; a number is '' where that side has none. */
export interface DiffRow {
  readonly kind: 'same' | 'added' | 'removed' | 'changed'
  readonly oldNumber: number | ''
  readonly newNumber: number | ''
  readonly old: readonly Piece[]
  readonly new: readonly Piece[]
}

/** A part of a line; `mark` is true for the words that changed. */
export interface Piece {
  readonly text: string
  readonly mark: boolean
}

const context = 3
/** An unchanged run of more lines is folded. */
const longestOpen = 8
/** Beyond so many unchanged lines the folded ones are left out. */
const mostSameLines = 5000

/** What has to change in one text to make it the other, in blocks of rows. */
export function diffBlocks(older: string, newer: string): DiffView {
  const { hunks, cut }: TextDiff = diffTexts(older, newer, { context: Number.POSITIVE_INFINITY })
  const blocks: DiffBlock[] = []
  const counted = { added: 0, removed: 0 }
  const isLong = hunks.reduce((sum, { lines }) => sum + lines.filter(({ kind }) => kind === 'same').length, 0) > mostSameLines
  for (const { oldStart, newStart, lines } of hunks) {
    let [oldNumber, newNumber] = [oldStart, newStart]
    for (const run of runs(lines)) {
      if (run.same) {
        const rows = run.lines.map(
          (line): DiffRow => ({
            kind: 'same',
            oldNumber: oldNumber++,
            newNumber: newNumber++,
            old: pieces(line),
            new: pieces(line),
          }),
        )
        blocks.push(...fold(rows, run.first, run.last, isLong))
        continue
      }
      const [before, after] = [
        run.lines.filter(({ kind }) => kind === 'removed'),
        run.lines.filter(({ kind }) => kind === 'added'),
      ]
      counted.removed += before.length
      counted.added += after.length
      const rows = Array.from({ length: Math.max(before.length, after.length) }, (_, at): DiffRow => {
        const [left, right] = [before[at], after[at]]
        return {
          kind: left === undefined ? 'added' : right === undefined ? 'removed' : 'changed',
          oldNumber: left === undefined ? '' : oldNumber++,
          newNumber: right === undefined ? '' : newNumber++,
          old: left === undefined ? [] : pieces(left),
          new: right === undefined ? [] : pieces(right),
        }
      })
      blocks.push(block('change', rows))
    }
  }
  const changes = blocks.filter(({ kind }) => kind === 'change').length
  return { blocks: numbered(blocks, changes), changes, ...counted, cut: cut !== null }
}

function* runs(lines: readonly DiffLine[]): Generator<{ same: boolean; lines: DiffLine[]; first: boolean; last: boolean }> {
  for (let start = 0; start < lines.length; ) {
    const same = lines[start]?.kind === 'same'
    let end = start
    while (end < lines.length && (lines[end]?.kind === 'same') === same) end++
    yield { same, lines: lines.slice(start, end), first: start === 0, last: end === lines.length }
    start = end
  }
}

/** Three lines stay open beside a change; at the ends of the text there is none. */
function fold(rows: readonly DiffRow[], first: boolean, last: boolean, isLong: boolean): DiffBlock[] {
  if (rows.length <= longestOpen) return [block('same', rows)]
  const start = first ? 0 : context
  const end = rows.length - (last ? 0 : context)
  const middle = { ...block('same', rows.slice(start, end)), folded: true }
  return [
    ...(start === 0 ? [] : [block('same', rows.slice(0, start))]),
    isLong ? { ...middle, rows: [] } : middle,
    ...(end === rows.length ? [] : [block('same', rows.slice(end))]),
  ]
}

function block(kind: DiffBlock['kind'], rows: readonly DiffRow[]): DiffBlock {
  return { kind, folded: false, count: rows.length, number: 0, previous: 0, next: 0, rows }
}

function numbered(blocks: readonly DiffBlock[], changes: number): DiffBlock[] {
  let number = 0
  return blocks.map((one) => {
    if (one.kind === 'same') return one
    number++
    return { ...one, number, previous: number - 1, next: number < changes ? number + 1 : 0 }
  })
}

const pieces = ({ parts }: DiffLine): Piece[] => parts.map(({ text, changed }) => ({ text, mark: changed }))
