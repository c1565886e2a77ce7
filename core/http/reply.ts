import type { Reply } from '../api/reply.ts'

/** Makes a reply. Header names in lower case. */
export function reply(status: number, body: Reply['body'] = '', headers: Readonly<Record<string, string>> = {}): Reply {
  const map = new Map<string, string>()
  for (const name in headers) if (Object.hasOwn(headers, name)) map.set(name, headers[name] ?? '')
  return { status, body, headers: map, cookies: [] }
}

/** Plain text, never sniffed as anything else. */
export function textReply(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const made = reply(status, text, headers)
  if (!made.headers.has('content-type')) made.headers.set('content-type', 'text/plain; charset=utf-8')
  if (!made.headers.has('x-content-type-options')) made.headers.set('x-content-type-options', 'nosniff')
  return made
}

/** Sends the visitor on; 303 after a POST makes the browser GET what follows. */
export function redirect(href: string, status: 301 | 302 | 303 | 307 = 303): Reply {
  return reply(status, '', { location: href.replace(/[\r\n]/g, '') })
}
