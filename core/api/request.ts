import type { WikiConfig } from './config.ts'
import type { Page } from './page.ts'
import type { RequestFacts } from './request-facts.ts'
import type { Session } from './session.ts'
import type { User } from './user.ts'

/** One HTTP request as a wiki sees it. */
export interface WikiRequest extends RequestFacts {
  /** The query; after a POST, the form's fields behind it (`get` finds the query's value first). */
  readonly values: URLSearchParams
  /** The form's fields of a POST alone; empty otherwise. */
  readonly form: URLSearchParams
  /** The files of a `multipart/form-data` POST. */
  readonly files: readonly UploadedFile[]
  /** The name of the action: `show` unless `?action=` says otherwise. */
  readonly action: string
  /** Language of the answer, as in HTML's `lang`: the user's choice, else the browser's, else the wiki's. */
  readonly language: string
  readonly user: User
  /** This visitor's session: a dict with `isNew`. */
  readonly session: Session
  /** The page of the URL. */
  readonly page: Page
  readonly config: Readonly<WikiConfig>
  /** Translates a text of the interface; `{name}` in it is replaced by `values.name`. */
  t(text: string, values?: Readonly<Record<string, unknown>>): string
}

/** A file that came with a form. */
export interface UploadedFile {
  /** The form field's name. */
  readonly field: string
  /** The file's name as the browser told it, folders cut off. */
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}
