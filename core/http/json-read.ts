import { badCall } from '../api/api-errors.ts'
import { WikiError } from '../api/errors.ts'

const limits = { depth: 40, values: 10_000 }

/** Reads what a program sent as JSON: an object whose keys are names of parameters; nothing at all is an empty one. */
export function readJson(text: string): ReadonlyMap<string, unknown> {
  if (text.trim() === '') return new Map()
  checkSize(text)
  let read: unknown
  try {
    read = JSON.parse(text, refuseProto)
  } catch (cause) {
    if (cause instanceof WikiError) throw cause
    throw Object.assign(badCall(`This is not JSON: ${(cause as Error).message.slice(0, 100)}`), { cause })
  }
  if (!isRecord(read)) throw badCall('Send the parameters as a JSON object: {"pagename": "FrontPage"}')
  return new Map(Object.entries(read))
}

/** Before anything is made of it: to parse four million brackets takes seconds. */
function checkSize(text: string): void {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at)
        break
      case '[':
      case '{':
        if (++depth > limits.depth) throw badCall(`This JSON is more than ${limits.depth} levels deep.`)
        if (++values > limits.values) throw badCall(`This JSON has more than ${limits.values} values.`)
        break
      case ']':
      case '}':
        depth--
        break
      case ',':
        if (++values > limits.values) throw badCall(`This JSON has more than ${limits.values} values.`)
    }
  }
}

/** Where the string that begins here ends. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

/** JSON may have such a key; in code that copies it about, it would be another object's prototype. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw badCall('No key of this JSON may be named __proto__.')
  return value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
