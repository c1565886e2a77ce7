import type { GroupLookup } from './access-rules.ts'
import { groupMembers } from './group-members.ts'

export interface PageGroupsOptions {
  /** Groups of the configuration; they come first, and a page of the same name is not asked. */
  readonly configured?: Readonly<Record<string, readonly string[]>>
  /** Which page names are groups; the whole name must match. MoinMoin's: `[A-Za-z0-9]*Group` and its translations. */
  readonly pageGroupRegex: RegExp
  /** The text of a page's current revision, whatever its ACL says; null when there is no such page. */
  readPage(pageName: string): Promise<string | null>
  /** Changes when any page may have changed: what was read under another stamp is read again. */
  stamp(): string
}

/** Groups of the configuration and of wiki pages, nested ones expanded. */
export class PageGroups implements GroupLookup {
  readonly #options: PageGroupsOptions
  readonly #configured: ReadonlyMap<string, readonly string[]>
  readonly #regex: RegExp
  #stamp = ''
  #read = new Map<string, Promise<readonly string[] | null>>()
  #expanded = new Map<string, ReadonlySet<string> | null>()

  constructor(options: PageGroupsOptions) {
    this.#options = options
    this.#configured = new Map(Object.entries(options.configured ?? {}))
    this.#regex = new RegExp(`^(?:${options.pageGroupRegex.source})$`, options.pageGroupRegex.flags.replace(/[gy]/g, ''))
  }

  /** Everybody in a group, the names of other groups replaced by their members; null when there is no such group. */
  members(group: string): ReadonlySet<string> | null | Promise<ReadonlySet<string> | null> {
    // Most names in a list are people: they cost one look and neither a stamp nor a promise.
    if (!this.isGroupName(group)) return null
    this.#renew()
    const known = this.#expanded.get(group)
    return known === undefined ? this.#expand(group) : known
  }

  /** True for a name that could be a group's. People may not be called so. */
  isGroupName(name: string): boolean {
    return this.#configured.has(name) || this.#regex.test(name)
  }

  #renew(): void {
    const stamp = this.#options.stamp()
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    // New maps, not cleared ones: a reading that is under way must not put old members among the new.
    this.#read = new Map()
    this.#expanded = new Map()
  }

  async #expand(group: string): Promise<ReadonlySet<string> | null> {
    const [read, expanded] = [this.#read, this.#expanded]
    const own = await this.#direct(group, read)
    if (own === null) {
      expanded.set(group, null)
      return null
    }
    const people = new Set<string>()
    const seen = new Set([group])
    const waiting = [...own]
    // A list that is worked off, not a recursion: groups may contain each other, and a long chain must not end the stack.
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue
      seen.add(name)
      const inner = this.isGroupName(name) ? await this.#direct(name, read) : null
      if (inner === null) people.add(name)
      else for (const member of inner) waiting.push(member)
    }
    expanded.set(group, people)
    return people
  }

  #direct(group: string, read: Map<string, Promise<readonly string[] | null>>): Promise<readonly string[] | null> {
    const configured = this.#configured.get(group)
    if (configured) return Promise.resolve(configured)
    let found = read.get(group)
    if (!found) {
      found = this.#options.readPage(group).then((text) => (text === null ? null : groupMembers(text)))
      read.set(group, found)
      // A store that was ill for a moment is asked again.
      found.catch(() => read.delete(group))
    }
    return found
  }
}
