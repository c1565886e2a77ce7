import { expect, it } from 'vitest'
import { report, schedule } from './NAME.ts'

it('tells how many pages there are', () => {
  expect(report(3)).toBe('This wiki has 3 pages.\n')
})

it('runs once a day', () => {
  expect(schedule.split(' ')).toHaveLength(5)
})
