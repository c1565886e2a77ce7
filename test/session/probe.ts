import type { IncomingMessage, RequestListener } from 'node:http'
import { sessions, signIn, signOut, signedIn } from '../../core/session/index.ts'
import type { Session, SessionsOptions, WithSession } from '../../core/session/index.ts'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The tiny plugin of the scenarios, on a plain server: each path does one thing to the session. */
export function probe(options: SessionsOptions): RequestListener {
  const middleware = sessions(options)
  return (req, res) =>
    middleware(req, res, async () => {
      const { session } = req as IncomingMessage & WithSession
      const { pathname, searchParams } = new URL(req.url ?? '/', 'http://probe')
      try {
        res.end(JSON.stringify((await act(session, pathname.slice(1), searchParams, res)) ?? null))
      } catch (error) {
        if (!res.headersSent) res.statusCode = (error as { status?: number }).status ?? 500
        res.end(String(error))
      }
    })
}

async function act(
  session: Session,
  what: string,
  values: URLSearchParams,
  res: { statusCode: number; setHeader(name: string, value: string): unknown },
): Promise<unknown> {
  const value = (name: string): string => values.get(name) ?? ''
  switch (what) {
    case 'none':
      return 'nothing'
    case 'get':
      return session[value('k')] ?? null
    case 'slow-get': {
      const found = session[value('k')]
      await wait(Number(value('d')))
      return found
    }
    case 'set':
      await wait(Number(value('d')))
      session[value('k')] = value('v') || 1
      return 'set'
    case 'inc':
      await wait(Number(value('d')))
      session.increment('n')
      return 'counted'
    case 'all':
      return { ...session }
    case 'login':
      signIn(session, { id: value('u'), rememberMe: values.has('remember') })
      res.statusCode = 303
      res.setHeader('Location', '/who')
      return 'welcome'
    case 'logout':
      signOut(session)
      return 'bye'
    case 'who':
      return (await signedIn(session))?.id ?? null
    case 'regen':
      session.renew()
      return session.key
    case 'info':
      return { isNew: session.isNew, key: session.key }
    case 'public':
      res.setHeader('Cache-Control', 'public, max-age=60')
      if (values.has('write')) session['name'] = value('write')
      return `made for ${value('write') || 'everybody'}`
    default:
      throw Object.assign(new Error(`no ${what}`), { status: 404 })
  }
}
