import type { Log } from '../api/action.ts'
import { ConfigError } from '../api/errors.ts'
import type { SessionService } from '../api/session.ts'
import { Jobs } from '../wiki/jobs.ts'
import type { WikiFarm } from './farm.ts'

/** What happens by the clock while a farm is served: expired sessions are removed, jobs run. Answers what stops it. */
export async function keepHouse(farm: WikiFarm, log: Log): Promise<() => Promise<void>> {
  for (const { wiki } of farm.wikis) wiki.parts.search.warmAfterFirstPage()
  const stopPurges = await purgeSessions(farm, log)
  const jobs = farm.wikis.map(({ wiki }) => new Jobs(wiki.parts))
  await Promise.all(jobs.map((ofWiki) => ofWiki.start()))
  return async () => {
    stopPurges()
    await Promise.all(jobs.map((ofWiki) => ofWiki.close()))
  }
}

/**
 * Removes expired sessions on each wiki's `purgeSchedule`, a service that several wikis share once for all.
 * A bad schedule is a ConfigError: the start ends there.
 */
async function purgeSessions(farm: WikiFarm, log: Log): Promise<() => void> {
  const schedules = new Map<SessionService, string>()
  for (const { wiki } of farm.wikis) {
    const { sessions } = wiki.parts
    if (sessions.purge !== undefined && wiki.config.purgeSchedule !== null && !schedules.has(sessions))
      schedules.set(sessions, wiki.config.purgeSchedule)
  }
  if (schedules.size === 0) return () => {}
  const { Cron } = await import('croner')
  const jobs = [...schedules].map(([service, schedule]) => {
    try {
      // `protect`: a purge that takes longer than its interval is not started twice.
      return new Cron(
        schedule,
        { protect: true, unref: true, catch: (error: unknown) => log.error({ err: error }, 'sessions could not be purged') },
        async () => {
          const removed = await service.purge?.(Date.now())
          log.info({ removed }, 'expired sessions purged')
        },
      )
    } catch (error) {
      throw new ConfigError(
        'purgeSchedule',
        `"${schedule}" is no schedule: ${(error as Error).message}; write '23 * * * *' for the 23rd minute of every hour`,
      )
    }
  })
  return () => {
    for (const job of jobs) job.stop()
  }
}
