/**
 * Where accounts live. Missing is null, never an error; a throw means the store itself is ill.
 * Every store passes `describeUserStore` of `servus/testing`.
 */
export interface UserStore {
  /** The account of an id, disabled ones included: history must still tell who wrote. */
  byId(id: string): Promise<UserRecord | null>
  /** Names are case-sensitive. A disabled account is not found unless asked for. */
  byName(name: string, options?: { disabled?: boolean }): Promise<UserRecord | null>
  /** Addresses are compared without regard to case; '' is nobody's. A disabled account is not found unless asked for. */
  byEmail(email: string, options?: { disabled?: boolean }): Promise<UserRecord | null>
  /** The account that logs in elsewhere as this. A disabled account is not found unless asked for. */
  byIdentity(identity: Identity, options?: { disabled?: boolean }): Promise<UserRecord | null>
  /**
   * Stores a new account under a new id. Of two creators of one name, in whatever process, exactly one gets the record.
   * Names, addresses and identities of disabled accounts are taken as well. Several accounts without an address are no clash.
   */
  create(account: NewAccount, options?: { emailUnique?: boolean }): Promise<UserRecord | Taken>
  /**
   * Replaces an account and answers it with its new version. With `expected`, only if the stored version is still that
   * one; 'changed' tells that somebody was faster: read again and repeat. 'gone': there is no such account.
   */
  save(
    record: UserRecord,
    expected?: number,
    options?: { emailUnique?: boolean },
  ): Promise<UserRecord | Taken | 'changed' | 'gone'>
  /** Every account once, disabled ones included, in no promised order. */
  list(): AsyncIterable<UserRecord>
  close?(): Promise<void>
}

/** Why an account cannot be what was asked for: somebody else is. */
export type Taken = 'name-taken' | 'email-taken' | 'identity-taken'

/** Who somebody is elsewhere: `subject` never changes there and is never given to somebody else, unlike a name or an address. */
export interface Identity {
  /** Who says so: the address of an OpenID provider. */
  readonly issuer: string
  readonly subject: string
}

/** One account as a store keeps it: a plain value that survives JSON. */
export interface UserRecord {
  /** MoinMoin's form, `unixtime.fraction.random`. Never changes, never used again. */
  readonly id: string
  /** Counts the saves. 0: the account was never saved here; it is read from a MoinMoin profile. */
  readonly version: number
  readonly name: string
  readonly email: string
  readonly aliasName: string
  /** May not sign in and is not found by name, but its id still tells the name in histories. */
  readonly disabled: boolean
  /** A PHC string, or one of MoinMoin's six forms; '' lets nobody in. */
  readonly password: string
  /** Who this account is elsewhere, and may log in as from there. */
  readonly identities: readonly Identity[]
  /** Raised when every older session must die: new password, disabled, "end all others". */
  readonly epoch: number
  /** Language chosen in the preferences, '' = the browser's. */
  readonly language: string
  /** '' = the wiki's. */
  readonly themeName: string
  /** '+02:00' or an IANA name; '' = the wiki's. */
  readonly timeZone: string
  readonly quickLinks: readonly string[]
  /** Page names, `Wiki:Page`, or regular expressions, as MoinMoin keeps them. */
  readonly subscribedPages: readonly string[]
  /** Where this account last read the recent changes: microseconds since 1970 by wiki name. */
  readonly bookmarks: Readonly<Record<string, number>>
  /** Switches and texts this account set, MoinMoin's names in camelCase. What is absent has the wiki's default. */
  readonly preferences: Readonly<Record<string, unknown>>
  /** What MoinMoin or somebody else kept and we do not know, under its own names. */
  readonly extra: Readonly<Record<string, unknown>>
  /** Milliseconds since 1970. */
  readonly created: number
  readonly saved: number
}

/** What a new account starts with; everything but the name may be left out. */
export type NewAccount = Pick<UserRecord, 'name'> & Partial<Omit<UserRecord, 'id' | 'version' | 'created' | 'saved'>>
