import type { Author } from './page.ts'

/** What happens in a wiki, for those who want to know. Names are MoinMoin's. */
export interface WikiEvents {
  pageChanged: { readonly page: string; readonly revision: number; readonly author: Author; readonly comment: string; readonly trivial: boolean }
  pageRenamed: { readonly page: string; readonly oldName: string; readonly author: Author; readonly comment: string }
  pageDeleted: { readonly page: string; readonly author: Author; readonly comment: string }
  pageReverted: { readonly page: string; readonly revision: number; readonly author: Author }
  fileAttached: { readonly page: string; readonly file: string; readonly author: Author }
  fileRemoved: { readonly page: string; readonly file: string; readonly author: Author }
  userCreated: { readonly id: string; readonly name: string }
  login: { readonly id: string; readonly name: string }
  logout: { readonly id: string; readonly name: string }
}
