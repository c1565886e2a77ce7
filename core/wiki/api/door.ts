import { apiSwitchedOff } from '../../api/api-errors.ts'
import type { Reply } from '../../api/reply.ts'
import { answerJson, apiPath } from './json.ts'
import { type Caller, credentialsOf } from './caller.ts'
import { withCookie } from './tokens.ts'
import { answerXmlRpc } from './xml-rpc.ts'
import type { Run } from '../run.ts'
import { currentPage } from '../stored-page.ts'
import type { Visit } from '../wiki-request.ts'

/** True for a request that programs make: below `/+api/`, or XML-RPC on any page. */
export function isForPrograms(path: string, action: string): boolean {
  return isApiPath(path) || action === 'xmlrpc' || action === 'xmlrpc2'
}

function isApiPath(path: string): boolean {
  return path.startsWith(apiPath) || path === apiPath.slice(0, -1)
}

/**
 * The life of a program's request: who calls, the method, the answer. Only a browser's session is gone on with at the end; for
 * whoever says in each request who they are, none is kept.
 */
export async function answerProgram(run: Run): Promise<Reply> {
  const { parts, visit, href } = run
  const json = isApiPath(visit.path)
  // Programs read English, whatever language the caller reads; pages that they ask for are in the caller's.
  visit.translate = parts.languages.get('en')
  visit.language = 'en'
  await parts.feed.catchUp()
  const name = json ? parts.config.pageFrontPage : parts.pathNames.get(visit.path).name
  visit.pageName = name
  visit.page = currentPage(name, (await parts.facts.get(name)).state, parts.store, href)
  const cookies = json && credentialsOf(visit) === null
  visit.session = await parts.sessions.getSession(cookies ? visit : withCookie(visit, null))
  let owner: Visit['user'] | null = null
  const recognise = async (): Promise<Caller> => {
    const kind = json ? 'api' : 'xmlrpc'
    if (parts.config.actionsExcluded.includes(kind)) throw apiSwitchedOff(json ? 'API calls' : 'XML-RPC calls')
    const caller = await parts.callers.recognise(visit, cookies)
    owner = visit.user
    return caller
  }
  const answer = json ? answerJson : answerXmlRpc
  let reply = await answer(run, recognise)
  // Of a call that was refused before anybody asked who calls, the session must not learn that it was nobody; nor is it a token's.
  if (cookies && owner !== null)
    try {
      visit.user = owner
      await parts.sessions.finalize(visit, visit.session, reply)
    } catch (error) {
      reply = await answer(run, () => Promise.reject(error))
    }
  reply.note = { wiki: parts.config.siteId, page: name, action: json ? visit.path.slice(1, 100) : visit.action, ...reply.note }
  return reply
}
