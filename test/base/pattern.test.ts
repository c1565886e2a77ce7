import { expect, it } from 'vitest'
import { PatternFinder } from '../../core/base/pattern.ts'

const endless = '(a+)+$'
const text = `${'a'.repeat(5000)}!`

it('stops a pattern that never ends', () => {
  expect(() => new PatternFinder().find(endless, [text], { milliseconds: 20 })).toThrow('takes too long')
})

it('tries a pattern again whose time went to other programs', () => {
  let asked = 0
  const busyMachine = new PatternFinder(() => {
    asked++
    return 0
  })
  expect(() => busyMachine.find(endless, [text], { milliseconds: 5 })).toThrow('takes too long')
  // Before and after each of three runs; after the last one it is certain.
  expect(asked).toBe(5)
  expect(busyMachine.find('a+', ['baa'])).toEqual([[[1, 3]]])
})
