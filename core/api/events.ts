import type { Author } from './page.ts'

/** What happens in a wiki, for those who want to know. Names are MoinMoin's. */
export interface WikiEvents {
  pageChanged: {
    readonly page: string
    readonly revision: number
    readonly author: Author
    readonly comment: string
    readonly trivial: boolean
  }
  pageRenamed: { readonly page: string; readonly oldName: string; readonly author: Author; readonly comment: string }
  pageDeleted: { readonly page: string; readonly author: Author; readonly comment: string }
  pageReverted: { readonly page: string; readonly revision: number; readonly author: Author }
  fileAttached: { readonly page: string; readonly file: string; readonly author: Author }
  fileRemoved: { readonly page: string; readonly file: string; readonly author: Author }
  userCreated: { readonly id: string; readonly name: string }
  login: { readonly id: string; readonly name: string }
  /** Sessions of the account `id` were ended from a list; `by`: who did it. */
  sessionsEnded: { readonly id: string; readonly by: string; readonly count: number }
  /** A superuser looks at the wiki as somebody else. */
  userSwitched: { readonly id: string; readonly name: string; readonly toId: string; readonly toName: string }
  userSwitchedBack: { readonly id: string; readonly name: string; readonly fromId: string; readonly fromName: string }
  logout: { readonly id: string; readonly name: string }
}
