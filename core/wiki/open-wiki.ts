import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ActionPlugin, Log } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import { ConfigError } from '../api/errors.ts'
import type { WikiEvents } from '../api/events.ts'
import type { MacroServices } from '../api/macro-services.ts'
import type { PageReader } from '../api/page.ts'
import type { SessionService } from '../api/session.ts'
import type { UserStore } from '../api/user-store.ts'
import type { WikiTools } from '../api/wiki-tools.ts'
import { closest } from '../base/closest.ts'
import type { Clock } from '../base/clock.ts'
import { hostVersion } from '../base/host-version.ts'
import { PatternFinder } from '../base/pattern.ts'
import { MoinPageStore } from '../pages/moin-page-store.ts'
import { PageLinks } from '../pages/page-links.ts'
import type { CallBoard } from '../plugins/call-board.ts'
import { kindNames } from '../plugins/kinds.ts'
import { PluginSettings } from '../plugins/plugin-settings.ts'
import { PluginSwitches } from '../plugins/plugin-switches.ts'
import { Plugins } from '../plugins/plugins.ts'
import { DateFormats } from '../render/date-formats.ts'
import { Renderer } from '../render/renderer.ts'
import { Languages } from '../render/translate.ts'
import { PageSearch } from '../search/page-search.ts'
import { AccessRules } from '../users/access-rules.ts'
import { PasswordAuth } from '../users/auth/password-auth.ts'
import { PageDicts } from '../users/page-dicts.ts'
import { PageGroups } from '../users/page-groups.ts'
import type { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { permissionsBy } from '../users/to-user.ts'
import { Accounts } from './accounts/accounts.ts'
import { ApiCallers } from './api/caller.ts'
import { ApiTokenKeeper } from './api/tokens.ts'
import { ChangeFeed } from './change-feed.ts'
import { EventHandlers } from './event-handlers.ts'
import { Frames } from './frame.ts'
import { HitLog } from './hit-log.ts'
import { readIntermap } from './intermap.ts'
import { ReaderServices } from './macro-services.ts'
import { Meters } from './meters.ts'
import { PageFactsCache } from './page-facts.ts'
import { ReaderPages } from './reader-pages.ts'
import { PathNames } from './page-of-path.ts'
import { pluginPlaces } from './plugin-places.ts'
import { QuickViews } from './quick-views.ts'
import { requestFor } from './session-wishes.ts'
import { Superusers } from './accounts/superusers.ts'
import { Surge } from './surge.ts'
import { TemplateNames } from './template-names.ts'
import type { OptionHelp } from './system-facts.ts'
import { wikiTools } from './tools.ts'
import { Themes } from './themes.ts'
import { Tickets } from './tickets.ts'
import type { Visit } from './wiki-request.ts'
import type { WikiParts } from './wiki-parts.ts'
import { Wiki } from './wiki.ts'

/** What a wiki is given by the host. */
export interface WikiSurroundings {
  readonly secrets: readonly string[]
  readonly clock: Clock
  readonly log: Log
  readonly users: UserStore
  readonly sessions: SessionService
  readonly hasher: PasswordHasher
  /** What each option of the configuration means, for the pages that tell. */
  readonly optionHelp?: OptionHelp
  /** Only the built-in plugins are loaded. */
  readonly safe?: boolean
  /** Where it is written which plugin runs, for whoever watches the process. */
  readonly board?: CallBoard
}

const house = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Makes a wiki of its config. Nothing in here looks at all pages: a wiki of ten thousand opens as fast as one of ten. */
export async function openWiki(config: Readonly<WikiConfig>, around: WikiSurroundings): Promise<Wiki> {
  const { clock, log, users, sessions, hasher } = around
  await makeFolder(join(config.dataDir, 'pages'), config.dataDir)
  const store = new MoinPageStore({
    dataFolder: config.dataDir,
    underlays: [...config.dataUnderlayDirs, house('core/help')],
    clock,
  })
  const feed = new ChangeFeed(store)
  const facts = new PageFactsCache(store, feed)
  let pluginsChanged = (): void => {}
  const pluginSettings = new PluginSettings({
    file: join(config.dataDir, 'servus', 'plugin-settings.json'),
    configured: config.pluginSettings,
  })
  const places = pluginPlaces(config, around.safe)
  const plugins = new Plugins(places, {
    declares: (...declared) => pluginSettings.declare(...declared),
    wiki: config.siteId,
    clock,
    log,
    host: hostVersion(),
    allowed: config.pluginsAllowed,
    denied: config.pluginsDenied,
    ...(around.board === undefined ? {} : { board: around.board }),
    switches: new PluginSwitches(join(config.dataDir, 'servus', 'plugins.json'), () => pluginsChanged()),
    changed: () => pluginsChanged(),
  })
  const groups = new PageGroups({
    configured: config.groups,
    pageGroupRegex: config.pageGroupRegex,
    readPage: (name) => store.read(name),
    stamp: () => store.stamp(),
  })
  const rules = new AccessRules({
    before: config.aclRightsBefore,
    default: config.aclRightsDefault,
    after: config.aclRightsAfter,
    hierarchic: config.aclHierarchic,
    validRights: config.aclRightsValid,
    groups,
    aclOf: (name) =>
      facts.peek(name)?.instructions.acl ??
      search.index.aclOf(name) ??
      facts.get(name).then(({ instructions }) => instructions.acl),
    knownUser: async (name) => (await users.byName(name)) !== null,
  })
  const superusers = new Superusers(config.dataDir, config.superuser)
  const handlers: EventHandlers = new EventHandlers({ config, plugins, log, tools: (cause) => tools(cause) })
  const emit = <K extends keyof WikiEvents>(event: K, about: WikiEvents[K], cause: readonly string[] = []): void => {
    log.info({ wiki: config.siteId, event, ...loggable(about) }, 'event')
    if (event === 'pageChanged') hits.note('SAVEPAGE', (about as WikiEvents['pageChanged']).page, null)
    handlers.tell(event, about, cause)
  }
  const tools = (cause: readonly string[]): WikiTools =>
    wikiTools({
      config,
      store,
      users,
      pluginSettings,
      clock,
      log,
      emit: (event, about) => emit(event, about, cause),
      catchUp: () => feed.catchUpNow(),
    })
  const accounts = new Accounts({
    config,
    users,
    sessions,
    clock,
    log,
    methods: config.auth.length > 0 ? config.auth : [new PasswordAuth()],
    hasher,
    superusers,
    permissions: permissionsBy(rules),
    isGroupName: (name) => groups.isGroupName(name),
    emit,
  })
  const existsNow = (name: string): boolean => (facts.peek(name)?.state ?? store.stateNow(name)).exists
  const intermap = await readIntermap([
    house('core/help/intermap.txt'),
    ...config.sharedIntermap,
    join(config.dataDir, 'intermap.txt'),
  ])
  const themes = new Themes(plugins, config, () => clock.now())
  const renderer = new Renderer({
    store,
    plugins,
    log,
    defaultMarkup: config.defaultMarkup,
    bangMeta: config.bangMeta,
    macroDeadline: config.deadlines.macro,
    cacheSize: config.cacheSize * 500_000,
    exists: async (name) => (await facts.get(name)).state.exists,
    existsNow: (name) => existsNow(name),
    interwiki: (wiki) => (wiki === config.interwikiname ? '/' : (intermap.get(wiki) ?? null)),
    sharesReaders: async (name, owner) =>
      owner === name || (await accounts.anonymous().may.read(owner)) || (await rules.areAlike(name, owner)),
    anonymous: () => accounts.anonymous(),
    pagesFor: (user, href): PageReader => new ReaderPages({ store, facts, links, href }, user),
    requestFor: async (request, wishes) => requestFor(parts, request, wishes),
    services: (request, href): MacroServices => new ReaderServices(parts, request, href),
    staticUrl: (root) => `${config.urlPrefixStatic ?? root}/moin_static/default`,
  })
  pluginsChanged = () => {
    feed.version++
    renderer.cache.clear()
  }
  feed.listen((names) => {
    if (names === null) renderer.cache.clear()
    else {
      for (const name of names) renderer.cache.pageChanged(name, existsNow(name))
      renderer.cache.namespaceChanged()
    }
  })
  const links = new PageLinks({
    store,
    linksOf: (text, name): Promise<readonly string[]> => renderer.linksOf(name, text),
    indexFile: join(config.dataDir, 'cache', 'servus', 'links.json'),
  })
  const patterns = new PatternFinder()
  const search = new PageSearch({
    store,
    patterns,
    backlinks: (name) => links.backlinks(name),
    indexFile: join(config.dataDir, 'cache', 'servus', 'search.jsonl'),
    categories: config.pageCategoryRegex,
    failed: (error) => log.error({ wiki: config.siteId, err: error }, 'search index cannot be kept'),
  })
  feed.listen((names) => search.index.changed(names))
  const hits = new HitLog(
    { own: join(config.dataDir, 'servus', 'event-log'), adopted: join(config.dataDir, 'event-log') },
    clock,
    config.logRemoteAddr,
  )
  const parts: WikiParts = {
    config,
    secrets: around.secrets,
    clock,
    log,
    store,
    users,
    sessions,
    plugins,
    pluginSettings,
    themes,
    languages: new Languages([...languageFolders(places), house('core/help/languages')], (error) =>
      log.error({ wiki: config.siteId, err: error }, 'a language cannot be read'),
    ),
    dates: new DateFormats(),
    feed,
    facts,
    links,
    dicts: new PageDicts({
      pageDictRegex: new RegExp(`.*(?:${config.pageDictRegex.source})`, config.pageDictRegex.flags),
      readPage: (name) => store.read(name),
      stamp: () => store.stamp(),
    }),
    intermap,
    patterns,
    search,
    hits,
    optionHelp: around.optionHelp ?? {},
    rules,
    accounts,
    callers: new ApiCallers(accounts, new ApiTokenKeeper(sessions, accounts)),
    superusers,
    meters: new Meters(config.metricsToken),
    surge: new Surge(config, clock),
    templateNames: new TemplateNames(store, config.pageTemplateRegex),
    tickets: new Tickets(around.secrets, () => clock.now()),
    renderer,
    pathNames: new PathNames(config),
    frames: new Frames(),
    quickViews: new QuickViews(config.cacheSize * 500_000, feed),
    emit,
    handlers,
    tools: tools([]),
    menu: menuOf(plugins, config),
  }
  await openSettings(plugins, pluginSettings, config, around.safe === true)
  // The default theme has the pictures of smileys, whatever theme is shown.
  await Promise.all([themes.for(accounts.anonymous()), themes.get('default')])
  return new Wiki(parts)
}

/** The entries of the page menu: actions that have a label. Found once, when the first page is shown. */
function menuOf(plugins: Plugins, config: Readonly<WikiConfig>): WikiParts['menu'] {
  let entries: Promise<readonly { action: string; label: string; file: string; plugin: ActionPlugin }[]> | null = null
  const find = async () => {
    const found: { action: string; label: string; file: string; plugin: ActionPlugin }[] = []
    for (const action of await plugins.names('actions')) {
      if (config.actionsExcluded.includes(action)) continue
      const loaded = await plugins.load('actions', action)
      if (loaded !== null && 'plugin' in loaded && loaded.plugin.label !== undefined)
        found.push({ action, label: loaded.plugin.label, file: loaded.file, plugin: loaded.plugin })
    }
    return found
  }
  /** A torn catalogue must not cost every page its menu. */
  const inWords = (visit: Visit, action: string, file: string, label: string): string => {
    try {
      return plugins.texts.text(file, visit, label)
    } catch (error) {
      plugins.health.fault('actions', action, error, { message: 'label cannot be translated', reference: visit.id })
      return label
    }
  }
  return async (visit: Visit) => {
    const shown: { action: string; label: string }[] = []
    for (const { action, label, file, plugin } of await (entries ??= find())) {
      if (plugins.health.offBecause('actions', action) !== null) continue
      if (plugin.needsPage === true && !visit.page.exists) continue
      if (plugin.signedIn === true && !visit.user.valid) continue
      if (config.actionsSuperuser.includes(action) && !visit.user.isSuperUser) continue
      const right = plugin.right === undefined ? 'read' : plugin.right
      if (right === null || (await visit.user.may[right](visit.page.name)))
        shown.push({ action, label: inWords(visit, action, file, label) })
    }
    return shown
  }
}

/** Folders of plugins may bring texts: `languages/` beside `macros/`. */
function languageFolders(places: ReturnType<typeof pluginPlaces>): readonly string[] {
  const own = places.filter(({ isBuiltIn }) => isBuiltIn !== true)
  return own.flatMap((place) => place.folderOf('macros') ?? []).map((macros) => join(dirname(macros), 'languages'))
}

/** Loads the plugins that are set to something, and stops the start where the configuration sets what is not there. */
async function openSettings(
  plugins: Plugins,
  settings: PluginSettings,
  config: Readonly<WikiConfig>,
  isSafe: boolean,
): Promise<void> {
  const kindsAndNames = settings.keysInUse().map((key) => key.split('/'))
  for (const [kind, name = ''] of kindsAndNames) {
    const known = kindNames.find((each) => each === kind)
    const loaded = known === undefined ? null : await plugins.load(known, name)
    const key = `${kind}/${name}`
    if (!Object.hasOwn(config.pluginSettings, key) || isSafe) continue
    if (known === undefined || loaded === null) {
      const near = closest(key, known === undefined ? [] : (await plugins.names(known)).map((each) => `${known}/${each}`))
      throw new ConfigError('pluginSettings', `there is no plugin ${key}${near === null ? '' : `; did you mean ${near}?`}`)
    }
    // One that cannot be loaded, or is off, does not stop the wiki: its place on the page and the log tell.
    const problem = 'error' in loaded ? null : settings.configurationProblem(key)
    if (problem !== null) throw new ConfigError('pluginSettings', `${key}: ${problem}`)
  }
}

async function makeFolder(folder: string, dataDir: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new ConfigError('dataDir', `the data folder ${dataDir} cannot be used: ${(error as Error).message}`)
  }
}

/** Author objects and the like stay out of the log's top level. */
function loggable(about: object): Record<string, unknown> {
  const { author: _, ...rest } = about as { author?: unknown }
  return rest
}
