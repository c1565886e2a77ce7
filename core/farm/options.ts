import type { WikiSettings } from '../api/config.ts'
import { parseTimespan } from '../base/timespan.ts'

/** One option of a wiki as the configuration check and HelpOnConfiguration know it. */
export interface Option {
  /** The type in words: `text`, `number`, `[hours, hours]` … */
  readonly type: string
  readonly fallback: unknown
  readonly meaning: string
  readonly example: string
  /** What is wrong with a value, as the end of "key: …"; null when it is good. */
  check(value: unknown): string | null
}

type Check = Option['check']

const isText = (value: unknown): value is string => typeof value === 'string'
const text: Check = (value) => (isText(value) ? null : `must be a text, not ${show(value)}`)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value)
const yesNo: Check = (value) => (typeof value === 'boolean' ? null : `must be true or false, not ${show(value)}`)
const texts: Check = (value) =>
  Array.isArray(value) && value.every(isText) ? null : `must be a list of texts, not ${show(value)}`
const regex: Check = (value) => (value instanceof RegExp ? null : `must be a regular expression, not ${show(value)}`)
const atLeast =
  (least: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isFinite(value) && value >= least
      ? null
      : `must be a number of at least ${least}, not ${show(value)}`
const numbers: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((item) => Number.isInteger(item) && item > 0)
    ? null
    : `must be a list of whole numbers, not ${show(value)}`
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    isText(value) && words.includes(value)
      ? null
      : `must be one of ${words.map((word) => `'${word}'`).join(', ')}, not ${show(value)}`
const textMap: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? null : `must be an object, not ${show(value)}`
const withMethods =
  (...methods: readonly string[]): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
      ? null
      : `must be an object with the methods ${methods.join(', ')}, not ${show(value)}`

const lifetime: Check = (value) => {
  if (typeof value !== 'number' && typeof value !== 'string') return `must be hours or a timespan like '30m', not ${show(value)}`
  try {
    parseTimespan(value)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
const lifetimePair: Check = (value) => {
  if (!Array.isArray(value) || value.length !== 2)
    return `must be a pair [anonymous, logged-in] of hours, [0, 12] for one, not ${show(value)}`
  const problem = lifetime(value[0]) ?? lifetime(value[1])
  return problem === null ? null : `must be a pair [anonymous, logged-in] of hours: ${problem}`
}

const option = (type: string, fallback: unknown, check: Check, meaning: string, example: string): Option => ({
  type,
  fallback,
  check,
  meaning,
  example,
})

/** Every option of a wiki, in the order of HelpOnConfiguration. */
export const options: Readonly<Record<keyof WikiSettings, Option>> = {
  sitename: option('text', 'Untitled Wiki', text, 'Name of the wiki, shown on every page.', "'Garden Wiki'"),
  interwikiname: option(
    'text or null',
    null,
    orNull(text),
    'Name of this wiki in links from others; keeps entries of several wikis apart.',
    "'Garden'",
  ),
  pageFrontPage: option('text', 'FrontPage', text, 'Page shown at the address of the wiki itself.', "'WelcomePage'"),
  naviBar: option(
    'texts',
    ['RecentChanges', 'FindPage', 'HelpContents'],
    texts,
    'Entries of the navigation bar: page names or `[[Target|Text]]`.',
    "['RecentChanges', '[[HelpContents|Help]]']",
  ),
  themeDefault: option('text', 'default', text, 'Theme of visitors who chose none.', "'default'"),
  themeForce: option('true/false', false, yesNo, 'True: visitors cannot choose a theme.', 'true'),
  stylesheets: option(
    'texts',
    [],
    texts,
    'Addresses of further style sheets, loaded after the theme.',
    "['/+static/garden.css']",
  ),
  pageHeader: option('HTML', '', text, 'Markup before the content of each page.', "'<p>Closed on Sundays</p>'"),
  pageFooter: option('HTML', '', text, 'Markup after the content of each page.', "'<p>Texts under CC BY</p>'"),
  languageDefault: option('text', 'en', text, 'Language of visitors whose browser asks for none we have.', "'de'"),
  languageIgnoreBrowser: option('true/false', false, yesNo, 'True: the language of the browser does not matter.', 'true'),
  timeZone: option('text', 'UTC', zone, 'Time zone of dates for visitors who chose none.', "'Europe/Vienna'"),
  showHosts: option('true/false', true, yesNo, 'Show the address of anonymous authors.', 'false'),

  dataDir: option(
    'folder',
    '.',
    text,
    'Folder of the wiki: pages, users, logs. Relative to the data folder of the command line.',
    "'garden'",
  ),
  dataUnderlayDirs: option(
    'folders',
    [],
    texts,
    "Folders of system pages in MoinMoin's layout, searched after the wiki's own.",
    "['/srv/underlay']",
  ),
  userDir: option('folder', 'user', text, 'Folder of the accounts. Several wikis may share one.', "'../users'"),
  cacheDir: option('folder', 'cache', text, 'Folder of what can be made again.', "'/var/cache/servus'"),
  pluginDirs: option('folders', [], texts, "Folders searched for plugins after the wiki's own `plugins/`.", "['/srv/plugins']"),
  plugins: option(
    'packages',
    [],
    texts,
    'npm packages with plugins, searched after `pluginDirs`; installed where the configuration lies.',
    "['servus-plugin-weather']",
  ),
  pluginsAllowed: option(
    'KIND/NAME or null',
    null,
    orNull(pluginEntries),
    'The only plugins that are used besides the built-in ones; null: all that are found.',
    "['macros/Weather', 'themes/*']",
  ),
  pluginsDenied: option(
    'KIND/NAME',
    [],
    pluginEntries,
    'Plugins that are not used, built-in ones too.',
    "['macros/Hits', 'jobs/*']",
  ),
  pluginSettings: option(
    'KIND/NAME: values',
    {},
    settingsByPlugin,
    'Values for the settings that plugins declare. Others are set by superusers: HelpOnPlugins.',
    "{ 'macros/Weather': { units: 'metric' } }",
  ),
  sharedIntermap: option('files', [], texts, 'Files of interwiki names, one `Name URL` a line.', "['/srv/intermap.txt']"),

  sessionService: option(
    'service or null',
    null,
    orNull(withMethods('getSession', 'finalize', 'destroySession', 'allSessionIds')),
    'Who keeps sessions: replaced as a whole. null: made from `sessionStore`.',
    'new FileSessionService()',
  ),
  sessionStore: option(
    'word or store',
    'file',
    (value) => (isText(value) ? storeWord(value) : withMethods('read', 'create', 'merge', 'destroy')(value)),
    "Where the default service keeps sessions: 'file', 'memory', 'redis' or its URL, 'cookie', a store of yours.",
    "'redis://sessions:6379'",
  ),
  onSessionEvent: option(
    'function or null',
    null,
    (value) => (value === null || typeof value === 'function' ? null : `must be a function, not ${show(value)}`),
    'Told what happens to sessions: created, saved, ended …',
    '(event) => console.log(event)',
  ),
  sessionDir: option(
    'folder',
    'cache/__session__',
    text,
    'Folder of the file store. Several wikis may share one, together with `cookieName` and `userDir`.',
    "'../sessions'",
  ),
  cookieLifetime: option(
    '[hours, hours]',
    [0, 12],
    lifetimePair,
    'How long sessions live: anonymous, logged-in. 0: none. Negative: remember-me is ignored.',
    "[1, '-12h']",
  ),
  cookieName: option(
    'text or null',
    null,
    orNull(cookieName),
    'Name of the cookie. The same in several wikis: one login for all. null: a name of its own for each wiki.',
    "'FARM'",
  ),
  cookieDomain: option(
    'text or null',
    null,
    orNull(cookieDomain),
    'Domain of the cookie; null: this host only.',
    "'.example.org'",
  ),
  cookiePath: option('text or null', null, orNull(cookiePath), 'Path of the cookie; null: `/`.', "'/wiki'"),
  cookieSecure: option(
    'true/false or null',
    null,
    orNull(yesNo),
    'Whether the cookie travels by https only; null: when the request came by https.',
    'true',
  ),
  cookieHttpOnly: option('true/false', true, yesNo, 'Keep the cookie from scripts (unlike MoinMoin, true).', 'false'),
  cookieSameSite: option(
    'word',
    'lax',
    oneOf('lax', 'strict', 'none'),
    'Whether other sites may send the cookie along.',
    "'strict'",
  ),
  expire: option(
    'timespan or null',
    null,
    orNull(lifetime),
    'A session unused for this long starts anew as an empty one.',
    "'24h'",
  ),
  anonymousStart: option(
    'word',
    'cookie-first',
    oneOf('cookie-first', 'at-once'),
    "When an anonymous visitor's first value is stored: once their cookie came back, or at once.",
    "'at-once'",
  ),
  sessionTransports: option(
    'words',
    ['cookie'],
    transports,
    'How a session id may travel besides the cookie: in links, in forms.',
    "['cookie', 'query', 'form']",
  ),
  installation: option(
    'text or null',
    undefined,
    text,
    'A text of this installation that the names of its cookies are made from; left out: from the secret.',
    "'blue'",
  ),
  trailSize: option('number', 5, atLeast(0), 'How many visited pages the trail shows.', '10'),
  purgeSchedule: option(
    'cron or null',
    '23 * * * *',
    orNull(text),
    'When expired sessions are removed; null: never by this process.',
    "'0 4 * * *'",
  ),
  secrets: option(
    'texts or null',
    null,
    orNull(secretList),
    'Secrets for cookies and tickets, newest first. null: one is made and kept.',
    "['a long random text of 32 characters or more']",
  ),

  auth: option('methods', [], methods, 'Ways to sign in, asked in order. Empty: name and password.', '[new PasswordAuth()]'),
  authMethodsTrusted: option(
    'texts',
    ['http', 'given', 'xmlrpc_applytoken'],
    texts,
    'Sign-in methods whose users belong to the group Trusted.',
    "['given']",
  ),
  superuser: option('texts', [], texts, 'Names of accounts with all administrative powers.', "['AdaLovelace']"),
  actionsExcluded: option(
    'texts',
    [],
    texts,
    'Actions nobody may use; `api` and `xmlrpc` stand for all that programs ask for.',
    "['newaccount']",
  ),
  actionsSuperuser: option('texts', [], texts, "Actions for superusers only (MoinMoin: `['newaccount']`).", "['newaccount']"),
  aclRightsBefore: option('ACL', '', text, "Rules asked before a page's own.", "'AdminGroup:read,write,delete,revert,admin'"),
  aclRightsDefault: option(
    'ACL',
    'Trusted:read,write,delete,revert Known:read All:read',
    text,
    'Rules for pages without own ones.',
    "'Known:read,write All:read'",
  ),
  aclRightsAfter: option('ACL', '', text, "Rules asked after a page's own.", "'All:read'"),
  aclRightsValid: option(
    'texts',
    ['read', 'write', 'delete', 'revert', 'admin'],
    texts,
    'Rights that a rule may name.',
    "['read', 'write', 'delete', 'revert', 'admin']",
  ),
  aclHierarchic: option('true/false', false, yesNo, 'Subpages without own rules take those of the page above.', 'true'),
  groups: option('name: members', {}, textMap, 'Groups given here rather than as pages.', "{ EditorGroup: ['Ada', 'Grace'] }"),
  pageGroupRegex: option('regex', /^(?:.*\/)?[^/]*Group$/u, regex, 'Names of pages that are groups.', '/Group$/'),
  pageDictRegex: option('regex', /Dict$/u, regex, 'Names of pages that are dicts.', '/Dict$/'),
  pageTemplateRegex: option('regex', /Template$/u, regex, 'Names of pages offered as templates for new ones.', '/Template$/'),
  pageCategoryRegex: option('regex', /^Category(?!Template).+/u, regex, 'Names of pages that are categories.', '/^Category/'),
  userEmailUnique: option('true/false', true, yesNo, 'No two accounts have the same e-mail address.', 'false'),
  passwordChecker: option('true/false', true, yesNo, 'Refuse passwords that are easily guessed.', 'false'),
  userCheckboxDefaults: option(
    'name: true/false',
    {},
    textMap,
    'Preference switches of accounts that never chose.',
    '{ rememberMe: true }',
  ),
  quicklinksDefault: option('texts', [], texts, 'Quick links of accounts that never chose.', "['ProjectPlan']"),

  defaultMarkup: option('text', 'wiki', text, 'Parser of pages without `#format`.', "'markdown'"),
  bangMeta: option('true/false', true, yesNo, '`!WikiName` is no link.', 'false'),
  editRows: option('number', 20, atLeast(3), 'Lines of the edit box.', '30'),
  editLocking: option(
    'text or null',
    'warn 10',
    orNull(locking),
    "`'warn 10'`: say for ten minutes that somebody edits; `'lock 10'`: refuse; null: neither.",
    "'lock 5'",
  ),
  commentRequired: option('true/false', false, yesNo, 'A change needs a comment.', 'true'),
  historyCount: option(
    'numbers',
    [100, 200, 5, 10, 25, 50],
    numbers,
    'Page sizes offered in the history; the first is used.',
    '[50, 200]',
  ),
  pageSizeLimit: option('bytes', 2_000_000, atLeast(1000), 'Longest text of a page.', '500_000'),
  logRemoteAddr: option('true/false', true, yesNo, 'Write the addresses of authors into the edit-log.', 'false'),
  showRenameRedirect: option('true/false', true, yesNo, 'Offer to leave a redirect behind when a page is renamed.', 'false'),

  deadlines: option(
    '{ macro, action, event, job }',
    { macro: 2000, action: 30_000, event: 5000, job: 600_000 },
    deadlines,
    'Milliseconds that a macro, an action, an event handler or a job may take; those left out keep their defaults.',
    '{ macro: 5000, action: 60_000 }',
  ),
  cacheSize: option('MB', 64, atLeast(1), 'Memory for rendered pages.', '256'),

  formSizeLimit: option('bytes', 8_000_000, atLeast(10_000), 'Largest form without files.', '4_000_000'),
  uploadSizeLimit: option('bytes', 50_000_000, atLeast(10_000), 'Largest form with files.', '200_000_000'),
  surgeActionLimits: option(
    'action: [count, seconds], or null',
    {
      default: [60, 60],
      fullsearch: [30, 60],
      refresh: [10, 60],
      print: [30, 60],
      diff: [60, 60],
      AttachFile: [600, 60],
      newaccount: [10, 60],
    },
    orNull(surgeLimits),
    'How often in so many seconds one address may do what costs, unless logged in; `default`: every other action, `show` too where it is named. null: no limits.',
    '{ default: [30, 60], show: [300, 60], fullsearch: [10, 120] }',
  ),
  surgeLockoutTime: option('seconds', 60, atLeast(1), 'How long an address is refused that went beyond.', '3600'),
  metricsToken: option(
    'text or null',
    null,
    orNull(longText),
    'Who sends it as `Authorization: Bearer …` may read `/metrics`; null: nobody.',
    "'a long random text of 16 characters or more'",
  ),
  mimetypesXssProtect: option(
    'texts',
    ['text/html', 'image/svg+xml', 'application/x-shockwave-flash', 'application/xhtml+xml', 'text/xml', 'application/xml'],
    texts,
    'Types of attachments that are always sent as a download.',
    "['text/html']",
  ),
  urlPrefixStatic: option(
    'text or null',
    null,
    orNull(text),
    'Address of the static files when another server has them.',
    "'https://static.example.org/servus'",
  ),
}

function settingsByPlugin(value: unknown): string | null {
  // What is in it is not shown: it may be a secret.
  const isRecord = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one)
  if (!isRecord(value)) return "must be values by plugin, { 'macros/Weather': { units: 'metric' } }"
  const [bad] = Object.entries(value as object).filter(([key, values]) => !/^\w+\/[\w-]+$/.test(key) || !isRecord(values))
  return bad === undefined ? null : `has "${bad[0]}" where KIND/NAME of a plugin with its values must stand`
}

function storeWord(value: string): string | null {
  return /^rediss?:\/\/./.test(value) ? null : oneOf('file', 'memory', 'redis', 'cookie')(value)
}

function zone(value: unknown): string | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(value) })
    return null
  } catch {
    return `must be a time zone like 'Europe/Vienna', not ${show(value)}`
  }
}

function cookieName(value: unknown): string | null {
  return isText(value) && /^[\w!#$%&'*.^`|~+-]+$/.test(value)
    ? null
    : `must be a cookie name of letters, digits, - and _, not ${show(value)}`
}

function cookieDomain(value: unknown): string | null {
  return isText(value) && /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value)
    ? null
    : `must be a domain like '.example.org', not ${show(value)}`
}

function cookiePath(value: unknown): string | null {
  return isText(value) && /^\/[^;\s]*$/.test(value) ? null : `must be a path that starts with /, not ${show(value)}`
}

function secretList(value: unknown): string | null {
  const good = Array.isArray(value) && value.length > 0 && value.every((secret) => isText(secret) && secret.length >= 32)
  // The value itself is never shown: it may be a secret with a typing mistake.
  return good ? null : 'must be a list of texts of at least 32 characters each'
}

function transports(value: unknown): string | null {
  const good =
    Array.isArray(value) && value.includes('cookie') && value.every((one) => ['cookie', 'query', 'form'].includes(String(one)))
  return good ? null : `must be a list of 'cookie', 'query' and 'form' with 'cookie' in it, not ${show(value)}`
}

/** The value itself is never shown: it is a secret. */
function longText(value: unknown): string | null {
  return isText(value) && value.length >= 16 ? null : 'must be a text of at least 16 characters'
}

function pluginEntries(value: unknown): string | null {
  if (!Array.isArray(value)) return `must be a list of texts like 'macros/Weather', not ${show(value)}`
  const wrong: unknown = value.find((entry) => !isText(entry) || !/^[a-z]+\/(?:\*|[^/*]+)$/.test(entry))
  return wrong === undefined ? null : `${show(wrong)} is no plugin: write 'macros/Weather', or 'macros/*' for all of a kind`
}

function surgeLimits(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `must be an object, not ${show(value)}`
  for (const [action, limit] of Object.entries(value)) {
    const good = Array.isArray(limit) && limit.length === 2 && limit.every((part) => typeof part === 'number' && part > 0)
    if (!good) return `${action} must be a pair [count, seconds], not ${show(limit)}`
  }
  return null
}

function locking(value: unknown): string | null {
  return isText(value) && /^(warn|lock) [1-9]\d*$/.test(value)
    ? null
    : `must be 'warn 10', 'lock 10' (minutes) or null, not ${show(value)}`
}

function methods(value: unknown): string | null {
  if (!Array.isArray(value)) return `must be a list of sign-in methods, not ${show(value)}`
  const names = value.map((method: { name?: unknown } | null) => method?.name)
  if (names.some((name) => !isText(name) || name === '')) return 'must be a list of sign-in methods that each have a name'
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) return `has two methods named "${twice}": give each a name of its own, as sessions remember it`
  const shapeless = value.find((method: { loginInputs?: unknown }) => !Array.isArray(method.loginInputs)) as { name?: string }
  return shapeless === undefined
    ? null
    : `the method "${shapeless.name}" does not say what it asks for: loginInputs: ['username', 'password'], or []`
}

function deadlines(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'must be an object, { macro: 5000 }'
  for (const [name, milliseconds] of Object.entries(value)) {
    if (!(name in (options.deadlines.fallback as object)))
      return `there is no deadline "${name}"; there are ${options.deadlines.type}`
    const problem = milliseconds === undefined ? null : atLeast(1)(milliseconds)
    if (problem !== null) return `${name} ${problem}`
  }
  return null
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  const json = JSON.stringify(value)
  return json === undefined ? String(value) : json.length > 60 ? `${json.slice(0, 60)}…` : json
}
