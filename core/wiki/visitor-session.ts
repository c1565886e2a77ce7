import type { Message } from '../api/action.ts'
import type { Session } from '../api/session.ts'
import { sessionFacts, wikiSession } from '../session/index.ts'
import type { Visit } from './wiki-request.ts'

const trailKey = 'trail'
const messagesKey = 'messages'

/**
 * True, with the session loaded, for a visitor who has one: signed in, or with a cookie of ours. Asking does not start a session,
 * so a page on which nothing uses it stays free of cookies and can be kept by any cache.
 */
export async function bringsSession({ user, session }: Visit): Promise<boolean> {
  const facts = sessionFacts(session)
  const brought = user.valid || (facts === null ? !session.isNew : facts.brought && !facts.degraded)
  if (brought) await session.open?.()
  return brought && sessionFacts(session)?.degraded !== true
}

/** The names of the pages visited, oldest first, as MoinMoin keeps them under the session's key `trail`. Odd entries are skipped. */
export function readTrail(session: Session): readonly string[] {
  const trail = session[trailKey]
  return Array.isArray(trail) ? trail.filter((name) => typeof name === 'string') : []
}

/**
 * Adds a visited page: nothing changes when it is the last already, else an earlier mention moves to the end and the last `size`
 * stay. The session is written only when the trail changed.
 */
export function addToTrail(session: Session, pageName: string, size: number): void {
  const trail = readTrail(session)
  if (size <= 0 || trail.at(-1) === pageName) return
  session[trailKey] = [...trail.filter((name) => name !== pageName), pageName].slice(-size)
}

/** Keeps a message for the visitor's next page. Without a session that can, it is not shown. */
export function leaveMessage(session: Session, message: Message): void {
  wikiSession(session).flash?.(messagesKey, message)
}

/** The messages left for this page; they are gone afterwards. */
export function takeMessages(session: Session): readonly unknown[] {
  return session.flashes?.(messagesKey) ?? []
}
