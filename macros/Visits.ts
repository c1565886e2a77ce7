import { defineMacro } from 'servus'

/**
 * `<<Visits>>`: how often this visitor has come to this page, by what their session remembers. One who brings no session yet is
 * here for the first time, and nothing is kept for them but that they came.
 */
export default defineMacro({
  description: 'How often this visitor has come to this page.',
  dependencies: ['session'],
  execute: ({ request, page, formatter, notes }) => {
    const { session } = request
    const key = `visits:${page.name}`
    // Two calls on one page are one visit.
    const counted = notes.get(key)
    if (counted !== undefined) return formatter.text(String(counted))
    const before = session.isNew ? 0 : Number(session.get(key) ?? 0)
    const visits = (Number.isSafeInteger(before) && before > 0 ? before : 0) + 1
    session.set(key, visits)
    notes.set(key, visits)
    return formatter.text(String(visits))
  },
})
