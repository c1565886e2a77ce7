import type { Page } from './page.ts'
import type { WikiRequest } from './request.ts'
import type { WikiServices } from './action.ts'

/**
 * A method for programs: a file `plugins/api/NAME.ts`. `/+api/NAME` calls it with JSON, and so does the XML-RPC method of the
 * same name at `?action=xmlrpc2`.
 */
export interface ApiPlugin {
  /** One sentence for the list of methods. */
  readonly summary: string
  /** Names of the parameters, in XML-RPC's order; `?` at the end: may be left out. */
  readonly params?: readonly string[]
  /** True: changes something, so it is asked by POST only. */
  readonly changes?: boolean
  /** True for one that answers nobody who is not signed in. */
  readonly signedIn?: boolean
  /** Answers what becomes JSON: texts, numbers, dates, bytes, lists, records. A `WikiError` becomes an error answer. */
  execute(call: ApiCall): unknown
}

/** What an API method gets. */
export interface ApiCall {
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  readonly request: WikiRequest
  readonly wiki: WikiServices
  page(name: string): Promise<Page>
  readonly signal: AbortSignal
}
