import type { WikiTools } from './wiki-tools.ts'

/** A scheduled job is a file `plugins/jobs/NAME.ts` that exports this; the wiki calls it when its time has come, in one process only. */
export interface JobPlugin {
  /** When, in cron's spelling and the wiki's time zone: `'0 4 * * *'` for four in the morning. */
  readonly schedule: string
  /** A run that is still going on is not joined by another. */
  execute(job: JobCall): void | Promise<void>
}

/** What a job gets. */
export interface JobCall {
  readonly name: string
  readonly wiki: WikiTools
  /** Aborts when the wiki closes, or at the deadline `deadlines.job`. */
  readonly signal: AbortSignal
}
