import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { decodeValue, encodeValue } from '../../core/session/index.ts'

const trip = (value: unknown): unknown => decodeValue(encodeValue(value, 'key'))

// Scenario 66, bug 43 (the memory, file and Redis stores keep these very texts).
test.each([
  ['a text', 'ü "quoted" \u0000 \u2028'],
  ['numbers', [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53]],
  ['true, false, null, undefined', [true, false, null, undefined]],
  ['undefined alone', undefined],
  ['a Date', new Date(0)],
  ['an invalid Date', new Date(Number.NaN)],
  ['a BigInt', 12345678901234567890n],
  ['bytes', new Uint8Array([0, 1, 255])],
  [
    'a Map with any keys',
    new Map<unknown, unknown>([
      ['a', 1],
      [new Date(5), new Set([1n])],
      [{ x: 1 }, undefined],
    ]),
  ],
  ['a Set', new Set(['a', [1, 2]])],
  ['nested lists and objects', { a: [{ b: [{ c: new Date(1) }] }], d: undefined }],
  ['objects that look like our marks', [{ $date: 5 }, { $: 1 }, { $map: [] }, { $x: { $date: 1 } }, { $date: 1, more: 2 }]],
  ['an empty object and an empty list', [{}, []]],
])('keeps %s in type and value', (_, value) => {
  expect(trip(value)).toEqual(value)
})

test('keeps plain JSON as plain JSON, so that a dump can be read', () => {
  expect(encodeValue({ a: [1, 'b', null] }, 'key')).toBe('{"a":[1,"b",null]}')
})

test('takes Buffers as bytes, and objects of another realm as plain', () => {
  expect(trip(Buffer.from('abc'))).toEqual(new Uint8Array([97, 98, 99]))
  expect(trip(runInNewContext('({ a: { b: 1 } })'))).toEqual({ a: { b: 1 } })
})

test('scenario 65, bug 44: treats hostile keys as keys', () => {
  const hostile = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"d":{"$date":1}}',
  ) as object
  const back = trip({ ...hostile, when: new Date(2), __proto__: null }) as Record<string, unknown>
  const again = trip(hostile) as Record<string, unknown>
  expect(Object.keys(again)).toEqual(['__proto__', 'constructor', 'toString', 'd'])
  expect(Object.getOwnPropertyDescriptor(again, '__proto__')?.value).toEqual({ polluted: 1 })
  expect(back['when']).toEqual(new Date(2))
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  const file = decodeValue('{"a":{"$date":1},"__proto__":{"polluted":{"$date":1}}}') as Record<string, unknown>
  expect(Object.getPrototypeOf(file)).toBe(Object.prototype)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

class Cart {}
const cycle: unknown[] = []
cycle.push({ cycle })

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['an instance of Cart', new Cart()],
  ['an instance of RegExp', /x/],
  ['an instance of Promise', Promise.resolve()],
  ['a value that contains itself', cycle],
])('refuses %s, naming the key and who set it', (what, value) => {
  expect(() => encodeValue({ deep: [value] }, 'my key', 'macro Cart')).toThrow(TypeError)
  expect(() => encodeValue({ deep: [value] }, 'my key', 'macro Cart')).toThrow(
    `session["my key"] (set by macro Cart) cannot keep ${what}`,
  )
})

test('refuses what would be written without end because it holds the same again and again', { timeout: 20_000 }, () => {
  let twice: unknown = 'x'
  for (let n = 0; n < 60; n++) twice = [twice, twice]
  expect(() => encodeValue(twice, 'twice', 'macro Tree')).toThrow(
    'session["twice"] (set by macro Tree) cannot keep a value of more than 1000000 parts',
  )
  const same = { when: new Date(1) }
  expect(trip({ a: same, b: [same] })).toEqual({ a: same, b: [same] })
})

test('refuses what is nested beyond reason instead of overflowing the stack', () => {
  let deep: unknown = 1
  for (let n = 0; n < 5000; n++) deep = [deep]
  expect(() => encodeValue(deep, 'deep')).toThrow(/nested more than 100 deep/)
})
