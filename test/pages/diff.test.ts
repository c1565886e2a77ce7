import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiffLine, TextDiff } from '../../core/pages/diff.ts'
import { diffTexts } from '../../core/pages/diff.ts'

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1} of the text`)

describe('the difference of two texts', () => {
  it('is nothing for equal texts', () => {
    expect(diffTexts('a\n', 'a\n')).toEqual({ hunks: [], cut: null })
    expect(diffTexts('', '')).toEqual({ hunks: [], cut: null })
  })

  it('shows what was added, removed and changed, words marked', () => {
    const { hunks, cut } = diffTexts('one two three\nstays\nold\n', 'one 2 three\nstays\n')
    expect(cut).toBeNull()
    expect(hunks).toHaveLength(1)
    expect(hunks[0]).toMatchObject({ oldStart: 1, newStart: 1, skipped: 0 })
    expect(hunks[0]?.lines).toEqual([
      { kind: 'removed', parts: [part('one '), part('two', true), part(' three')] },
      { kind: 'added', parts: [part('one '), part('2', true), part(' three')] },
      { kind: 'same', parts: [part('stays')] },
      { kind: 'removed', parts: [part('old')] },
    ])
  })

  it('does not mark words in lines that have little in common', () => {
    const { hunks } = diffTexts('The sun shines on a meadow\n', 'Configuration lives in a file\n')
    expect(hunks[0]?.lines.map(({ parts }) => parts.length)).toEqual([1, 1])
  })

  it('folds what is unchanged and tells how much that is', () => {
    const older = lines(40)
    const newer = [...older]
    newer[19] = 'changed'
    newer.splice(30, 1)
    const { hunks } = diffTexts(older.join('\n'), newer.join('\n'))
    expect(hunks.map(({ oldStart, newStart, skipped, lines }) => [oldStart, newStart, skipped, lines.length])).toEqual([
      [17, 17, 16, 8],
      [28, 28, 4, 7],
    ])
  })

  it('adds up to both texts', () => {
    const text = fc
      .array(fc.constantFrom('', 'a', 'b', 'a b c', 'a b d', 'x  y'), { maxLength: 12 })
      .map((all) => all.map((line) => `${line}\n`).join(''))
    fc.assert(
      fc.property(text, text, (older, newer) => {
        const diff = diffTexts(older, newer, { context: 1000 })
        expect(side(diff, 'added', older)).toBe(older)
        expect(side(diff, 'removed', newer)).toBe(newer)
      }),
      { numRuns: 500 },
    )
  })

  it('numbers its lines as the texts do', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 })
    fc.assert(
      fc.property(text, text, (older, newer) => {
        for (const hunk of diffTexts(older.join('\n'), newer.join('\n'), { context: 1 }).hunks) {
          const words = (left: 'added' | 'removed') =>
            hunk.lines.filter(({ kind }) => kind !== left).map(({ parts }) => parts.map((one) => one.text).join(''))
          expect(older.slice(hunk.oldStart - 1).slice(0, words('added').length)).toEqual(words('added'))
          expect(newer.slice(hunk.newStart - 1).slice(0, words('removed').length)).toEqual(words('removed'))
        }
      }),
    )
  })

  it('ends in time with texts that have nothing in common, and shows only so much', () => {
    const text = (step: number) => Array.from({ length: 30_000 }, (_, at) => `${(at * step) % 7919} ${at % 13}`).join('\n')
    const started = performance.now()
    const { hunks, cut } = diffTexts(text(3), text(17), { time: 100, lines: 1000 })
    expect(performance.now() - started).toBeLessThan(3000)
    expect(cut).toBe('size')
    expect(hunks[0]?.lines.length).toBeLessThanOrEqual(1003)
    expect(diffTexts(text(3), text(17), { time: 50, lines: 100_000 }).cut).toBe('time')
  })
})

function part(text: string, changed = false) {
  return { text, changed }
}

/** The text that is left when one kind of lines is taken out. */
function side({ hunks }: TextDiff, without: DiffLine['kind'], unchanged: string): string {
  if (hunks.length === 0) return unchanged
  const kept = hunks.flatMap((hunk) => hunk.lines.filter(({ kind }) => kind !== without))
  return kept.map(({ parts }) => `${parts.map(({ text }) => text).join('')}\n`).join('')
}
