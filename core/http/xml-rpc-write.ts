import { wellFormed } from '../base/well-formed.ts'

/** What went wrong, as XML-RPC says it. MoinMoin's codes are numbers mostly, and words here and there. */
export interface XmlRpcFault {
  readonly faultCode: number | string
  readonly faultString: string
}

/** The answer to a call. */
export function writeXmlRpc(value: unknown): string {
  return document(`<params><param>${valueXml(value)}</param></params>`)
}

/** The answer to a call that went wrong. */
export function writeXmlRpcFault(fault: XmlRpcFault): string {
  return document(`<fault>${valueXml({ ...fault })}</fault>`)
}

function document(inside: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<methodResponse>${inside}</methodResponse>\n`
}

function valueXml(value: unknown): string {
  return `<value>${inside(value)}</value>`
}

function inside(value: unknown): string {
  if (value === null || value === undefined) return '<nil/>'
  switch (typeof value) {
    case 'string':
      return `<string>${escapeXml(value)}</string>`
    case 'boolean':
      return `<boolean>${value ? 1 : 0}</boolean>`
    case 'number':
      return numberXml(value)
    case 'object':
      break
    default:
      throw new TypeError(`an API method answered a ${typeof value}, which XML-RPC has no way to say`)
  }
  if (value instanceof Date) return `<dateTime.iso8601>${xmlRpcDate(value)}</dateTime.iso8601>`
  if (value instanceof Uint8Array) return `<base64>${Buffer.from(value).toString('base64')}</base64>`
  if (Array.isArray(value)) return `<array><data>${value.map(valueXml).join('')}</data></array>`
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `<struct>${members.map(([name, member]) => `<member><name>${escapeXml(name)}</name>${valueXml(member)}</member>`).join('')}</struct>`
}

function numberXml(value: number): string {
  if (!Number.isFinite(value)) return '<nil/>'
  if (!Number.isSafeInteger(value)) return `<double>${value}</double>`
  return Math.abs(value) < 2 ** 31 ? `<int>${value}</int>` : `<i8>${value}</i8>`
}

/** UTC without saying so, as WikiRPC has it: `20261121T14:05:09`. */
function xmlRpcDate(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll('-', '')
}

/** Letters that XML 1.0 does not know, not even escaped, become the sign for an unreadable one. */
function escapeXml(text: string): string {
  return wellFormed(text)
    .replace(unknownToXml, '\uFFFD')
    .replace(/[&<>\r]/g, (letter) => entities[letter] ?? '')
}

const unknownToXml = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
