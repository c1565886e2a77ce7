import type { Answer, SendOptions, TestBrowser } from '../../core/testing/index.ts'

export const users = { Ada: 'engine no. 1842', Bob: 'a long password' }

/** What a program calls with: name and password. */
export const basic = (name: keyof typeof users, password = users[name]): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

/** Sends JSON to a method. */
export function send(
  program: TestBrowser,
  method: string,
  params: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return program.send(`/+api/${method}`, {
    method: 'POST',
    body: JSON.stringify(params),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/** What stands behind `result`; an error is thrown with its code. */
export function resultOf<T = unknown>({ text }: Answer): T {
  const { result, error } = JSON.parse(text) as { result: T; error?: { code: string; message: string } }
  if (error !== undefined) throw new Error(`${error.code}: ${error.message}`)
  return result
}

export function errorOf({ text, status }: Answer): { status: number; code: string; message: string } {
  const { error } = JSON.parse(text) as { error: { code: string; message: string } }
  return { status, ...error }
}

/** Sends a call as Python's xmlrpc.client 3.11 writes it. */
export async function xmlRpc(
  program: TestBrowser,
  method: string,
  params: readonly unknown[] = [],
  { headers = {}, action = 'xmlrpc2' }: { headers?: SendOptions['headers']; action?: string } = {},
): Promise<Answer> {
  const listed = params.map((param) => `<param>\n${pythonValue(param)}</param>\n`).join('')
  return sendXml(
    program,
    `<?xml version='1.0'?>\n<methodCall>\n<methodName>${method}</methodName>\n<params>\n${listed}</params>\n</methodCall>\n`,
    { headers, action },
  )
}

export function sendXml(
  program: TestBrowser,
  body: string | Uint8Array,
  { headers = {}, action = 'xmlrpc2' }: { headers?: SendOptions['headers']; action?: string } = {},
): Promise<Answer> {
  return program.send(`/?action=${action}`, {
    method: 'POST',
    body,
    headers: { 'user-agent': 'Python-xmlrpc/3.11', 'content-type': 'text/xml', ...headers },
  })
}

function pythonValue(value: unknown): string {
  if (typeof value === 'string') return `<value><string>${escaped(value)}</string></value>\n`
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>\n`
  if (typeof value === 'number')
    return Number.isInteger(value) ? `<value><int>${value}</int></value>\n` : `<value><double>${value}</double></value>\n`
  if (value === null) return '<value><nil/></value>'
  if (value instanceof Date)
    return `<value><dateTime.iso8601>${value.toISOString().slice(0, 19).replaceAll('-', '')}</dateTime.iso8601></value>\n`
  if (value instanceof Uint8Array) return `<value><base64>\n${Buffer.from(value).toString('base64')}\n</base64></value>\n`
  if (Array.isArray(value)) return `<value><array><data>\n${value.map(pythonValue).join('')}</data></array></value>\n`
  const members = Object.entries(value as object).map(
    ([name, member]) => `<member>\n<name>${escaped(name)}</name>\n${pythonValue(member)}</member>\n`,
  )
  return `<value><struct>\n${members.join('')}</struct></value>\n`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The text inside the answer's one param; of a fault, its code and text. */
export function saidBy({ text }: Answer): string {
  const [, inside = text] = /<params><param><value>([\s\S]*)<\/value><\/param><\/params>/.exec(text) ?? []
  const [, code, said] =
    /<fault>.*<name>faultCode<\/name><value><\w+>(.*?)<.*<name>faultString<\/name><value><string>([\s\S]*?)<\/string>/.exec(
      text,
    ) ?? []
  return code === undefined ? inside : `fault ${code}: ${said}`
}
