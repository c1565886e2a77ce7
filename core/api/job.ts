import type { WikiTools } from './wiki-tools.ts'

/**
 * A job is a file `plugins/jobs/NAME.ts` that exports this; the running wiki calls it when its time has come.
 *
 * ```ts
 * export const schedule = '0 4 * * *'
 *
 * export async function execute({ wiki }: JobCall) {
 *   await wiki.save('PageCount', `This wiki has ${(await wiki.store.names()).length} pages.`)
 * }
 * ```
 *
 * Of several processes on one data folder one runs it. What was due while no wiki was running is not made up for.
 */
export interface JobPlugin {
  /** When, in cron's spelling and the time zone of the wiki: minute, hour, day, month, weekday. A sixth field in front is seconds. */
  readonly schedule: string
  /** A run that is still going on is not joined by another. */
  execute(job: JobCall): void | Promise<void>
}

/** What a job gets. */
export interface JobCall {
  readonly name: string
  readonly wiki: WikiTools
  /** Aborts when the wiki closes, or at the deadline `deadlines.job`. Hand it on to whatever can take long. */
  readonly signal: AbortSignal
}
