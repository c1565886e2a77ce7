/**
 * Every message of the program lives here, as a function with a code, so that tests and help pages can name it.
 * A message says what happened, where, and what to do.
 */

/** An error that a visitor may meet: it carries the HTTP status and says whether its words may be shown. */
export class WikiError extends Error {
  /** A stable name for programs: `page-name-too-long`. */
  readonly code: string
  /** The HTTP status of the answer. */
  readonly status: number
  /** True when the message is meant for the visitor; false shows a plain sentence and an error id instead. */
  readonly expose: boolean
  /** Header fields that belong to the answer, `Retry-After` for one. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: string,
    message: string,
    options: { status?: number; expose?: boolean; cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WikiError'
    this.code = code
    this.status = options.status ?? 500
    this.expose = options.expose ?? false
    this.headers = options.headers ?? {}
  }
}

/** A mistake in a configuration: the start stops with this one line. `key` names the option, `file` the file. */
export class ConfigError extends WikiError {
  readonly key: string
  readonly file: string | null

  constructor(key: string, message: string, file: string | null = null) {
    super('config', `${file ? `${file}: ` : ''}${key ? `${key}: ` : ''}${message}`)
    this.name = 'ConfigError'
    this.key = key
    this.file = file
  }
}

const visitor = (code: string, status: number, message: string, cause?: unknown): WikiError =>
  new WikiError(code, message, { status, expose: true, cause })

// Requests

/** 400: `what` is the whole sentence for the visitor. */
export const badRequest = (what: string): WikiError => visitor('bad-request', 400, what)
export const badUrl = (): WikiError =>
  visitor('bad-url', 400, 'This address is not written as a web address: its %-escapes must be UTF-8.')
export const bodyTooLarge = (limit: number): WikiError =>
  visitor('body-too-large', 413, `The form is larger than the ${limit} bytes this wiki accepts.`)
export const methodNotAllowed = (action: string, allow: string): WikiError =>
  new WikiError('method-not-allowed', `The action ${action} answers ${allow} only.`, {
    status: 405,
    expose: true,
    headers: { Allow: allow },
  })
export const actionOff = (): WikiError => visitor('action-off', 503, 'This action is switched off at the moment.')
export const tooManyActions = (seconds: number): WikiError =>
  new WikiError('too-many-actions', 'There were too many requests from your address. Please wait a little.', {
    status: 429,
    expose: true,
    headers: { 'Retry-After': String(seconds) },
  })
export const tooMuchInFlight = (): WikiError =>
  new WikiError('too-much-in-flight', 'Too much is being sent to this wiki at this moment. Please try again in a few seconds.', {
    status: 503,
    expose: true,
    headers: { 'Retry-After': '5' },
  })
export const unknownAction = (name: string): WikiError =>
  visitor('unknown-action', 404, `This wiki has no action named "${name}".`)
export const noWikiHere = (): WikiError => visitor('no-wiki-here', 404, 'No wiki answers at this address.')
export const crossSite = (): WikiError =>
  visitor('cross-site', 403, 'This form was sent from another site. Open the page here and send it again.')
export const badTicket = (): WikiError =>
  visitor('bad-ticket', 403, 'This form is too old or was not made for you. Please check it and send it again.')
/** 403: the visitor may not do it; `what` is the whole sentence for them. */
export const forbidden = (what: string): WikiError => visitor('forbidden', 403, what)

// Pages

export const badPageName = (why: string): WikiError => visitor('bad-page-name', 400, `This page name cannot be used: ${why}.`)
/** 404: there is no page of this name, or the reader must not know that there is. */
export const noSuchPage = (name: string): WikiError => visitor('no-such-page', 404, `There is no page named "${name}".`)
/** 404: the page has no revision of this number. */
export const noSuchRevision = (name: string, revision: number): WikiError =>
  visitor('no-such-revision', 404, `The page "${name}" has no revision ${revision}.`)
export const pageNameTooLong = (name: string): WikiError =>
  visitor(
    'page-name-too-long',
    400,
    `The page name "${name.slice(0, 40)}…" is too long to be stored. Letters outside a-z count several times; please choose a shorter name.`,
  )
/** 404: the page has no attachment of this name. */
export const noSuchAttachment = (file: string, page: string): WikiError =>
  visitor('no-such-attachment', 404, `No file named "${file}" is attached to the page "${page}".`)
export const badAttachmentName = (why: string): WikiError =>
  visitor('bad-attachment-name', 400, `This file name cannot be used for an attachment: ${why}.`)

// Plugins

export const pluginBroken = (kind: string, name: string, file: string, why: string): WikiError =>
  new WikiError('plugin-broken', `The plugin ${name} (${kind}, ${file}) cannot be used: ${why}.`)

/** `key`: `macros/Weather`. */
export const pluginOff = (key: string, why: string): WikiError =>
  new WikiError('plugin-off', `The plugin ${key} is off: ${why}. A superuser can switch it on by ?action=plugins.`, {
    status: 503,
  })
export const pluginDenied = (key: string): WikiError =>
  new WikiError('plugin-denied', `The plugin ${key} is not for this wiki: see pluginsAllowed and pluginsDenied.`)
export const pluginTooNew = (kind: string, name: string, range: string, host: string, but = `and this is ${host}`): WikiError =>
  new WikiError(
    'plugin-too-new',
    `The plugin ${name} (${kind}) is for servus ${range}, ${but}: update the host, or take the plugin's version for it.`,
  )
export const eventTooSlow = (event: string, name: string, ms: number): WikiError =>
  new WikiError(
    'event-too-slow',
    `The event handler ${name} took longer than ${ms} ms over ${event}: let it work on later, or raise deadlines.event.`,
  )
export const refusalIsNoText = (event: string, name: string, answer: unknown): TypeError =>
  new TypeError(`${event} of the event handler ${name} answered ${typeof answer}: it must be the reason, a text, or nothing`)
export const badFormatter = (name: string, type: string): TypeError =>
  new TypeError(`the formatter ${name} answered ${type}: format must answer a text or bytes`)
export const parserGaveNothing = (name: string): TypeError =>
  new TypeError(
    `The parser ${name} answered no document: parse has to return { instructions, children, problems }, or a promise of it that comes soon, each child an object with a type.`,
  )
export const preferencesGaveNothing = (name: string, member: string, wanted: string): TypeError =>
  new TypeError(`${member} of the preferences ${name} must answer ${wanted}`)
export const preferenceTooLarge = (name: string, limit: number): WikiError =>
  new WikiError(
    'preference-too-large',
    `The preferences ${name} keep more than ${limit} letters in an account: keep them on a page.`,
  )
/** A fault of a plugin, told to a visitor in their language; the log has the cause already. */
export const pluginFailed = (message: string, cause: unknown): WikiError => visitor('plugin-failed', 500, message, cause)
export const badSchedule = (job: string, schedule: string, cause: unknown): WikiError =>
  new WikiError(
    'bad-schedule',
    `The job ${job} has no schedule: "${schedule}" cannot be understood (${String((cause as Error).message)}). Write '0 4 * * *' for four in the morning.`,
    { cause },
  )
export const jobTooSlow = (job: string, ms: number): WikiError =>
  new WikiError('job-too-slow', `The job ${job} took longer than ${ms} ms: let it do less at a time, or raise deadlines.job.`)
export const wikiCloses = (): WikiError => new WikiError('wiki-closes', 'The wiki closes.')

export const undeclaredSettings = (): WikiError =>
  new WikiError(
    'undeclared-settings',
    'Settings were asked for that no loaded plugin declares: write `export const settings = z.object({ … })` in the plugin, and ask for that.',
  )
export const badPluginSettings = (key: string, path: string, problem: string): WikiError =>
  new WikiError(
    'bad-plugin-settings',
    `The plugin ${key} is not set up${path === '' ? '' : `, ${path}`}: ${problem}. A superuser can at ?action=pluginsettings.`,
  )

// Users

export const accountUnreadable = (file: string, cause: unknown): WikiError =>
  new WikiError('account-unreadable', `The account file ${file} is damaged: put it back from a backup, or remove it.`, { cause })
export const tooBusy = (): WikiError =>
  new WikiError('too-busy', 'Too many people are signing in at this moment. Please try again in a minute.', {
    status: 503,
    expose: true,
    headers: { 'Retry-After': '30' },
  })
export const badUserName = (why: string): WikiError => visitor('bad-user-name', 400, `This name cannot be used: ${why}.`)
export const userNameTaken = (): WikiError => visitor('user-name-taken', 409, 'This name is taken. Please choose another one.')
export const nameReserved = (): WikiError =>
  visitor(
    'name-reserved',
    403,
    'This name is kept for somebody whom this wiki knows already. Whoever runs the server can make the account with "servus user add".',
  )
export const identityTaken = (): WikiError =>
  visitor('identity-taken', 409, 'Another account logs in there with this already. Log in with that one.')
export const credentialsRefused = (challenge: string): WikiError =>
  new WikiError('credentials-refused', 'This name and password do not fit together.', {
    status: 401,
    expose: true,
    headers: { 'WWW-Authenticate': challenge },
  })
/** `message` is in the visitor's language already. */
export const tooManyTries = (message: string, seconds: number): WikiError =>
  new WikiError('too-many-tries', message, { status: 429, expose: true, headers: { 'Retry-After': String(seconds) } })
export const mustLogIn = (challenge: string): WikiError =>
  new WikiError('must-log-in', 'This wiki is for people who are logged in.', {
    status: 401,
    expose: true,
    headers: { 'WWW-Authenticate': challenge },
  })
export const badEmail = (): WikiError => visitor('bad-email', 400, 'This is not an e-mail address. Please check it.')
// Does not say outright that the address has an account: whoever owns it knows, nobody else needs to.
export const emailNotPossible = (): WikiError =>
  visitor('email-not-possible', 409, 'This e-mail address cannot be used. If it is yours, try to sign in instead.')
export const passwordsDiffer = (): WikiError =>
  visitor('passwords-differ', 400, 'The two passwords are not the same. Please type them again.')
export const firstPasswordSet = (): WikiError =>
  visitor('password-set', 409, 'This account has got a password in the meantime. Please type that one first.')
export const weakPassword = (why: string): WikiError => visitor('weak-password', 400, `Please choose another password: ${why}.`)
export const noSuchAccount = (name: string): WikiError => visitor('no-such-account', 404, `There is no account "${name}".`)

// Sessions

export const badCookie = (name: string, why: string): WikiError =>
  new WikiError('bad-cookie', `The cookie ${JSON.stringify(name)} cannot be set: ${why}.`)
export const sessionOption = (key: string, why: string): ConfigError => new ConfigError(key, why)
/** A programmer's mistake, hence a TypeError, like an assignment to a frozen object. */
export const badSessionValue = (key: string, what: string, owner: string): TypeError =>
  Object.assign(
    new TypeError(
      `session[${JSON.stringify(key)}]${owner === '' ? '' : ` (set by ${owner})`} cannot keep ${what}: a session holds JSON values, undefined, Date, Map, Set, BigInt and Uint8Array`,
    ),
    { code: 'bad-session-value' },
  )
/** Node's own codes: whoever catches them there catches them here. */
export const badChunk = (what: string): TypeError =>
  Object.assign(new TypeError(`An answer is written as a text, a Buffer or a Uint8Array, not as ${what}`), {
    code: 'ERR_INVALID_ARG_TYPE',
  })
export const badStatus = (status: unknown): RangeError =>
  Object.assign(new RangeError(`${String(status)} is no status of an answer: 100 to 999 are`), {
    code: 'ERR_HTTP_INVALID_STATUS_CODE',
  })
export const headNamedTwice = (): Error =>
  Object.assign(new Error('The head of this answer is written already: call writeHead once'), { code: 'ERR_HTTP_HEADERS_SENT' })
export const sessionMemberName = (key: string): TypeError =>
  Object.assign(
    new TypeError(
      `session.${key} is the session's own member and cannot be assigned: choose another key, or say session.set(${JSON.stringify(key)}, value) and session.get(${JSON.stringify(key)})`,
    ),
    { code: 'session-member-name' },
  )
export const sessionServiceKey = (key: string): TypeError =>
  Object.assign(
    new TypeError(
      `session[${JSON.stringify(key)}] says who is signed in and is written by the session service alone: sign in through an auth method, or signIn() of servus/session`,
    ),
    { code: 'session-service-key' },
  )
export const sessionNotOpen = (owner: string): TypeError =>
  Object.assign(
    new TypeError(
      `The session was used before it was loaded${owner === '' ? '' : ` (by ${owner})`}: its store answers later, so say "await session.open()" first, or do not declare session: 'none'`,
    ),
    { code: 'session-not-open' },
  )
export const sessionRefused = (owner: string): TypeError =>
  Object.assign(
    new TypeError(
      `${owner === '' ? 'This code' : owner} may not use the session: its output is kept for all visitors. Declare dependencies = ['session'] (or ['time']) instead of a list without them`,
    ),
    { code: 'session-refused' },
  )
export const sessionOver = (): TypeError =>
  Object.assign(
    new TypeError(
      'The session was written after the answer was finished: nothing can be stored any more. Await your work before you answer',
    ),
    { code: 'session-over' },
  )
export const sessionStoreDown = (cause: unknown): WikiError =>
  new WikiError(
    'session-store-down',
    'Your session cannot be read or kept at the moment. Nothing was changed; please try again.',
    {
      status: 503,
      expose: true,
      cause,
      headers: { 'Retry-After': '2' },
    },
  )
/** `heard`: the last error of the connection; null when there was none. */
export const sessionStoreSlow = (operation: string, ms: number, heard: Error | null = null): WikiError =>
  new WikiError(
    'session-store-slow',
    `The session store did not answer ${operation} within ${ms} ms: ${reasonOf(heard)}`,
    heard === null ? {} : { cause: heard },
  )
export const sessionStoreAway = (heard: Error | null): WikiError =>
  new WikiError(
    'session-store-slow',
    `There is no connection to the session store at the moment: ${reasonOf(heard)}`,
    heard === null ? {} : { cause: heard },
  )
// An AggregateError, of an address with several numbers, has no message of its own.
const reasonOf = (heard: (Error & { code?: unknown }) | null): string =>
  heard === null ? 'is its server up, and reachable from here?' : heard.message || String(heard.code ?? heard.name)
export const sessionServiceSlow = (method: string, ms: number): WikiError =>
  new WikiError('session-service-slow', `sessionService did not answer ${method} within ${ms} ms: see deadlines.action`, {
    status: 503,
    headers: { 'Retry-After': '2' },
  })
export const secureCookieByHttp = (host: string): WikiError =>
  new WikiError(
    'secure-cookie-by-http',
    `cookieSecure is true, but a request for ${host} came by http: browsers keep no such cookie, so nobody there stays signed in. Serve https, say in trustedProxies which proxy does, or set cookieSecure: null`,
  )
export const sessionTooLarge = (key: string, bytes: number, limit: number): WikiError =>
  new WikiError(
    'session-too-large',
    `The session does not fit into a cookie: with ${JSON.stringify(key)} it takes ${bytes} bytes and ${limit} are possible. Keep less, or choose another sessionStore`,
  )
export const sessionUpdateContended = (key: string): WikiError =>
  new WikiError(
    'session-update-contended',
    `session.update(${JSON.stringify(key)}) met another change in each of its tries: update less often, or use increment or append`,
  )
export const sessionStoreUnusable = (folder: string, cause: unknown): ConfigError =>
  Object.assign(
    new ConfigError(
      'sessionDir',
      `the folder ${folder} cannot be used (${cause instanceof Error ? cause.message : String(cause)}): make it writable, or name another`,
    ),
    { cause },
  )
export const templateMissing = (name: string, theme: string): WikiError =>
  new WikiError('template-missing', `The theme ${theme} has no template ${name}.hbs, and neither has the theme it builds on.`)
export const macroGaveNothing = (name: string): WikiError =>
  new WikiError('macro-gave-nothing', `The macro ${name} returned nothing: return a string of markup, '' for none.`)
export const macroTooSlow = (name: string, page: string, ms: number): WikiError =>
  new WikiError(
    'macro-too-slow',
    `The macro ${name} on ${page} took longer than ${ms} ms: pass macro.signal on, or raise deadlines.macro.`,
  )
export const badPattern = (pattern: string, cause: unknown): WikiError =>
  visitor(
    'bad-pattern',
    400,
    `"${pattern.slice(0, 100)}" is no regular expression${cause instanceof Error ? `: ${cause.message.replace(/^Invalid regular expression: /, '')}` : ''}.`,
    cause,
  )
export const patternTooSlow = (pattern: string): WikiError =>
  visitor('pattern-too-slow', 400, `The regular expression "${pattern.slice(0, 100)}" takes too long: make it simpler.`)
export const queryTooSlow = (): WikiError =>
  visitor('query-too-slow', 400, 'This search reads too many texts: add a word that the pages must have.')
/** A mistake in a macro's call: whoever reads the page sees it in the macro's place, in MoinMoin's words. */
export const badMacroArgument = (problem: string, macro: string, page: string): WikiError =>
  new WikiError('bad-macro-argument', problem, { status: 200, expose: true, cause: { macro, page } })
export const pureMacroSession = (name: string): WikiError =>
  new WikiError(
    'pure-macro-session',
    `The macro ${name} asked for the session, but its dependencies say that its output is everyone's: add 'session' to them.`,
  )
export const includeCircle = (name: string): WikiError =>
  new WikiError('include-circle', `The page ${name} is included in itself.`, { status: 200, expose: true })
export const tooManyIncludes = (limit: number): WikiError =>
  new WikiError('too-many-includes', `More than ${limit} texts are included in this page.`, { status: 200, expose: true })

export const pageTooLarge = (name: string, limit: number): WikiError =>
  visitor(
    'page-too-large',
    413,
    `The text of ${name} is longer than the ${limit} bytes this wiki accepts: split it into several pages.`,
  )
export const sessionFileBusy = (file: string, ms: number): WikiError =>
  new WikiError(
    'session-file-busy',
    `${file} stayed locked by another process for ${ms} ms: is one of them stopped, or the disk stuck?`,
  )
export const sessionFileBroken = (file: string, moved: string): WikiError =>
  new WikiError('session-file-broken', `${file} is no session: it was put aside as ${moved}, and its visitor is anonymous now`)

// Actions

export const actionGaveNothing = (name: string): WikiError =>
  new WikiError('action-gave-nothing', `The action ${name} returned nothing: return a page { title, body } or a reply.`)
export const actionTooSlow = (name: string): WikiError =>
  new WikiError('action-too-slow', `The action ${name} took longer than deadlines.action allows.`, { status: 503, expose: true })
export const noSuchFile = (path: string): WikiError => visitor('no-such-file', 404, `There is no file ${path}.`)
export const sessionNeedsEpoch = (): WikiError =>
  new WikiError(
    'session-needs-epoch',
    'The cookie store cannot sign anybody in without an epoch: a copy of the cookie would outlive a change of password. Set user.epoch to a text that changes with the password, or choose another sessionStore',
  )
