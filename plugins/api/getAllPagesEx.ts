import { badParameter, defineApiMethod } from 'servus'

/**
 * The names of pages, by MoinMoin's options: `include_system` and `include_underlay` (true), `include_deleted` and `mark_deleted`
 * (false; a deleted page is marked by a negative number), `include_revno` (false; then [name, revision]), `exclude_non_writable` (false),
 * `prefix` (''), `pagelist` (all).
 */
export default defineApiMethod({
  summary: 'The names of the pages that some options describe.',
  params: { options: 'record?' },
  async execute({ params, request, wiki, signal }) {
    const options = readOptions(params.options ?? {})
    const { may } = request.user
    const existing = await wiki.pages.names({
      prefix: options.prefix,
      underlay: options.include_system && options.include_underlay,
    })
    const deleted = new Set<string>()
    if (options.include_deleted)
      for await (const { page } of wiki.pages.changes()) {
        if (signal.aborted) break
        if (page.startsWith(options.prefix) && (await wiki.store.state(page)).deleted) deleted.add(page)
      }
    const wanted = options.pagelist === null ? null : new Set(options.pagelist)
    const found: (string | [string, number])[] = []
    for (const name of [...new Set([...existing, ...deleted])].sort()) {
      if (signal.aborted) break
      if (wanted !== null && !wanted.has(name)) continue
      if (options.exclude_non_writable && !(await may.write(name))) continue
      if (!options.include_revno) found.push(name)
      else {
        const { revision } = await wiki.store.state(name)
        found.push([name, options.mark_deleted && deleted.has(name) ? -revision : revision])
      }
    }
    return found
  },
})

const defaults = {
  include_system: true,
  include_underlay: true,
  include_deleted: false,
  mark_deleted: false,
  include_revno: false,
  exclude_non_writable: false,
}

function readOptions(given: Readonly<Record<string, unknown>>) {
  const { prefix = '', pagelist = null, ...switches } = given
  const read = { ...defaults }
  for (const [name, value] of Object.entries(switches)) {
    if (!isSwitch(name)) throw badParameter(`getAllPagesEx has no option "${name.slice(0, 100)}".`)
    // Python's scripts say 1 and 0 as well.
    read[name] = value === true || value === 1
  }
  if (typeof prefix !== 'string') throw badParameter('The option prefix of getAllPagesEx must be a text.')
  if (pagelist !== null && !Array.isArray(pagelist))
    throw badParameter('The option pagelist of getAllPagesEx must be a list of names.')
  return { ...read, prefix, pagelist: pagelist as readonly unknown[] | null }
}

function isSwitch(name: string): name is keyof typeof defaults {
  return Object.hasOwn(defaults, name)
}
