import { badUserName, type WikiError } from '../api/errors.ts'

/** A name as it is stored: without outer blanks, letters in their short form (NFC). */
export function tidyUserName(name: string): string {
  return name.normalize('NFC').trim()
}

/** What is wrong with a name for a new account, or null. Names of adopted accounts are not asked. */
export function userNameProblem(name: string, isGroupName: (name: string) => boolean): WikiError | null {
  if (name === '') return badUserName('please type one')
  if (name.length > 60) return badUserName('it is longer than 60 characters')
  if (name !== tidyUserName(name) || /\s{2}|[^\S ]/.test(name)) return badUserName('words in it are separated by single blanks')
  // Other signs mean something in ACL lines (`:`, `,`) or in page names (`/`), where people are named.
  if (!/^[\p{L}\p{N}\p{M} '@._-]+$/u.test(name))
    return badUserName("besides letters and digits only blanks and the signs ' @ . - _ can be used")
  if (!/^[\p{L}\p{N}]/u.test(name)) return badUserName('it must begin with a letter or a digit')
  if (SPECIAL.has(name.toLowerCase())) return badUserName('it has a meaning of its own in access lists')
  if (isGroupName(name)) return badUserName('it looks like the name of a group')
  return null
}

const SPECIAL = new Set(['all', 'known', 'trusted', 'default'])
