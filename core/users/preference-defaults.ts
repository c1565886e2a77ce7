/** The switches of MoinMoin's preferences with their defaults; `disabled` is an account's state and not among them. */
export const preferenceDefaults = {
  mailtoAuthor: false,
  editOnDoubleclick: true,
  rememberLastVisit: false,
  showComments: false,
  showNonexistQm: false,
  showPageTrail: true,
  showToolbar: true,
  showTopbottom: false,
  showFancyDiff: true,
  wikinameAddSpaces: false,
  /** Stay signed in: MoinMoin's default, which makes a login outlive `cookieLifetime`. */
  rememberMe: true,
  editRows: 20,
} as const

/** Names of the switches alone. */
export const checkboxNames: readonly string[] = Object.entries(preferenceDefaults)
  .filter(([, value]) => typeof value === 'boolean')
  .map(([name]) => name)
