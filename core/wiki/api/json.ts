import { badParameter, methodWantsPost, sentFromElsewhere, ticketNeeded, wrongContentType } from '../../api/api-errors.ts'
import { methodNotAllowed } from '../../api/errors.ts'
import type { Reply } from '../../api/reply.ts'
import { readJson } from '../../http/json-read.ts'
import { reply } from '../../http/reply.ts'
import { allMethods, type ApiMethod, callMethod, findMethod, toldError } from './call.ts'
import type { Caller } from './caller.ts'
import { apiBody, apiDeadline, decodeText } from './body.ts'
import { isSameSite } from '../same-site.ts'
import type { Run } from '../run.ts'
import { ticketScope } from '../services.ts'

/** Below this path every API method has its address; pages' names do not begin with `+`. */
export const apiPath = '/+api/'

/** What a ticket for the API is made for: any method, no page. */
const ticketAction = 'api'
/** Where a browser's program sends it. */
const ticketHeader = 'servus-ticket'

/** `/+api/NAME`: a method's answer as `{ "result": … }`, an error as `{ "error": { "code", "message" } }`; `/+api/` lists the methods. */
export async function answerJson(run: Run, recognise: () => Promise<Caller>): Promise<Reply> {
  const { visit } = run
  const name = methodName(visit.path)
  try {
    const method = visit.method === 'HEAD' ? 'GET' : visit.method
    if (method !== 'GET' && method !== 'POST') throw methodNotAllowed('api', 'GET, HEAD, POST')
    if (method === 'POST' && !isSameSite(visit)) throw sentFromElsewhere()
    const caller = await recognise()
    if (name === '') {
      if (method !== 'GET') throw methodNotAllowed('api', 'GET, HEAD')
      return jsonReply(200, await listing(run, caller))
    }
    const found = await findMethod(run, name)
    const wantsPost = found.plugin.changes === true || found.plugin.postOnly === true
    if (wantsPost && method !== 'POST') throw methodWantsPost(found.name)
    if (wantsPost && caller === 'browser' && !run.parts.tickets.isGood(visit.headers[ticketHeader] ?? null, apiTicket(run)))
      throw ticketNeeded()
    const sent = method === 'POST' ? await sentJson(run) : sentQuery(found, visit.query)
    const result = await callMethod(run, found, sent, apiDeadline(run))
    return jsonReply(200, { result: jsonValue(result) })
  } catch (error) {
    const { status, code, message, headers } = await toldError(run, name, error)
    const answer = jsonReply(status, { error: { code, message } })
    for (const [field, value] of Object.entries(headers)) answer.headers.set(field.toLowerCase(), value)
    answer.headers.set('cache-control', 'private, no-store')
    return answer
  }
}

/** The methods, and for a program in a browser the ticket that its changes need. */
async function listing(run: Run, caller: Caller): Promise<Readonly<Record<string, unknown>>> {
  const methods = (await allMethods(run)).map(({ name, plugin, params }) => ({
    name,
    summary: plugin.summary ?? '',
    method: plugin.changes === true || plugin.postOnly === true ? 'POST' : 'GET',
    changes: plugin.changes === true,
    signedIn: plugin.changes === true || plugin.signedIn === true,
    params,
  }))
  return { methods, ...(caller === 'browser' ? { ticket: run.parts.tickets.make(apiTicket(run)) } : {}) }
}

function apiTicket({ visit }: Run): ReturnType<typeof ticketScope> {
  return ticketScope(visit, ticketAction, '')
}

async function sentJson(run: Run): Promise<ReadonlyMap<string, unknown>> {
  const type = run.visit.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) throw wrongContentType('application/json')
  return readJson(decodeText(await apiBody(run), 'utf-8'))
}

function sentQuery({ name, params }: ApiMethod, query: URLSearchParams): ReadonlyMap<string, unknown> {
  const sent = new Map<string, unknown>()
  for (const key of new Set(query.keys())) {
    const values = query.getAll(key)
    const isList = params.some((param) => param.name === key && param.kind === 'list')
    if (values.length > 1 && !isList)
      throw badParameter(`The parameter ${key.slice(0, 100)} of ${name} came ${values.length} times.`)
    sent.set(key, isList ? values : values[0])
  }
  return sent
}

function methodName(path: string): string {
  const written = path.slice(apiPath.length)
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}

function jsonReply(status: number, value: unknown): Reply {
  return reply(status, `${JSON.stringify(value)}\n`, {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-cache',
    vary: 'Cookie, Authorization, Accept-Language',
  })
}

/** Dates as ISO 8601, bytes as base64, nothing as null. */
function jsonValue(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`an API method answered a ${typeof value}, which JSON has no way to say`)
  if (typeof value !== 'object' || value instanceof Date) return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonValue)
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, jsonValue(each)]])))
}
