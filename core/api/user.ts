/** The visitor. An anonymous one has `valid: false` and the name ''. */
export interface User {
  /** The account's id, '' for an anonymous visitor. */
  readonly id: string
  readonly name: string
  /** True when signed in with an account that is not disabled. */
  readonly valid: boolean
  /** Signed in by a method of the wiki's `authMethodsTrusted`: a member of the ACL group Trusted. */
  readonly trusted: boolean
  readonly aliasName: string
  readonly email: string
  /** Language chosen in the preferences, '' = the browser's. */
  readonly language: string
  /** Theme chosen in the preferences, '' = the wiki's. */
  readonly themeName: string
  /** Time zone for dates, an IANA name or '+02:00'; '' = the wiki's. */
  readonly timeZone: string
  /** Name of the method that signed this visitor in, '' when none did. */
  readonly authMethod: string
  /** True when this sign-in asked to be remembered. */
  readonly rememberMe: boolean
  /** Signed in, and in the wiki's `superuser` list or made one by the first-start link. No ACL right comes with it. */
  readonly isSuperUser: boolean
  /** The superuser who looks at the wiki as this user; absent or null for everybody who is themselves. */
  readonly behind?: User | null
  /** Page names shown in the navigation bar. */
  readonly quickLinks: readonly string[]
  /** What changed later than this is news to this visitor: set by hand on RecentChanges; null or absent when it is not. */
  readonly bookmark?: Date | null
  /** Preference switches and texts, MoinMoin's names in camelCase: `showPageTrail`, `rememberMe`, `editRows` … */
  readonly preferences: Readonly<Record<string, unknown>>
  /** What this visitor may do, by the ACL rules. */
  readonly may: Permissions
}

/** Answers by page name. MoinMoin's five rights. */
export interface Permissions {
  read(pageName: string): Promise<boolean>
  write(pageName: string): Promise<boolean>
  delete(pageName: string): Promise<boolean>
  revert(pageName: string): Promise<boolean>
  admin(pageName: string): Promise<boolean>
  /** Any right by its name, a wiki's own ones in `aclRightsValid` included. A right the wiki does not know is nobody's. */
  do(right: string, pageName: string): Promise<boolean>
}

/** MoinMoin's five rights. */
export type Right = 'read' | 'write' | 'delete' | 'revert' | 'admin'
