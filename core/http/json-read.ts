import { badRequest } from '../api/errors.ts'

const limits = { depth: 40, values: 10_000 }

/** Reads what a program sent as JSON: an object whose keys are names of parameters; nothing at all is an empty one. */
export function readJson(text: string): ReadonlyMap<string, unknown> {
  if (text.trim() === '') return new Map()
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (cause) {
    throw Object.assign(badRequest(`This is not JSON: ${(cause as Error).message.slice(0, 100)}`), { cause })
  }
  if (!isRecord(read)) throw badRequest('Send the parameters as a JSON object: {"pagename": "FrontPage"}')
  checkSize(read)
  return new Map(Object.entries(read))
}

/** Level by level, as what strangers nest a million deep is no work for a recursion. */
function checkSize(whole: object): void {
  let values = 0
  let level: object[] = [whole]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= limits.depth) throw badRequest(`This JSON is more than ${limits.depth} levels deep.`)
    const next: object[] = []
    for (const one of level) {
      // JSON may have such a key; in code that copies it about, it would be another object's prototype.
      if (Object.hasOwn(one, '__proto__')) throw badRequest('No key of this JSON may be named __proto__.')
      for (const value of Object.values(one) as unknown[]) {
        if (++values > limits.values) throw badRequest(`This JSON has more than ${limits.values} values.`)
        if (typeof value === 'object' && value !== null) next.push(value)
      }
    }
    level = next
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
