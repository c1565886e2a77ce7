import { timingSafeEqual } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { noWikiHere } from '../api/errors.ts'
import type { Reply } from '../api/reply.ts'
import { textReply } from '../http/reply.ts'
import { CallTimes } from '../plugins/call-times.ts'
import type { Plugins } from '../plugins/plugins.ts'
import type { Renderer } from '../render/renderer.ts'

/** What is counted elsewhere. */
export interface Metered {
  readonly plugins: Plugins
  readonly renderer: Pick<Renderer, 'cache'>
}

/** Seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What a wiki counts for `/metrics`. It counts nothing where nobody may read it. */
export class Meters {
  readonly #token: string | null
  readonly #requests = new Map<string, number>()
  readonly #sessions = new Map<string, number>()
  readonly #times = new CallTimes()
  readonly #lag: ReturnType<typeof monitorEventLoopDelay> | null

  constructor(token: string | null) {
    this.#token = token
    this.#lag = token === null ? null : monitorEventLoopDelay({ resolution: 20 })
    this.#lag?.enable()
  }

  get isOn(): boolean {
    return this.#token !== null
  }

  /** A request was answered after so many milliseconds. */
  note(method: string, status: number, ms: number): void {
    const known = ['GET', 'HEAD', 'POST'].includes(method) ? method : 'other'
    const key = `method="${known}",status="${status}"`
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1)
    this.#times.add(ms)
  }

  /** Something happened to a session: created, saved, ended … */
  noteSession(event: string): void {
    this.#sessions.set(event, (this.#sessions.get(event) ?? 0) + 1)
  }

  /** The answer to `/metrics`: Prometheus' text for whoever has the token, and for all others as if there were nothing. */
  answer(parts: Metered, authorization: string | undefined): Reply {
    if (this.#token === null || !isToken(authorization, this.#token)) {
      const refused = textReply(401, 'Send the token: Authorization: Bearer …\n', { 'cache-control': 'no-store' })
      refused.headers.set('www-authenticate', 'Bearer')
      if (this.#token === null) throw noWikiHere()
      return refused
    }
    const text = [...this.#ofRequests(), ...ofPlugins(parts), ...this.#ofProcess()].join('\n')
    return textReply(200, `${text}\n`, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    })
  }

  close(): void {
    this.#lag?.disable()
  }

  *#ofRequests(): Iterable<string> {
    yield '# TYPE servus_requests_total counter'
    for (const [key, count] of this.#requests) yield `servus_requests_total{${key}} ${count}`
    yield '# TYPE servus_request_seconds histogram'
    for (const bound of bounds) yield `servus_request_seconds_bucket{le="${bound}"} ${this.#times.countBelow(bound * 1000)}`
    yield `servus_request_seconds_bucket{le="+Inf"} ${this.#times.count}`
    yield `servus_request_seconds_sum ${this.#times.sum / 1000}`
    yield `servus_request_seconds_count ${this.#times.count}`
    yield '# TYPE servus_session_events_total counter'
    for (const [event, count] of this.#sessions) yield `servus_session_events_total{event="${event}"} ${count}`
  }

  *#ofProcess(): Iterable<string> {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
    yield '# TYPE servus_memory_bytes gauge'
    for (const [part, bytes] of Object.entries({ rss, heapUsed, heapTotal, external }))
      yield `servus_memory_bytes{part="${part}"} ${bytes}`
    yield '# TYPE servus_event_loop_lag_seconds gauge'
    for (const part of [50, 99])
      yield `servus_event_loop_lag_seconds{quantile="${part / 100}"} ${(this.#lag?.percentile(part) ?? 0) / 1e9}`
    yield '# TYPE servus_uptime_seconds gauge'
    yield `servus_uptime_seconds ${Math.round(process.uptime())}`
  }
}

function* ofPlugins({ plugins, renderer }: Metered): Iterable<string> {
  const records = plugins.health.records().filter(({ times, faultCount }) => times.count > 0 || faultCount > 0)
  const label = ({ kind, name }: { kind: string; name: string }): string => `kind="${kind}",name="${quoted(name)}"`
  yield '# TYPE servus_plugin_calls_total counter'
  for (const one of records) yield `servus_plugin_calls_total{${label(one)}} ${one.times.count}`
  yield '# TYPE servus_plugin_faults_total counter'
  for (const one of records) yield `servus_plugin_faults_total{${label(one)}} ${one.faultCount}`
  yield '# TYPE servus_plugin_seconds summary'
  for (const one of records) {
    yield `servus_plugin_seconds{${label(one)},quantile="0.99"} ${one.times.quantile(0.99) / 1000}`
    yield `servus_plugin_seconds_sum{${label(one)}} ${one.times.sum / 1000}`
    yield `servus_plugin_seconds_count{${label(one)}} ${one.times.count}`
  }
  yield '# TYPE servus_plugins_resting gauge'
  yield `servus_plugins_resting ${plugins.health.resting().length}`
  yield '# TYPE servus_page_cache_bytes gauge'
  yield `servus_page_cache_bytes ${renderer.cache.size}`
}

const quoted = (name: string): string => name.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))

/** In a time that says nothing about how much of it was right. */
function isToken(authorization: string | undefined, token: string): boolean {
  const [, sent = ''] = /^Bearer +(.+)$/i.exec(authorization ?? '') ?? []
  const [a, b] = [Buffer.from(sent), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
