import type { ApiKind, ApiParams } from '../../api/api-method.ts'
import { badParameter } from '../../api/api-errors.ts'
import { closest } from '../../base/closest.ts'

/** A declared parameter. */
export interface ApiParam {
  readonly name: string
  readonly kind: ApiKind
  readonly optional: boolean
}

export function apiParams(params: ApiParams = {}): readonly ApiParam[] {
  return Object.entries(params).map(([name, declared]) => ({
    name,
    kind: declared.replace('?', '') as ApiKind,
    optional: declared.endsWith('?'),
  }))
}

/** Values by their place, as XML-RPC sends them, by name. */
export function byPlace(method: string, declared: readonly ApiParam[], values: readonly unknown[]): ReadonlyMap<string, unknown> {
  if (values.length > declared.length)
    throw badParameter(`${method} takes ${declared.length} parameters, not ${values.length}: ${inWords(declared)}.`)
  return new Map(values.map((value, index) => [declared[index]?.name ?? '', value]))
}

/** What the declared parameters become; a mistake says which parameter, and what it should have been. */
export function bindParams(
  method: string,
  declared: readonly ApiParam[],
  sent: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  for (const name of sent.keys()) {
    if (declared.some((param) => param.name === name)) continue
    const near = closest(
      name,
      declared.map((param) => param.name),
    )
    const hint = near === null ? `It takes ${inWords(declared)}.` : `Did you mean ${near}?`
    throw badParameter(`${method} has no parameter "${name.slice(0, 100)}". ${hint}`)
  }
  const bound: Record<string, unknown> = {}
  for (const { name, kind, optional } of declared) {
    const value = sent.get(name)
    if (value !== undefined && value !== null) {
      const read = readers[kind](value)
      if (read === undefined) throw badParameter(`The parameter ${name} of ${method} must be ${kindsInWords[kind]}.`)
      bound[name] = read
    } else if (!optional) throw badParameter(`${method} needs the parameter ${name}, ${kindsInWords[kind]}.`)
  }
  return bound
}

function inWords(declared: readonly ApiParam[]): string {
  return declared.length === 0 ? 'none' : declared.map(({ name, optional }) => (optional ? `[${name}]` : name)).join(', ')
}

const kindsInWords: Readonly<Record<ApiKind, string>> = {
  text: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  date: 'a date like 2026-11-21T14:05:09Z',
  bytes: 'bytes (base64)',
  list: 'a list',
  record: 'an object',
}

/** What a value becomes that came as text in an address, as JSON, or typed by XML-RPC; undefined when it cannot. */
const readers: Readonly<Record<ApiKind, (value: unknown) => unknown>> = {
  text: (value) => (typeof value === 'string' ? value : value instanceof Uint8Array ? utf8(value) : undefined),
  integer: (value) => {
    const number = typeof value === 'string' && /^[+-]?\d{1,16}$/.test(value) ? Number(value) : value
    return Number.isSafeInteger(number) ? number : undefined
  },
  boolean: (value) => (typeof value === 'boolean' ? value : switches.get(value)),
  date: (value) => {
    const read = value instanceof Date ? value : typeof value === 'string' && isoDate.test(value) ? new Date(value) : null
    return read === null || Number.isNaN(read.getTime()) ? undefined : read
  },
  bytes: (value) => {
    if (value instanceof Uint8Array) return value
    return typeof value === 'string' && base64.test(value) ? new Uint8Array(Buffer.from(value, 'base64')) : undefined
  },
  list: (value) => (Array.isArray(value) ? value : undefined),
  record: (value) => (isRecord(value) ? value : undefined),
}

const switches = new Map<unknown, boolean>([
  [1, true],
  [0, false],
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
])
const isoDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/
const base64 = /^[A-Za-z0-9+/\s]*(?:=\s*){0,2}$/

/** Whoever marks a text as bytes means UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  )
}
