import type { WikiServices } from './action.ts'
import type { Author, Page } from './page.ts'
import type { WikiRequest } from './request.ts'

/**
 * A method for programs: a file `plugins/api/NAME.ts` that exports this. `/+api/NAME` answers it in JSON, and the method of the same
 * name at `?action=xmlrpc2` in XML-RPC.
 */
export interface ApiPlugin<P extends ApiParams = ApiParams> {
  /** One sentence for the list of methods. */
  readonly summary: string
  /** The parameters by name, in XML-RPC's order: `{ pagename: 'text', revision: 'integer?' }`. */
  readonly params?: P
  /** True: it changes something, so it is asked by POST, and only by somebody who says who they are. */
  readonly changes?: boolean
  /** True: asked by POST though it changes nothing, as what is sent must not stand in an address. */
  readonly postOnly?: boolean
  /** True: it answers nobody who does not say who they are. */
  readonly signedIn?: boolean
  /** True: it answers a whole text, which XML-RPC's first version for wikis (`?action=xmlrpc`) sends as base64. */
  readonly wholeText?: boolean
  /** Answers texts, numbers, dates, bytes, lists and records of them. A WikiError becomes an error answer with its status. */
  execute(call: ApiCall<P>): unknown
}

/** What an API method gets. */
export interface ApiCall<P extends ApiParams = ApiParams> {
  readonly name: string
  /** The values that came, each of its declared kind; undefined for one that was left out. */
  readonly params: ApiValues<P>
  /** `request.user` is the caller, `request.user.may` what they may do. */
  readonly request: WikiRequest
  /** The wiki as the caller may see and change it. */
  readonly wiki: WikiServices
  readonly tokens: ApiTokens
  /** The page of this name, or one of its revisions. Throws what the caller should hear when there is none, or they may not read it. */
  page(name: string, revision?: number): Promise<Page>
  /** What WikiRPC tells of a page or revision. */
  info(page: Page): Promise<PageInfo>
  /** The account's name of whoever made a change; the address, where the wiki shows it, of an anonymous one. */
  author(author: Author): Promise<string>
  /** Ends when `deadlines.action` is over. */
  readonly signal: AbortSignal
}

/** In WikiRPC's words. */
export interface PageInfo {
  readonly name: string
  readonly lastModified: Date | null
  readonly author: string
  readonly version: number
}

/** Kinds of parameters and what they become. Dates come as ISO 8601 in JSON, bytes as base64. */
export interface ApiKinds {
  text: string
  integer: number
  boolean: boolean
  date: Date
  bytes: Uint8Array
  list: readonly unknown[]
  record: Readonly<Record<string, unknown>>
}

/** A kind of parameter by its name: see `ApiKinds`. */
export type ApiKind = keyof ApiKinds

/** A declaration of parameters; `?` at the end of a kind: may be left out. */
export type ApiParams = Readonly<Record<string, ApiKind | `${ApiKind}?`>>

/** What the declared parameters become. */
export type ApiValues<P extends ApiParams> = {
  readonly [N in keyof P]: P[N] extends ApiKind
    ? ApiKinds[P[N]]
    : P[N] extends `${infer K extends ApiKind}?`
      ? ApiKinds[K] | undefined
      : never
}

/** Tokens stand for an account, so that a program need not keep a password. One lives for a day, or until the password changes. */
export interface ApiTokens {
  /** A token for this account; null when name or password is wrong. Throws when passwords may not be tried (so often) here. */
  make(name: string, password: string): Promise<string | null>
  /** A token for the caller. */
  makeForCaller(): Promise<string>
  /** The rest of this request, the further calls of a `system.multicall`, is made by whom the token stands for. False: it is not good. */
  apply(token: string): Promise<boolean>
  /** Ends a token. False: it was not good any more. */
  end(token: string): Promise<boolean>
}

/**
 * Gives a method's parameters their types.
 *
 *     export default defineApiMethod({
 *       summary: 'Says hello.',
 *       params: { name: 'text' },
 *       execute: ({ params }) => `Hello ${params.name}!`,
 *     })
 */
export function defineApiMethod<const P extends ApiParams = Record<never, never>>(method: ApiPlugin<P>): ApiPlugin<P> {
  return method
}
