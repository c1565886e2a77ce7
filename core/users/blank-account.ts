import type { UserRecord } from '../api/user-store.ts'

/** What an account has where nothing was said: for new ones, and for files written before a field existed. */
export const blankAccount: UserRecord = {
  id: '',
  version: 0,
  name: '',
  email: '',
  aliasName: '',
  disabled: false,
  password: '',
  identities: [],
  epoch: 0,
  language: '',
  themeName: '',
  timeZone: '',
  quickLinks: [],
  subscribedPages: [],
  bookmarks: {},
  preferences: {},
  extra: {},
  created: 0,
  saved: 0,
}
