import type { Instructions } from '../api/document.ts'
import type { Reply } from '../api/reply.ts'
import type { WikiRequest } from '../api/request.ts'
import type { Session, SessionWishes, Soon } from '../api/session.ts'
import type { User } from '../api/user.ts'
import { parseTimespan } from '../base/timespan.ts'
import { limitLife, nestSession, sessionFacts } from '../session/index.ts'
import { Visit } from './wiki-request.ts'
import type { WikiParts } from './wiki-parts.ts'

/**
 * The request as code with wishes sees it (Spyce's session_path and session_expire). `expire` shortens the visitor's session,
 * from this request on until another one uses it. `path` gives the code a session of its own, which the browser sends below that path of
 * the wiki only: who is signed in, the trail and the messages stay in the wiki's.
 *
 * A service of somebody else's knows nothing of wishes: it hands out the one session it has.
 */
export function requestFor(parts: WikiParts, request: WikiRequest, wishes: SessionWishes | null | undefined): Soon<WikiRequest> {
  return wishes === null || wishes === undefined ? request : wishedFor(parts, request, wishes)
}

async function wishedFor(parts: WikiParts, request: WikiRequest, { path, expire }: SessionWishes): Promise<WikiRequest> {
  const visit = visitOf(request)
  if (visit === null || sessionFacts(visit.session) === null) return request
  if (path === undefined) {
    if (expire !== undefined) limitLife(visit.session, expire)
    return request
  }
  const key = JSON.stringify([path, expire])
  let apart = visit.apart.get(key)
  if (apart === undefined) {
    const wish = { ...(expire === undefined ? {} : { expire }), path: visit.config.scriptRoot + path }
    visit.apart.set(key, (apart = await parts.sessions.getSession(visit, wish)))
    nestSession(apart, visit.session)
  }
  await apart.open()
  return withSession(visit, apart)
}

/**
 * What `#pragma session-path /x` and `#pragma session-expire 10m` of a page say; null for neither, and for what cannot be. A page is
 * written by anybody: it shortens no sign-in.
 */
export function pageWishes({ pragmas }: Instructions, reader: User): SessionWishes | null {
  if (pragmas.size === 0) return null
  const path = pragmas.get('session-path')?.trim()
  const expire = pragmas.get('session-expire')?.trim()
  const wishes = {
    ...(path !== undefined && /^\/[\w/.~%-]*$/.test(path) ? { path } : {}),
    ...(expire !== undefined && isSpan(expire) ? { expire } : {}),
  }
  return Object.keys(wishes).length === 0 || (reader.valid && !('path' in wishes)) ? null : wishes
}

/**
 * Ends the visitor's session for this request. A program that says with each request who it is, and brings no cookie, gets no session: it
 * would leave a new one behind each time.
 */
export function finalizeVisit({ sessions }: WikiParts, visit: Visit, reply: Reply): Soon<void> {
  const isProgram =
    visit.knownByRequest &&
    !/text\/html/i.test(visit.headers['accept'] ?? 'text/html') &&
    sessionFacts(visit.session)?.brought === false
  const request = isProgram ? (Object.create(visit, { user: { value: null } }) as Visit) : visit
  return sessions.finalize(request, visit.session, reply)
}

/** Stores what the sessions of their own became. Nobody is signed in to them. */
export async function finalizeApart({ sessions }: WikiParts, visit: Visit, reply: Reply): Promise<void> {
  for (const session of visit.apart.values())
    await sessions.finalize(Object.create(visit, { user: { value: null } }) as Visit, session, reply)
}

const theVisit = Symbol('visit')

/** The visit behind a request; null for one that was made for everybody. */
function visitOf(request: WikiRequest): Visit | null {
  const behind = (request as { [theVisit]?: Visit })[theVisit]
  return behind ?? (request instanceof Visit && Object.getPrototypeOf(request) === Visit.prototype ? request : null)
}

function withSession(visit: Visit, session: Session): WikiRequest {
  return new Proxy(visit, {
    get: (target, name) => {
      if (name === 'session') return session
      if (name === theVisit) return target
      return Reflect.get(target, name, target) as unknown
    },
  })
}

/** Less than a minute would be over before its reader has read it. */
function isSpan(text: string): boolean {
  try {
    return parseTimespan(text) >= 60
  } catch {
    return false
  }
}
