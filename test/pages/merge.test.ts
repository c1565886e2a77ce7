import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeTexts } from '../../core/pages/merge.ts'

const base = 'one\ntwo\nthree\nfour\nfive\n'

describe('two texts made from one', () => {
  it('are merged when they changed different lines', () => {
    const theirs = base.replace('two', 'TWO')
    const mine = base.replace('five', 'FIVE\nsix').replaceAll('\n', '\r\n')
    expect(mergeTexts(base, theirs, mine)).toEqual({ text: 'one\nTWO\nthree\nfour\nFIVE\nsix\n', conflicts: 0 })
  })

  it('are one when only one of them changed, or both in the same way', () => {
    expect(mergeTexts(base, base, 'mine\n')).toEqual({ text: 'mine\n', conflicts: 0 })
    expect(mergeTexts(base, 'theirs\n', base)).toEqual({ text: 'theirs\n', conflicts: 0 })
    expect(mergeTexts(base, 'both\n', 'both\n')).toEqual({ text: 'both\n', conflicts: 0 })
    const same = base.replace('two', 'TWO')
    expect(mergeTexts(base, same, same.replace('five', 'FIVE')).conflicts).toBe(0)
  })

  it('stand both in the text where they changed the same lines', () => {
    const merged = mergeTexts(base, base.replace('three', 'theirs'), base.replace('three', 'mine'), {
      labels: { theirs: 'Bob', mine: 'Ann' },
    })
    expect(merged).toEqual({
      text: 'one\ntwo\n<<<<<<< Bob\ntheirs\n=======\nmine\n>>>>>>> Ann\nfour\nfive\n',
      conflicts: 1,
    })
  })

  it('stand side by side when comparing them would take too long', () => {
    const many = '\n'.repeat(5000)
    const started = performance.now()
    const merged = mergeTexts(`a${many}b\n`, `c${many}d${many}e\n`, `f${many}g\n`)
    expect(performance.now() - started).toBeLessThan(1500)
    expect(merged.conflicts).toBe(1)
    for (const word of ['c', 'd', 'e', 'f', 'g']) expect(merged.text.split('\n')).toContain(word)
  })

  it('never lose a line of either', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 10 })
    fc.assert(
      fc.property(text, text, text, (before, theirs, mine) => {
        const merged = mergeTexts(before.join('\n'), theirs.join('\n'), mine.join('\n')).text.split('\n')
        const added = (lines: readonly string[]) => lines.filter((line) => !before.some((old) => old === line))
        for (const line of [...added(theirs), ...added(mine)]) expect(merged).toContain(line)
      }),
      { numRuns: 500 },
    )
  })
})
