/** What went wrong between the wiki and an OpenID provider, as far as a visitor can do something about it. */
export type OpenIdProblem =
  /** It cannot be reached, or not be understood. */
  | 'down'
  /** It answers, and will not have this wiki: an administrator's mistake. */
  | 'refuses-wiki'
  /** The code from its page was used before, or is too old. */
  | 'used'
  /** It answered something that it did not sign, or not for this wiki, this browser, this time. */
  | 'not-verified'

/**
 * Sorts an error of `openid-client`. What its `cause` carries (claims, tokens, whole answers) is looked at nowhere and written nowhere;
 * `note` is fit for a log.
 */
export function openIdProblem(error: unknown): { problem: OpenIdProblem; note: string } {
  const { name = '', code = '', message = '' } = error instanceof Error ? (error as Error & { code?: string }) : {}
  const told = error instanceof Error && 'error' in error ? String(error.error) : ''
  const note = [code, told, message]
    .filter((part) => part !== '')
    .join(': ')
    .slice(0, 300)
  if (told === 'invalid_grant') return { problem: 'used', note }
  if (told !== '') return { problem: 'refuses-wiki', note }
  if (verification.has(code)) return { problem: 'not-verified', note }
  return { problem: 'down', note: note === '' ? name : note }
}

/** Codes of `openid-client` for an answer that came and cannot be believed. */
const verification = new Set([
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
])
