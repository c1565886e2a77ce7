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
export const unknownAction = (name: string): WikiError =>
  visitor('unknown-action', 404, `This wiki has no action named "${name}".`)
export const noWikiHere = (): WikiError => visitor('no-wiki-here', 404, 'No wiki answers at this address.')
export const crossSite = (): WikiError =>
  visitor('cross-site', 403, 'This form was sent from another site. Open the page here and send it again.')
export const badTicket = (): WikiError =>
  visitor('bad-ticket', 403, 'This form is too old or was not made for you. Please check it and send it again.')
export const forbidden = (what: string): WikiError => visitor('forbidden', 403, what)

// Pages

export const badPageName = (why: string): WikiError => visitor('bad-page-name', 400, `This page name cannot be used: ${why}.`)
export const noSuchPage = (name: string): WikiError => visitor('no-such-page', 404, `There is no page named "${name}".`)
export const noSuchRevision = (name: string, revision: number): WikiError =>
  visitor('no-such-revision', 404, `The page "${name}" has no revision ${revision}.`)

// Plugins

export const pluginBroken = (kind: string, name: string, file: string, why: string): WikiError =>
  new WikiError('plugin-broken', `The plugin ${name} (${kind}, ${file}) cannot be used: ${why}.`)

// Users

export const tooBusy = (): WikiError =>
  new WikiError('too-busy', 'Too many people are signing in at this moment. Please try again in a minute.', {
    status: 503,
    expose: true,
    headers: { 'Retry-After': '30' },
  })
