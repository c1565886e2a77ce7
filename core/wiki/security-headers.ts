/**
 * On every page of a wiki. No inline script and no script of strangers can run; pictures may come from anywhere, as pages link them;
 * styles of page elements (table colours) are allowed by element only, having been checked by the formatter.
 */
export const securityHeaders: readonly (readonly [string, string])[] = [
  [
    'content-security-policy',
    "default-src 'self'; img-src 'self' data: http: https:; media-src 'self' http: https:; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; object-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
  ],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'SAMEORIGIN'],
  ['referrer-policy', 'same-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
]
