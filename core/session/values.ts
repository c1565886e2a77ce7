import { badSessionValue } from '../api/errors.ts'

/**
 * The text a store keeps for a value. Plain JSON stays plain JSON, so that a dump can be read; what JSON has no word for is
 * written as an object with one key that starts with `$`, and a plain object that looks so is wrapped in `{"$":…}`.
 *
 * Throws a TypeError that names `key` for functions, symbols, cycles and instances of classes: better at the assignment,
 * where the stack shows who did it, than at the end of the request.
 */
export function encodeValue(value: unknown, key: string, owner = ''): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return String(value)
      break
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
  }
  return JSON.stringify(toPlain(value, { key, owner, left: mostParts }, []))
}

/** The value of a stored text; a fresh copy each time. */
export function decodeValue(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Only a text with a marker needs the second walk.
  return typeof value === 'object' && text.includes('"$') ? fromPlain(value) : value
}

/** An object that is met twice is written twice, so thirty lists, each holding the one before twice, would be written for hours. */
const mostParts = 1_000_000

interface Encoding {
  readonly key: string
  readonly owner: string
  /** Parts that may still come. */
  left: number
}

function toPlain(value: unknown, encoding: Encoding, above: readonly object[]): unknown {
  const { key, owner } = encoding
  if (--encoding.left < 0) throw badSessionValue(key, `a value of more than ${mostParts} parts`, owner)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) }
    case 'undefined':
      return { $undefined: true }
    case 'bigint':
      return { $bigint: String(value) }
    case 'function':
    case 'symbol':
      throw badSessionValue(key, `a ${typeof value}`, owner)
  }
  if (typeof value !== 'object' || value === null) return null
  if (above.includes(value)) throw badSessionValue(key, 'a value that contains itself', owner)
  if (above.length > 100) throw badSessionValue(key, 'a value nested more than 100 deep', owner)
  const path = [...above, value]
  const inner = (each: unknown): unknown => toPlain(each, encoding, path)
  if (Array.isArray(value)) return Array.from(value, inner)
  if (value instanceof Date) return { $date: value.getTime() }
  if (value instanceof Map) return { $map: Array.from(value, ([k, v]) => [inner(k), inner(v)]) }
  if (value instanceof Set) return { $set: Array.from(value, inner) }
  if (value instanceof Uint8Array)
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    // An object of another realm (vm) is as plain as ours, only its Object is another one.
    if (Object.getPrototypeOf(prototype) !== null || !Object.hasOwn(prototype as object, 'isPrototypeOf')) {
      throw badSessionValue(key, `an instance of ${nameOfClass(value)}`, owner)
    }
  }
  // No prototype: a key named __proto__ is a key.
  const plain: Record<string, unknown> = Object.create(null)
  const keys = Object.keys(value)
  for (const each of keys) plain[each] = inner((value as Record<string, unknown>)[each]) // Object.keys names own keys only
  return keys.length === 1 && keys[0]?.startsWith('$') ? { $: plain } : plain
}

function fromPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(fromPlain)
  const keys = Object.keys(value)
  const only = keys.length === 1 ? (keys[0] ?? '') : ''
  if (only.startsWith('$')) {
    const held = (value as Record<string, unknown>)[only] // `only` is one of its keys
    switch (only) {
      case '$':
        return typeof held === 'object' && held !== null ? insidesFromPlain(held as object) : held
      case '$date':
        return new Date(typeof held === 'number' ? held : Number.NaN)
      case '$map':
        return new Map(asList(held).map((pair) => [fromPlain(asList(pair)[0]), fromPlain(asList(pair)[1])]))
      case '$set':
        return new Set(asList(held).map(fromPlain))
      case '$bytes':
        return new Uint8Array(Buffer.from(String(held), 'base64'))
      case '$bigint':
        return BigInt(String(held))
      case '$number':
        return Number(held)
      case '$undefined':
        return undefined
    }
  }
  return insidesFromPlain(value)
}

function insidesFromPlain(value: object): object {
  for (const key of Object.keys(value)) {
    const revived = fromPlain((value as Record<string, unknown>)[key]) // Object.keys names own keys only
    // Plain assignment to __proto__ would swap the prototype instead of setting the key.
    if (key === '__proto__')
      Object.defineProperty(value, key, { value: revived, writable: true, enumerable: true, configurable: true })
    else (value as Record<string, unknown>)[key] = revived
  }
  return value
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function nameOfClass(value: object): string {
  const { name } = value.constructor ?? {}
  return typeof name === 'string' && name !== '' ? name : 'a class'
}
