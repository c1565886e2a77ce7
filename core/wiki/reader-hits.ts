import type { HitEvent, PageHits } from '../api/macro-services.ts'
import type { Permissions } from '../api/user.ts'
import type { HitLog } from './hit-log.ts'

/** The hits that one reader may know of. */
export function readerHits(log: HitLog, may: Pick<Permissions, 'read'>): PageHits {
  return {
    count: async (pageName, event: HitEvent) => {
      const { views, saves } = await log.counts()
      const counts = event === 'VIEWPAGE' ? views : saves
      if (pageName !== null) return (await may.read(pageName)) ? (counts.get(pageName) ?? 0) : 0
      let sum = 0
      for (const count of counts.values()) sum += count
      return sum
    },
    ranking: async (limit = 1000) => {
      const { views } = await log.counts()
      const ranked: { page: string; count: number }[] = []
      for (const [page, count] of [...views].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))) {
        if (ranked.length === limit) break
        if (await may.read(page)) ranked.push({ page, count })
      }
      return ranked
    },
    days: async (pageName) => {
      if (pageName !== null && !(await may.read(pageName))) return []
      const { days } = await log.counts()
      return [...days]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, pages]) => {
          const [views, saves] = pages.get(pageName ?? '') ?? [0, 0]
          return { day, views, saves }
        })
    },
    browsers: async () => {
      const { agents } = await log.counts()
      return [...agents].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
    },
  }
}
