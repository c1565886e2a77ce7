import { expect, test } from 'vitest'
import { RandomIds } from '../../core/base/random-id.ts'
import { parseTimespan } from '../../core/base/timespan.ts'

test.each([
  [1, 3600],
  [0.5, 1800],
  [0.0001, 0],
  [-0.0001, 0],
  [-12, -43_200],
  [0, 0],
  ['30m', 1800],
  ['24h', 86_400],
  ['14d', 1_209_600],
  ['-12h', -43_200],
  ['0.5h', 1800],
  ['45s', 45],
  [' 2w ', 1_209_600],
] as const)('reads %j as %d seconds', (span, wanted) => {
  expect(Object.is(parseTimespan(span), wanted)).toBe(true)
})

test.each(['', '12', 'h', '12 hours', '1h30m', Number.NaN, Number.POSITIVE_INFINITY, null as never, [1] as never])(
  'refuses %j with a hint',
  (span) => {
    expect(() => parseTimespan(span)).toThrow(/no span of time: write hours/)
  },
)

test('makes ids of 144 bits without repeating one (scenario 64)', () => {
  const ids = new RandomIds()
  const seen = new Set<string>()
  const counts = new Array<number>(256).fill(0)
  for (let n = 0; n < 10_000; n++) {
    const id = ids.next()
    expect(id).toMatch(/^[A-Za-z0-9_-]{24}$/)
    seen.add(id)
    for (const byte of Buffer.from(id, 'base64url')) counts[byte] = (counts[byte] ?? 0) + 1
  }
  expect(seen.size).toBe(10_000)
  const wanted = (10_000 * 18) / 256
  const chiSquare = counts.reduce((sum, count) => sum + (count - wanted) ** 2 / wanted, 0)
  // 255 degrees of freedom: beyond 380 once in a few million runs.
  expect(chiSquare).toBeLessThan(380)
})
