import type { WikiConfig } from '../api/config.ts'
import type { Page } from '../api/page.ts'
import type { UploadedFile, WikiRequest } from '../api/request.ts'
import type { RequestFacts } from '../api/request-facts.ts'
import type { Session, SessionRequest } from '../api/session.ts'
import type { User } from '../api/user.ts'
import type { Translate } from '../render/translate.ts'

/** What the host fills in while a request goes through; plugins see it as the read-only WikiRequest. */
export class Visit implements WikiRequest, SessionRequest {
  readonly facts: RequestFacts
  readonly config: Readonly<WikiConfig & { secrets: readonly string[]; scriptRoot: string }>
  readonly action: string
  /** Path and query as sent. */
  readonly target: string
  /** Path below the wiki's mount, as sent. */
  readonly path: string
  pageName = ''
  /** Name of the sign-in method to whose own address the browser came back; '' at any other address. */
  callback = ''
  /** A method that looks at each request knows this visitor: no session has to. */
  knownByRequest = false
  files: readonly UploadedFile[] = []
  formRead = false
  user: User
  language: string
  translate: Translate
  // Not `#form`: whoever stands before a visit with words of their own, by Object.create, would not find such fields behind the getters.
  private ownForm: URLSearchParams | null = null
  private ownSession: Session | null = null
  private ownApart: Map<string, Session> | null = null
  private ownPage: Page | null = null
  private ownValues: URLSearchParams | null = null

  constructor(
    facts: RequestFacts,
    target: string,
    path: string,
    config: Visit['config'],
    action: string,
    user: User,
    translate: Translate,
  ) {
    this.facts = facts
    this.target = target
    this.path = path
    this.config = config
    this.action = action
    this.user = user
    this.translate = translate
    this.language = translate.language
  }

  get id(): string {
    return this.facts.id
  }
  get method(): string {
    return this.facts.method
  }
  get url(): URL {
    return this.facts.url
  }
  get headers(): RequestFacts['headers'] {
    return this.facts.headers
  }
  get cookies(): RequestFacts['cookies'] {
    return this.facts.cookies
  }
  get secure(): boolean {
    return this.facts.secure
  }
  get remoteAddress(): string {
    return this.facts.remoteAddress
  }
  get viaTrustedProxy(): boolean {
    return this.facts.viaTrustedProxy === true
  }
  cookieValues(name: string): readonly string[] {
    return this.facts.cookieValues(name)
  }

  /** The query alone; an address without one need not be parsed to know. */
  get query(): URLSearchParams {
    return this.target.includes('?') ? this.url.searchParams : noQuery
  }

  /** Made when asked for: most requests bring none. */
  get form(): URLSearchParams {
    return (this.ownForm ??= new URLSearchParams())
  }
  set form(form: URLSearchParams) {
    this.ownForm = form
  }

  get values(): URLSearchParams {
    if (this.ownValues === null) {
      this.ownValues = new URLSearchParams(this.url.searchParams)
      for (const [name, value] of this.form) this.ownValues.append(name, value)
    }
    return this.ownValues
  }

  get session(): Session {
    if (this.ownSession === null) throw new TypeError('the session of this request is not there yet')
    return this.ownSession
  }
  set session(session: Session) {
    this.ownSession = session
  }
  get hasApart(): boolean {
    return this.ownApart !== null
  }
  /** Sessions of their own that plugins or pages asked for, by their wishes. */
  get apart(): Map<string, Session> {
    return (this.ownApart ??= new Map())
  }
  get page(): Page {
    if (this.ownPage === null) throw new TypeError('the page of this request is not there yet')
    return this.ownPage
  }
  set page(page: Page) {
    this.ownPage = page
  }
  get hasPage(): boolean {
    return this.ownPage !== null
  }

  /** This request, read in another language. */
  inLanguage(translate: Translate): Visit {
    const { facts, target, path, config, action, user, pageName, callback, knownByRequest, files, formRead } = this
    const other = new Visit(facts, target, path, config, action, user, translate)
    Object.assign(other, { pageName, callback, knownByRequest, files, formRead })
    other.ownForm = this.ownForm
    other.ownSession = this.ownSession
    other.ownApart = this.ownApart
    other.ownPage = this.ownPage
    return other
  }

  t(text: string, values?: Readonly<Record<string, unknown>>): string {
    return this.translate.text(text, values)
  }
}

/** Never written to. */
const noQuery = new URLSearchParams()
