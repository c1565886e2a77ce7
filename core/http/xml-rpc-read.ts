import { SaxesParser } from 'saxes'
import { badCall } from '../api/api-errors.ts'

/** Somebody calls this method. */
export interface XmlRpcCall {
  readonly method: string
  readonly params: readonly unknown[]
}

/** No call of a wiki comes near these: they are there for those that are none. */
const limits = { depth: 40, values: 10_000, attributes: 20, nameLength: 200 }

/** What is open around the place where the reader is. */
interface Open {
  readonly tag: string
  /** Values of a list or of the call; the one value of a `value` or `member`. */
  readonly values: unknown[]
  readonly record: Record<string, unknown> | null
  text: string
  name: string | null
}

/**
 * Reads an XML-RPC call. Bytes become Uint8Arrays, dates Dates (a time without a zone is UTC, as in MoinMoin), records have no
 * prototype. A document type is refused before anything in it is read, so no entity of its own can grow.
 */
export function readXmlRpc(xml: string): XmlRpcCall {
  const parser = new SaxesParser({ position: false })
  const open: Open[] = []
  const params: unknown[] = []
  let method: string | null = null
  let values = 0
  let depth = 0
  let attributes = 0

  parser.on('error', (error) => refuse(error.message))
  parser.on('doctype', () => refuse('a document type is not allowed'))
  parser.on('attribute', () => {
    // Its tags have none, but for the names of extensions.
    if (++attributes > limits.attributes) refuse('it has too many attributes')
  })
  parser.on('opentag', ({ name }) => {
    const around = open.at(-1)?.tag ?? ''
    if (places.get(name)?.includes(around) !== true)
      refuse(`<${name.slice(0, 40)}> has no place ${around === '' ? 'there' : `in <${around}>`}`)
    if (name === 'value' && ++values > limits.values) refuse(`it has more than ${limits.values} values`)
    if (name === 'value' && ++depth > limits.depth) refuse(`its values are more than ${limits.depth} deep`)
    open.push({
      tag: name,
      values: [],
      record: name === 'struct' ? (Object.create(null) as Record<string, unknown>) : null,
      text: '',
      name: null,
    })
  })
  const text = (piece: string): void => {
    const here = open.at(-1)
    if (here !== undefined) here.text += piece
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed === undefined) return
    const around = open.at(-1)
    switch (closed.tag) {
      case 'methodName':
        method = closed.text.trim().slice(0, limits.nameLength)
        return
      case 'name':
        if (around !== undefined) around.name = closed.text
        return
      case 'value':
        depth--
        if (closed.values.length > 1) refuse('a <value> has one kind')
        // What stands in a value without a tag is text.
        around?.values.push(closed.values.length > 0 ? closed.values[0] : closed.text)
        return
      case 'param':
        params.push(one(closed))
        return
      case 'member':
        if (closed.name === null) return refuse('a member of a struct has no name')
        if (closed.name === '__proto__') return refuse('a member may not be named __proto__')
        if (around !== undefined && around.record !== null) around.record[closed.name] = one(closed)
        return
      case 'data':
        around?.values.push(...closed.values)
        return
      case 'array':
        around?.values.push(closed.values)
        return
      case 'struct':
        around?.values.push(closed.record)
        return
      case 'params':
      case 'methodCall':
        return
      default:
        around?.values.push(scalar(closed.tag, closed.text))
    }
  })
  parser.write(xml).close()
  if (method === null || method === '') return refuse('it names no method')
  return { method, params }
}

/** Which tag may stand in which. */
const places = new Map<string, readonly string[]>([
  ['methodCall', ['']],
  ['methodName', ['methodCall']],
  ['params', ['methodCall']],
  ['param', ['params']],
  ['value', ['param', 'data', 'member']],
  ['data', ['array']],
  ['member', ['struct']],
  ['name', ['member']],
  ...[
    'array',
    'struct',
    'string',
    'int',
    'i4',
    'i8',
    'boolean',
    'double',
    'dateTime.iso8601',
    'base64',
    'nil',
    'ex:nil',
    'ex:i8',
  ].map((tag): [string, readonly string[]] => [tag, ['value']]),
])

function one({ tag, values }: Open): unknown {
  if (values.length !== 1) refuse(`<${tag}> needs one <value>`)
  return values[0]
}

function scalar(tag: string, text: string): unknown {
  const trimmed = text.trim()
  switch (tag) {
    case 'string':
      return text
    case 'int':
    case 'i4':
    case 'i8':
    case 'ex:i8':
      return /^[+-]?\d{1,16}$/.test(trimmed) ? Number(trimmed) : refuse(`"${trimmed.slice(0, 40)}" is no integer`)
    case 'boolean':
      return trimmed === '1' || (trimmed === '0' ? false : refuse('a boolean is 0 or 1'))
    case 'double':
      return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(trimmed)
        ? Number(trimmed)
        : refuse(`"${trimmed.slice(0, 40)}" is no number`)
    case 'dateTime.iso8601':
      return date(trimmed)
    case 'base64':
      return new Uint8Array(Buffer.from(trimmed, 'base64'))
    default:
      return null
  }
}

function date(text: string): Date {
  const [, year, month, day, hour, minute, second, zone = 'Z'] =
    /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? []
  const read = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`)
  return Number.isNaN(read.getTime()) ? refuse(`"${text.slice(0, 40)}" is no date like 20261121T14:05:09`) : read
}

function refuse(why: string): never {
  throw badCall(`This is no XML-RPC call: ${why}.`)
}
