import type { ApiCall, ApiPlugin } from '../api/api-method.ts'
import {
  badParameter,
  callerUnknown,
  forbidden,
  methodTooSlow,
  noSuchMethod,
  noSuchPage,
  noSuchRevision,
  WikiError,
} from '../api/errors.ts'
import type { Author, Page } from '../api/page.ts'
import { closest } from '../base/closest.ts'
import { within } from '../base/within.ts'
import { normaliseName } from '../pages/normalise-name.ts'
import { type ApiParam, apiParams, bindParams } from './api-params.ts'
import type { Run } from './run.ts'
import { servicesFor } from './services.ts'
import type { WikiParts } from './wiki-parts.ts'

/** A method found, before it is called. */
export interface ApiMethod {
  readonly name: string
  readonly file: string
  readonly plugin: ApiPlugin
  readonly params: readonly ApiParam[]
}

/** The method of this name; dots become `_`, as in MoinMoin. Throws what the caller should hear when there is none. */
export async function findMethod({ parts: { plugins } }: Run, written: string): Promise<ApiMethod> {
  const name = written.replaceAll('.', '_')
  const loaded = /^\w{1,100}$/.test(name) ? await plugins.load('api', name) : null
  if (loaded === null) throw noSuchMethod(written, closest(name.slice(0, 100), await plugins.names('api')))
  if ('error' in loaded) throw loaded.error
  return { name, file: loaded.file, plugin: loaded.plugin, params: apiParams(loaded.plugin.params) }
}

/** All methods by name; one that cannot be loaded is left out. */
export async function allMethods(run: Run): Promise<readonly ApiMethod[]> {
  const found: ApiMethod[] = []
  for (const name of await run.parts.plugins.names('api')) {
    const loaded = await run.parts.plugins.load('api', name)
    if (loaded !== null && 'plugin' in loaded)
      found.push({ name, file: loaded.file, plugin: loaded.plugin, params: apiParams(loaded.plugin.params) })
  }
  return found
}

/** Calls a method as the visitor of this run, within what is left of the deadline that `signal` marks. */
export async function callMethod(
  run: Run,
  method: ApiMethod,
  sent: ReadonlyMap<string, unknown>,
  around: { readonly signal: AbortSignal; readonly until: number },
): Promise<unknown> {
  const { parts, visit, href } = run
  const { name, plugin } = method
  if ((plugin.changes === true || plugin.signedIn === true) && !visit.user.valid) throw callerUnknown(name)
  const wiki = servicesFor(parts, visit, href)
  const call: ApiCall = {
    name,
    params: bindParams(name, method.params, sent) as ApiCall['params'],
    request: visit,
    wiki,
    tokens: parts.callers.tokensFor(visit),
    page: (pageName, revision) => pageFor(run, wiki.pages, pageName, revision),
    info: async ({ name: pageName, modified, revision }) => {
      const [entry] = await wiki.pages.history(pageName, { limit: 1, before: revision + 1 })
      const by = entry?.revision === revision ? await authorName(parts, entry.author) : ''
      return { name: pageName, lastModified: modified, author: by, version: revision }
    },
    author: (author) => authorName(parts, author),
    signal: around.signal,
  }
  const left = around.until - performance.now()
  if (left <= 0) throw methodTooSlow(name)
  return within(left, Promise.resolve(plugin.execute(call)), () => methodTooSlow(name))
}

async function authorName({ users, config }: WikiParts, { userId, address, host }: Author): Promise<string> {
  const account = userId === '' ? null : await users.byId(userId)
  return account?.name ?? (config.showHosts ? host || address : '')
}

async function pageFor(
  run: Run,
  pages: ReturnType<typeof servicesFor>['pages'],
  typed: string,
  revision?: number,
): Promise<Page> {
  const name = normaliseName(typed, run.parts.config.pageGroupRegex)
  if (name === '') throw badParameter('The name of a page is needed.')
  if (revision !== undefined && revision < 1) throw noSuchRevision(name, revision)
  if (!(await run.visit.user.may.read(name))) throw forbidden('You may not read this page.')
  const page = await pages.read(name, revision)
  if (page === null) throw revision === undefined ? noSuchPage(name) : noSuchRevision(name, revision)
  return page
}

/** What a caller hears of an error; what is not theirs to know stays in the log, under a reference. */
export function toldError({ parts, visit }: Run, method: string, thrown: unknown): WikiError {
  const error = thrown instanceof Error ? thrown : new Error(`something that is no Error was thrown: ${String(thrown)}`)
  if (error instanceof WikiError && error.expose) return error
  parts.log.error({ request: visit.id, wiki: parts.config.siteId, plugin: `api/${method}`, err: error }, 'API method failed')
  return new WikiError('internal-error', `Something went wrong here. Reference: ${visit.id}`, {
    status: error instanceof WikiError ? error.status : 500,
    expose: true,
  })
}
