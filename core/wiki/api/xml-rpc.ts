import { badParameter, noSuchMethod, sentFromElsewhere, wrongContentType } from '../../api/api-errors.ts'
import type { Reply } from '../../api/reply.ts'
import { readXmlRpc } from '../../http/xml-rpc-read.ts'
import { writeXmlRpc, writeXmlRpcFault, type XmlRpcFault } from '../../http/xml-rpc-write.ts'
import { reply, textReply } from '../../http/reply.ts'
import { allMethods, type ApiMethod, callMethod, findMethod, toldError } from './call.ts'
import { apiBody, apiDeadline, decodeText } from './body.ts'
import type { Caller } from './caller.ts'
import { byPlace } from './params.ts'
import { isSameSite } from '../same-site.ts'
import type { Run } from '../run.ts'
import { type Dialect, dialects } from './dialects.ts'

/** Calls in one `system.multicall`. */
const mostCalls = 1000

type Answer = { readonly value: unknown } | { readonly fault: XmlRpcFault }
type Deadline = ReturnType<typeof apiDeadline>

/**
 * `?action=xmlrpc2` on any page, and `?action=xmlrpc` for the first version of WikiRPC. Cookies count for nothing here, so no other
 * site can call in a visitor's name, and unlike in MoinMoin a browser that calls is not logged out by it.
 */
export async function answerXmlRpc(run: Run, recognise: () => Promise<Caller>): Promise<Reply> {
  const { visit } = run
  if (visit.method !== 'POST') return textReply(405, `${visit.action} answers POST only.\n`, { allow: 'POST' })
  const dialect = visit.action === 'xmlrpc' ? dialects.first : dialects.second
  try {
    if (!isSameSite(visit)) throw sentFromElsewhere()
    const type = visit.headers['content-type'] ?? ''
    if (!/^(text|application)\/xml\s*(;|$)/i.test(type)) throw wrongContentType('text/xml')
    await recognise()
  } catch (error) {
    const { status, message, headers } = await toldError(run, 'xmlrpc', error)
    return textReply(status, `${message}\n`, { 'cache-control': 'no-store', ...lowerCase(headers) })
  }
  let answer: Answer
  try {
    const { method, params } = readXmlRpc(xmlText(await apiBody(run), visit.headers['content-type'] ?? ''))
    answer = await oneCall(run, dialect, method, params, apiDeadline(run))
  } catch (error) {
    answer = { fault: await faultOf(run, 'xmlrpc', error) }
  }
  return reply(200, await written(run, answer), {
    'content-type': 'text/xml; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  })
}

/** A value that XML-RPC cannot say is the method's fault, and has to be told like any other. */
async function written(run: Run, answer: Answer): Promise<string> {
  try {
    return 'fault' in answer ? writeXmlRpcFault(answer.fault) : writeXmlRpc(answer.value)
  } catch (error) {
    return writeXmlRpcFault(await faultOf(run, 'xmlrpc', error))
  }
}

async function oneCall(
  run: Run,
  dialect: Dialect,
  name: string,
  params: readonly unknown[],
  deadline: Deadline,
): Promise<Answer> {
  try {
    if (name.startsWith('system.')) return { value: await systemCall(run, dialect, name, params, deadline) }
    if (name === 'getRPCVersionSupported') return { value: dialect.version }
    const method = await findMethod(run, name)
    const sent = byPlace(name, method.params, params.map(dialect.read))
    const value = await callMethod(run, method, sent, deadline)
    return { value: dialect.write(value, method.plugin.wholeText === true) }
  } catch (error) {
    return { fault: await faultOf(run, name, error) }
  }
}

/** The methods about methods, which every XML-RPC server has. */
async function systemCall(
  run: Run,
  dialect: Dialect,
  name: string,
  params: readonly unknown[],
  deadline: Deadline,
): Promise<unknown> {
  switch (name) {
    case 'system.multicall':
      return multicall(run, dialect, params, deadline)
    case 'system.listMethods':
      return [...systemMethods, ...(await allMethods(run)).map((method) => method.name)].sort()
    case 'system.methodHelp':
      return (await asked(run, params)).plugin.summary ?? ''
    case 'system.methodSignature':
      return [['undef', ...(await asked(run, params)).params.map(({ kind }) => dialect.typeNames[kind])]]
    default:
      throw noSuchMethod(name, null)
  }
}

const systemMethods = [
  'getRPCVersionSupported',
  'system.listMethods',
  'system.methodHelp',
  'system.methodSignature',
  'system.multicall',
]

function asked(run: Run, [name]: readonly unknown[]): Promise<ApiMethod> {
  if (typeof name !== 'string') throw badParameter('Say the name of a method.')
  return findMethod(run, name)
}

/** Several calls in one, one after the other; what goes wrong in one is told in its place. The caller that `applyAuthToken` says stays. */
async function multicall(
  run: Run,
  dialect: Dialect,
  [calls]: readonly unknown[],
  deadline: Deadline,
): Promise<readonly unknown[]> {
  if (!Array.isArray(calls)) throw badParameter('system.multicall takes a list of { methodName, params }.')
  if (calls.length > mostCalls) throw badParameter(`system.multicall takes ${mostCalls} calls at most, not ${calls.length}.`)
  const answers: unknown[] = []
  for (const call of calls as readonly unknown[]) {
    const { methodName, params = [] } = (typeof call === 'object' && call !== null ? call : {}) as Record<string, unknown>
    const answer: Answer =
      typeof methodName !== 'string' || !Array.isArray(params) || methodName === 'system.multicall'
        ? {
            fault: {
              faultCode: 1,
              faultString: 'Each call needs a methodName, other than system.multicall, and a list of params.',
            },
          }
        : await oneCall(run, dialect, methodName, params, deadline)
    answers.push('fault' in answer ? answer.fault : [answer.value])
  }
  return answers
}

/** MoinMoin's fault is 1 for nearly everything; what tells one from another is the text. */
async function faultOf(run: Run, method: string, thrown: unknown): Promise<XmlRpcFault> {
  const error = await toldError(run, method, thrown)
  return { faultCode: faultCodes.get(error.code) ?? 1, faultString: error.message }
}

/** Codes that MoinMoin's own scripts look for. */
const faultCodes = new Map<string, string>([['bad-token', 'INVALID']])

/** The document's text: UTF-8 unless it, or the field above it, says something else that is common. */
function xmlText(bytes: Uint8Array, contentType: string): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const [, told] = /;\s*charset="?([\w-]+)/i.exec(contentType) ?? /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w-]+)/.exec(head) ?? []
  return decodeText(bytes, encodings.get((told ?? '').toLowerCase()) ?? 'utf-8')
}

const encodings = new Map([
  ['iso-8859-1', 'latin1'],
  ['latin-1', 'latin1'],
  ['windows-1252', 'latin1'],
])

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
