import { after } from '../base/soon.ts'
import { type AccessEntry, parseAccessList } from './access-list.ts'

/** Whose rights are asked for. Anonymous: name '' and not valid. */
export interface Subject {
  readonly name: string
  /** Signed in with a live account. */
  readonly valid: boolean
  /** Signed in by a method of the wiki's `authMethodsTrusted`. */
  readonly trusted?: boolean
}

/** Who is in a group. It may answer at once or later; null: there is no group of that name. Nested groups are expanded. */
export interface GroupLookup {
  members(group: string): ReadonlySet<string> | null | Promise<ReadonlySet<string> | null>
}

export interface AccessRulesOptions {
  /** `acl_rights_before`, `acl_rights_default`, `acl_rights_after`. */
  readonly before: string
  readonly default: string
  readonly after: string
  /** A page without an ACL of its own follows the nearest page above it that has one. */
  readonly hierarchic: boolean
  readonly validRights: readonly string[]
  readonly groups: GroupLookup
  /** The `#acl` lines of the latest stored revision, deleted pages included; null (or []): the page has none. */
  aclOf(pageName: string): readonly string[] | null | Promise<readonly string[] | null>
  /** True when an account of this name exists and is not disabled. */
  knownUser(name: string): boolean | Promise<boolean>
}

/** Which line decided, for people who ask why. */
export interface Decision {
  readonly allowed: boolean
  /** 'none': no entry of any list decided, which refuses. */
  readonly list: 'before' | 'page' | 'default' | 'after' | 'none'
  /** The page whose ACL was used: with `hierarchic` it may be one above. null when the default took its place. */
  readonly page: string | null
  /** The entry as written; '' with 'none'. */
  readonly entry: string
}

/**
 * MoinMoin's access control lists: before, then the page's own (or the default), then after; the first entry that matches
 * the name and decides the right wins; nothing decides = refused. A superuser has no rights here beyond those of the lists.
 */
export class AccessRules {
  readonly #options: AccessRulesOptions
  readonly #default: readonly AccessEntry[]
  readonly #before: readonly AccessEntry[]
  readonly #after: readonly AccessEntry[]
  readonly #compiled = new Map<string, readonly AccessEntry[]>()

  constructor(options: AccessRulesOptions) {
    // Rights are bits of a 32 bit number.
    if (options.validRights.length > 30) throw new TypeError('aclRightsValid: a wiki has at most 30 rights')
    this.#options = options
    this.#default = parseAccessList(options.default, options.validRights)
    this.#before = parseAccessList(options.before, options.validRights, this.#default)
    this.#after = parseAccessList(options.after, options.validRights, this.#default)
  }

  /** True when this visitor has the right on the page. An unknown right is nobody's. */
  may(subject: Subject, right: string, pageName: string): Promise<boolean> {
    const bit = this.#bit(right)
    if (bit === 0) return no
    const entry = after(
      this.#find(this.#before, subject, bit),
      (first) =>
        first ??
        after(this.#listFor(pageName), ({ entries }) =>
          after(this.#find(entries, subject, bit), (own) => own ?? this.#find(this.#after, subject, bit)),
        ),
    )
    return entry instanceof Promise ? entry.then((found) => grants(found, bit)) : grants(entry, bit) ? yes : no
  }

  /** The same answer with the line that gave it. */
  async explain(subject: Subject, right: string, pageName: string): Promise<Decision> {
    const bit = this.#bit(right)
    const own = await this.#listFor(pageName)
    const lists = [
      { list: 'before', page: null, entries: this.#before },
      { list: own.page === null ? 'default' : 'page', ...own },
      { list: 'after', page: null, entries: this.#after },
    ] as const
    for (const { list, page, entries } of lists) {
      const entry = await this.#find(entries, subject, bit)
      if (entry) return { allowed: (entry.grants & bit) !== 0, list, page, entry: entry.text }
    }
    return { allowed: false, list: 'none', page: null, entry: '' }
  }

  /** True when two sets of `#acl` lines mean the same: whoever changes the meaning of a page's ACL needs `admin` on it. */
  sameMeaning(before: readonly string[], after: readonly string[]): boolean {
    if ((before.length === 0) !== (after.length === 0)) return false
    return meaning(this.#compile(before)) === meaning(this.#compile(after))
  }

  /** True when the same rules hold for both pages: whoever may do something with one may do it with the other. */
  async areAlike(pageName: string, other: string): Promise<boolean> {
    const [one, two] = [await this.#listFor(pageName), await this.#listFor(other)]
    return meaning(one.entries) === meaning(two.entries)
  }

  #bit(right: string): number {
    const index = this.#options.validRights.indexOf(right)
    return index < 0 ? 0 : 1 << index
  }

  /** The list that stands between before and after, and the page it comes from. */
  #listFor(page: string): OwnList | Promise<OwnList> {
    return after(this.#options.aclOf(page), (lines) => {
      const { hierarchic } = this.#options
      // An empty `#acl` grants nothing when flat, but counts as none where the pages above are asked.
      if (lines && lines.length > 0) {
        const entries = this.#compile(lines)
        if (!hierarchic || entries.length > 0) return { page, entries }
      }
      const slash = page.lastIndexOf('/')
      return hierarchic && slash > 0 ? this.#listFor(page.slice(0, slash)) : { page: null, entries: this.#default }
    })
  }

  #compile(lines: readonly string[]): readonly AccessEntry[] {
    const text = lines.join(' ')
    const known = this.#compiled.get(text)
    if (known) return known
    const entries = parseAccessList(text, this.#options.validRights, this.#default)
    // Few wikis have more lists than this; when one has, starting over costs less than counting uses.
    if (this.#compiled.size >= 2000) this.#compiled.clear()
    this.#compiled.set(text, entries)
    return entries
  }

  /** The first entry that matches the visitor and decides the right. Without slow groups it answers at once. */
  #find(entries: readonly AccessEntry[], subject: Subject, bit: number): AccessEntry | null | Promise<AccessEntry | null> {
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as AccessEntry // within bounds
      if (((entry.grants | entry.refuses) & bit) === 0) continue
      for (let place = 0; place < entry.names.length; place++) {
        const matches = this.#matches(entry.names[place] as string, subject)
        if (matches === true) return entry
        if (matches !== false) return this.#findLater(matches, entries.slice(index), place, subject, bit)
      }
    }
    return null
  }

  /** Goes on where `#find` met a name that takes time: the first entry's name at `place` waits for `matches`. */
  async #findLater(
    matches: Promise<boolean>,
    entries: readonly AccessEntry[],
    place: number,
    subject: Subject,
    bit: number,
  ): Promise<AccessEntry | null> {
    const [first, ...rest] = entries
    if (!first) return null
    if (await matches) return first
    for (const name of first.names.slice(place + 1)) if (await this.#matches(name, subject)) return first
    return this.#find(rest, subject, bit)
  }

  /** Answers at once where it can: most checks then cost no promise per name. */
  #matches(name: string, subject: Subject): boolean | Promise<boolean> {
    if (name === 'All') return true
    if (name === 'Known') return this.#known(subject)
    if (name === 'Trusted') return trusted(subject)
    const members = this.#options.groups.members(name)
    if (members instanceof Promise) return members.then((found) => this.#contains(found, name, subject))
    return this.#contains(members, name, subject)
  }

  #contains(members: ReadonlySet<string> | null, name: string, subject: Subject): boolean | Promise<boolean> {
    // A name that is a group matches its members only, even if somebody bears that name.
    if (members === null) return subject.name !== '' && name === subject.name
    if (subject.name !== '' && members.has(subject.name)) return true
    if (members.has('All')) return true
    if (members.has('Trusted') && trusted(subject)) return true
    return members.has('Known') ? this.#known(subject) : false
  }

  #known(subject: Subject): boolean | Promise<boolean> {
    if (subject.valid) return true
    return subject.name !== '' && this.#options.knownUser(subject.name)
  }
}

interface OwnList {
  readonly page: string | null
  readonly entries: readonly AccessEntry[]
}

/** The usual answers, made once: a page asks for hundreds. */
const yes = Promise.resolve(true)
const no = Promise.resolve(false)

function grants(entry: AccessEntry | null, bit: number): boolean {
  return entry !== null && (entry.grants & bit) !== 0
}

function trusted(subject: Subject): boolean {
  return subject.valid && subject.trusted === true
}

function meaning(entries: readonly AccessEntry[]): string {
  return JSON.stringify(entries.map(({ names, grants, refuses }) => [names, grants, refuses]))
}
