import type { ApiCall, ApiPlugin } from '../../api/api-method.ts'
import { badParameter, callerUnknown, methodOff, methodTooSlow, noSuchMethod } from '../../api/api-errors.ts'
import { forbidden, noSuchPage, noSuchRevision, WikiError } from '../../api/errors.ts'
import type { Author, Page } from '../../api/page.ts'
import { closest } from '../../base/closest.ts'
import { within } from '../../base/within.ts'
import { normaliseName } from '../../pages/normalise-name.ts'
import { type ApiParam, apiParams, bindParams } from './params.ts'
import { readerLanguage } from '../reader-language.ts'
import type { Run } from '../run.ts'
import { servicesFor } from '../services.ts'
import type { WikiParts } from '../wiki-parts.ts'

/** A method found, before it is called. */
export interface ApiMethod {
  readonly name: string
  readonly file: string
  readonly plugin: ApiPlugin
  readonly params: readonly ApiParam[]
}

/** The method of this name. Throws what the caller should hear when there is none. */
export async function findMethod({ parts: { plugins } }: Run, written: string): Promise<ApiMethod> {
  const name = fileName(written)
  const loaded = /^\w{1,100}$/.test(name) ? await plugins.load('api', name) : null
  if (loaded === null) throw noSuchMethod(written, closest(name.slice(0, 100), await plugins.names('api')))
  if ('error' in loaded) {
    const { code = '' } = loaded.error as { code?: string }
    if (code === 'plugin-denied') throw noSuchMethod(written, null)
    throw code === 'plugin-off' ? methodOff(name) : loaded.error
  }
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
  // Each of a multicall's calls counts: it costs as much as one that came alone.
  if (!visit.user.valid) parts.surge.check(surgeName(name), visit.remoteAddress)
  const wiki = servicesFor(parts, visit, href)
  // What stands on a page is for readers, whatever programs are told about it.
  const forReaders = () => servicesFor(parts, visit.inLanguage(readerLanguage(parts, visit)), href)
  const lent = Object.create(wiki) as ApiCall['wiki']
  Object.assign(lent, {
    render: (...about) => forReaders().render(...about),
    format: (...about) => forReaders().format(...about),
  } satisfies Partial<ApiCall['wiki']>)
  const call: ApiCall = {
    name,
    params: bindParams(name, method.params, sent) as ApiCall['params'],
    request: visit,
    wiki: lent,
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
  const { health } = parts.plugins
  const answer = health.run('api', name, async () => plugin.execute(call))
  return within(left, answer, () => {
    const late = methodTooSlow(name)
    health.fault('api', name, late, { message: 'API method failed', reference: visit.id })
    return late
  })
}

/** The name in `surgeActionLimits` that a stranger's call counts for. */
function surgeName(method: string): string {
  return method.startsWith('search') ? 'fullsearch' : 'api'
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
export async function toldError({ parts, visit }: Run, method: string, thrown: unknown): Promise<WikiError> {
  if (thrown instanceof WikiError && thrown.expose) return thrown
  const about = { message: 'API method failed', reference: visit.id }
  const { plugins, config, log } = parts
  const name = fileName(method)
  if ((await plugins.file('api', name)) !== null) plugins.health.fault('api', name, thrown, about)
  else log.error({ request: visit.id, wiki: config.siteId, err: thrown }, about.message)
  const status = thrown instanceof WikiError ? thrown.status : 500
  return new WikiError('internal-error', `Something went wrong here. Reference: ${visit.id}`, { status, expose: true })
}

/** Dots become `_`, as in MoinMoin. */
function fileName(written: string): string {
  return written.replaceAll('.', '_')
}
