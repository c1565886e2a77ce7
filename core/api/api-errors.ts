import { WikiError } from './errors.ts'

/** What programs hear of the API, beside the errors of the wiki itself. In English for everybody: a program relies on the code. */
const told = (code: string, status: number, message: string): WikiError => new WikiError(code, message, { status, expose: true })
/** Never Basic: a browser would ask its user for a password in the middle of a page. */
const apiChallenge = 'Bearer realm="wiki"'

export const noSuchMethod = (name: string, near: string | null): WikiError =>
  told('no-such-method', 404, `No such method: ${name.slice(0, 100)}.${near === null ? '' : ` Did you mean ${near}?`}`)
/** A body or an address that is no call. */
export const badCall = (what: string): WikiError => told('bad-call', 400, what)
/** 400: a parameter of a call is wrong; `what` is the whole sentence for the caller. */
export const badParameter = (what: string): WikiError => told('bad-parameter', 400, what)
export const apiSwitchedOff = (what: string): WikiError => told('api-switched-off', 403, `This wiki does not allow ${what}.`)
export const wrongContentType = (wanted: string): WikiError =>
  told('wrong-content-type', 415, `Send this as "Content-Type: ${wanted}".`)
export const methodWantsPost = (name: string): WikiError =>
  new WikiError('method-not-allowed', `${name} answers POST only.`, { status: 405, expose: true, headers: { Allow: 'POST' } })
export const callerUnknown = (name: string): WikiError =>
  new WikiError(
    'caller-unknown',
    `${name} is for callers who say who they are: with a name and password (HTTP Basic), with a token, or logged in.`,
    { status: 401, expose: true, headers: { 'WWW-Authenticate': apiChallenge } },
  )
/** 401: a token that is unknown or over. */
export const badToken = (): WikiError =>
  new WikiError('bad-token', 'This token is not good (any more): getAuthToken makes a new one.', {
    status: 401,
    expose: true,
    headers: { 'WWW-Authenticate': `${apiChallenge}, error="invalid_token"` },
  })
export const ticketNeeded = (): WikiError =>
  told(
    'bad-ticket',
    403,
    'A change that a browser asks for needs the header Servus-Ticket: /+api/ answers a ticket to whoever is logged in. It is good for hours.',
  )
export const sentFromElsewhere = (): WikiError => told('cross-site', 403, 'This call was sent from another site.')
export const noTokensHere = (): WikiError =>
  told('no-tokens-here', 501, 'The session service of this wiki keeps no tokens: send name and password with each request.')
export const noPasswordsForPrograms = (): WikiError =>
  told(
    'no-passwords-here',
    403,
    'A password alone lets nobody in here: log in with a browser and make a token by getAuthToken without name and password.',
  )
export const pageConflict = (name: string, revision: number): WikiError =>
  told(
    'page-conflict',
    409,
    `Somebody changed the same lines of "${name}" meanwhile: revision ${revision} is there now. Nothing was saved; read it and send your change again.`,
  )
export const nothingChanged = (name: string, revision: number): WikiError =>
  told('nothing-changed', 409, `Nothing was saved: revision ${revision} of "${name}" is the same already.`)
export const pageExists = (name: string): WikiError => told('page-exists', 409, `There is a page named "${name}" already.`)
export const methodOff = (name: string): WikiError => told('method-off', 503, `${name} is switched off at the moment.`)
export const methodTooSlow = (name: string): WikiError =>
  new WikiError('method-too-slow', `${name} took longer than deadlines.action allows.`, { status: 503, expose: true })
