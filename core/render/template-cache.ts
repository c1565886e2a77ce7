import type { PageTemplate } from './page-template.ts'

/**
 * Templates of recently viewed pages within a limit of memory, the least recently used leave first. A change of one page drops its
 * own template and those that show its name as existing or missing when that is no longer so; looking them up costs the same in
 * any wiki.
 */
export class TemplateCache {
  readonly #limit: number
  readonly #entries = new Map<string, { page: string; template: PageTemplate }>()
  readonly #byPage = new Map<string, Set<string>>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #namespace = new Set<string>()
  #size = 0
  #age = 0

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Another number after every change: what was begun under an older one may be stale, and is not to be kept. */
  get age(): number {
    return this.#age
  }

  /** Bytes of memory, about. */
  get size(): number {
    return this.#size
  }

  get(key: string): PageTemplate | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.template
  }

  set(key: string, page: string, template: PageTemplate): void {
    this.#drop(key)
    if (template.size > this.#limit / 4) return
    this.#entries.set(key, { page, template })
    this.#size += template.size
    add(this.#byPage, page, key)
    for (const name of template.links.keys()) add(this.#dependents, name, key)
    for (const name of template.attachmentPages) add(this.#dependents, name, key)
    if (template.namespace) this.#namespace.add(key)
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#limit) break
      this.#drop(oldest)
    }
  }

  /** The page changed; `exists` tells how it is now, null when that is not known. */
  pageChanged(name: string, exists: boolean | null): void {
    this.#age++
    for (const key of [...(this.#byPage.get(name) ?? [])]) this.#drop(key)
    for (const key of [...(this.#dependents.get(name) ?? [])]) {
      const template = this.#entries.get(key)?.template
      const same = template?.links.get(name) === exists && !template?.attachmentPages.has(name)
      if (!same) this.#drop(key)
    }
  }

  /** A page appeared or vanished. */
  namespaceChanged(): void {
    this.#age++
    for (const key of [...this.#namespace]) this.#drop(key)
  }

  clear(): void {
    this.#age++
    for (const key of [...this.#entries.keys()]) this.#drop(key)
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#size -= entry.template.size
    remove(this.#byPage, entry.page, key)
    for (const name of entry.template.links.keys()) remove(this.#dependents, name, key)
    for (const name of entry.template.attachmentPages) remove(this.#dependents, name, key)
    this.#namespace.delete(key)
  }
}

function add(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name)
  if (keys === undefined) index.set(name, new Set([key]))
  else keys.add(key)
}

function remove(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name)
  keys?.delete(key)
  if (keys?.size === 0) index.delete(name)
}
