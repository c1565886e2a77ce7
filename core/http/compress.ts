import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'br' | 'gzip'

/** The encoding that pays for a body of this size, by what the browser accepts; null sends it as it is. */
export function encodingFor(accepted: string | undefined, size: number): Encoding | null {
  if (accepted === undefined || size < worthwhile) return null
  if (accepts(accepted, 'br')) return 'br'
  return accepts(accepted, 'gzip') ? 'gzip' : null
}

/** Compresses. The same byte array (a cached page, a style sheet) is compressed once, whoever asks and however often. */
export async function compress(body: string | Uint8Array, encoding: Encoding): Promise<Uint8Array> {
  if (typeof body === 'string') return squeeze(body, encoding)
  let known = done.get(body)
  if (known === undefined) done.set(body, (known = {}))
  known[encoding] ??= squeeze(body, encoding)
  return known[encoding]
}

const worthwhile = 1000
const done = new WeakMap<Uint8Array, { br?: Promise<Uint8Array>; gzip?: Promise<Uint8Array> }>()
const brotli = promisify<string | Uint8Array, object, Buffer>(brotliCompress)
const zip = promisify<string | Uint8Array, object, Buffer>(gzip)

function squeeze(body: string | Uint8Array, encoding: Encoding): Promise<Uint8Array> {
  const size = body.length
  return encoding === 'br'
    ? brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: size } })
    : zip(body, { level: 5 })
}

function accepts(field: string, encoding: Encoding): boolean {
  return field.split(',').some((item) => {
    const [name = '', ...parameters] = item.trim().toLowerCase().split(';')
    return name.trim() === encoding && !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter))
  })
}
