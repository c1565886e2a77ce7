import { defineApiMethod } from 'servus'

/** What has happened since a date, newest first: pages saved, renamed, deleted, and files attached (version 99999999). */
export default defineApiMethod({
  summary: 'The changes since a date, newest first.',
  params: { date: 'date', limit: 'integer?' },
  async execute({ params: { date, limit }, wiki, author, signal }) {
    const changes: Readonly<Record<string, unknown>>[] = []
    for await (const change of wiki.pages.changes({ since: date, ...(limit === undefined ? {} : { limit }) })) {
      if (signal.aborted) break
      changes.push({
        name: change.page,
        lastModified: change.time,
        author: await author(change.author),
        version: change.revision,
      })
    }
    return changes
  },
})
