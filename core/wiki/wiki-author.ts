import type { Author } from '../api/page.ts'

/**
 * What stands where a visitor's host would, in the edit-log, for changes that the wiki makes itself. MoinMoin shows it as the author,
 * where it would show nothing for a line without host and account.
 */
export const wikiHost = 'servus'

/** True for a change that the wiki made itself, for no account. */
export function isWikiItself({ userId, address, host }: Author): boolean {
  return userId === '' && address === '' && host === wikiHost
}
