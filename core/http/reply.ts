import type { Reply } from '../api/reply.ts'

/** Makes a reply. Header names in lower case. */
export function reply(status: number, body: Reply['body'] = '', headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body, headers: new Map(Object.entries(headers)), cookies: [] }
}

/** Plain text, never sniffed as anything else. */
export function textReply(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return reply(status, text, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers })
}

/** Sends the visitor on; 303 after a POST makes the browser GET what follows. */
export function redirect(href: string, status: 301 | 302 | 303 | 307 = 303): Reply {
  return reply(status, '', { location: href.replace(/[\r\n]/g, '') })
}
