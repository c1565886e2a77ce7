import type { IncomingMessage } from 'node:http'
import { Busboy } from '@fastify/busboy'
import { badRequest, bodyTooLarge } from '../api/errors.ts'
import type { UploadedFile } from '../api/request.ts'

export interface Form {
  readonly fields: URLSearchParams
  readonly files: readonly UploadedFile[]
  /** What came when it was no form: for programs, who send other kinds. */
  readonly body?: Uint8Array
}

/** Bytes. `fields` counts a form without files, `files` a form with them. */
export interface FormLimits {
  readonly fields: number
  readonly files: number
}

const mostFields = 1000

/** Reads the body of a POST. Anything but a form answers an empty one, and what came as `body`: whoever wants fields finds them missing. */
export async function readForm(message: IncomingMessage, limits: FormLimits): Promise<Form> {
  const type = (message.headers['content-type'] ?? '').toLowerCase()
  if (type.startsWith('multipart/form-data')) return readMultipart(message, limits)
  const body = await readBytes(message, limits.fields)
  if (!type.startsWith('application/x-www-form-urlencoded')) return { fields: new URLSearchParams(), files: [], body }
  return { fields: decodeFields(body.toString('latin1')), files: [] }
}

async function readBytes(message: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > limit) throw bodyTooLarge(limit)
  const chunks: Buffer[] = []
  let size = 0
  // Not destroyed when it is too much: the answer goes over the same connection.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw bodyTooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Decodes `a=b&c=d`; escapes that are no UTF-8 are refused rather than guessed at: a page's text must come through whole. */
export function decodeFields(encoded: string): URLSearchParams {
  const fields = new URLSearchParams()
  if (encoded === '') return fields
  const parts = encoded.split('&')
  if (parts.length > mostFields) throw badRequest(`This form has more than ${mostFields} fields.`)
  for (const part of parts) {
    if (part === '') continue
    const equals = part.indexOf('=')
    fields.append(decode(equals < 0 ? part : part.slice(0, equals)), equals < 0 ? '' : decode(part.slice(equals + 1)))
  }
  return fields
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw badRequest('This form is not encoded as UTF-8.')
  }
}

function readMultipart(message: IncomingMessage, limits: FormLimits): Promise<Form> {
  if (Number(message.headers['content-length'] ?? 0) > limits.files) throw bodyTooLarge(limits.files)
  const { promise, resolve, reject } = withResolvers<Form>()
  const fields = new URLSearchParams()
  const files: UploadedFile[] = []
  let parser: InstanceType<typeof Busboy>
  try {
    parser = new Busboy({
      headers: message.headers as { 'content-type': string },
      limits: {
        fieldSize: limits.fields,
        fields: mostFields,
        fileSize: limits.files,
        files: 100,
        parts: mostFields,
        headerPairs: 50,
      },
    })
  } catch {
    return Promise.reject(badRequest('This form is not encoded as its Content-Type says.'))
  }
  let size = 0
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > limits.files) fail(bodyTooLarge(limits.files))
  })
  parser.on('field', (name, value, _nameCut, valueCut) => {
    if (valueCut) fail(bodyTooLarge(limits.fields))
    else fields.append(name, value)
  })
  parser.on('file', (field, stream, name, _encoding, type) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('limit', () => fail(bodyTooLarge(limits.files)))
    stream.on('end', () => {
      if (name) files.push({ field, name: name.replace(/^.*[/\\]/, ''), type, bytes: Buffer.concat(chunks) })
    })
  })
  parser.on('finish', () => resolve({ fields, files }))
  parser.on('error', () => fail(badRequest('This form ends in the middle or is broken.')))
  message.on('aborted', () => fail(badRequest('This form ends in the middle.')))
  message.pipe(parser)
  return promise

  function fail(error: Error): void {
    message.unpipe(parser)
    message.resume()
    reject(error)
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((onValue, onReason) => {
    resolve = onValue
    reject = onReason
  })
  return { promise, resolve, reject }
}
