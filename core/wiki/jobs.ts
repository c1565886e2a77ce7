import type { JobPlugin } from '../api/job.ts'
import { badSchedule, jobTooSlow, wikiCloses } from '../api/errors.ts'
import { within } from '../base/within.ts'
import { type FinishedRun, JobRuns } from './job-runs.ts'
import type { WikiParts } from './wiki-parts.ts'

/** A job as `servus jobs` shows it. */
export interface JobFacts {
  readonly name: string
  readonly file: string
  /** '' when the file cannot be loaded. */
  readonly schedule: string
  /** null: never, or there is a problem. */
  readonly next: Date | null
  readonly last: FinishedRun | null
  /** Why it will not run; null when it will. */
  readonly problem: string | null
}

type JobParts = Pick<WikiParts, 'config' | 'plugins' | 'tools' | 'clock' | 'log'>

interface Job {
  readonly name: string
  readonly file: string
  readonly plugin: JobPlugin
  next(after: Date): Date | null
}

/** What is due and was missed by more than this many milliseconds, in a machine that slept for one, is not made up for. */
const grace = 60_000
/** Clocks jump and machines sleep: the time is looked at this often, in milliseconds. */
const longestNap = 60_000
/** Milliseconds that a closing wiki waits for a job that was told to end. */
const longestFarewell = 2000

/** The jobs of one wiki: when they are due, and their runs. */
export class Jobs {
  readonly #parts: JobParts
  readonly #runs: JobRuns
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<unknown>>()
  #looked: number
  #timer: NodeJS.Timeout | undefined

  constructor(parts: JobParts) {
    this.#parts = parts
    this.#runs = new JobRuns(parts.config.dataDir)
    this.#looked = parts.clock.now()
  }

  /** From now on jobs run when they are due. Those that never can are named in the log. A wiki without jobs sets no timer. */
  async start(): Promise<void> {
    const jobs = await this.#load((name, _, error) => {
      this.#parts.plugins.health.fault('jobs', name, error, { message: 'job cannot be run' })
    })
    if (jobs.length === 0 || this.#closing.signal.aborted) return
    const nap = (): void => {
      const now = this.#parts.clock.now()
      const next = Math.min(...jobs.map((job) => job.next(new Date(now))?.getTime() ?? Number.POSITIVE_INFINITY))
      this.#timer = setTimeout(
        () => {
          void this.#runDue(jobs)
          nap()
        },
        Math.min(longestNap, Math.max(next - now, 0)),
      )
      this.#timer.unref()
    }
    nap()
  }

  /** Runs what has become due since the last look, and waits for it. */
  async runDue(): Promise<void> {
    await this.#runDue(await this.#load(() => {}))
  }

  /** Runs a job now, due or not. null: there is no job of this name; 'running': it runs already, maybe elsewhere. */
  async run(name: string): Promise<FinishedRun | 'running' | null> {
    const loaded = await this.#parts.plugins.load('jobs', name)
    if (loaded === null) return null
    if ('error' in loaded) throw loaded.error
    return this.#track(this.#execute({ name, ...loaded }))
  }

  async list(): Promise<readonly JobFacts[]> {
    const problems = new Map<string, { file: string; problem: string }>()
    const jobs = await this.#load((name, file, error) => problems.set(name, { file, problem: error.message }))
    const now = new Date(this.#parts.clock.now())
    const facts = jobs.map(async (job) => ({
      name: job.name,
      file: job.file,
      schedule: job.plugin.schedule,
      next: job.next(now),
      last: await this.#runs.last(job.name),
      problem: null,
    }))
    const broken = [...problems].map(([name, problem]) => ({ name, schedule: '', next: null, last: null, ...problem }))
    return [...(await Promise.all(facts)), ...broken].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Tells running jobs to end, and waits a little for them. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closing.abort(wikiCloses())
    await within(longestFarewell, Promise.allSettled(this.#running), wikiCloses).catch(() => {})
  }

  async #runDue(jobs: readonly Job[]): Promise<void> {
    const now = this.#parts.clock.now()
    const since = new Date(Math.max(this.#looked, now - grace))
    this.#looked = now
    await Promise.all(
      jobs.map(async (job) => {
        const due = latest(job, since, now)
        const isOff = this.#parts.plugins.health.offBecause('jobs', job.name) !== null
        if (due === null || isOff || this.#closing.signal.aborted) return
        const run = this.#runs.claim(job.name, due).then((mine) => (mine ? this.#execute(job) : null))
        await this.#track(run).catch((error: unknown) => this.#fault(job.name, error, 'job could not be begun'))
      }),
    )
  }

  async #execute(job: Omit<Job, 'next'>): Promise<FinishedRun | 'running'> {
    const { config, clock, tools: wiki, log, plugins } = this.#parts
    const limit = config.deadlines.job
    const started = clock.now()
    const end = await this.#runs.begin(job.name, started, limit + grace)
    if (end === null) {
      log.warn({ wiki: config.siteId, plugin: `jobs/${job.name}` }, 'job is due and still runs')
      return 'running'
    }
    const stop = new AbortController()
    const closes = (): void => stop.abort(this.#closing.signal.reason)
    this.#closing.signal.addEventListener('abort', closes, { once: true })
    let error: unknown = null
    try {
      const work = plugins.health.run('jobs', job.name, async () =>
        job.plugin.execute({ name: job.name, wiki, signal: stop.signal }),
      )
      await within(limit, work, () => {
        const late = jobTooSlow(job.name, limit)
        stop.abort(late)
        return late
      })
    } catch (thrown) {
      error = thrown ?? new Error('nothing was thrown as an error')
      // Whoever is told to end has not failed.
      if (this.#closing.signal.aborted) log.warn({ wiki: config.siteId, plugin: `jobs/${job.name}` }, 'job was ended')
      else this.#fault(job.name, error, 'job failed')
    } finally {
      this.#closing.signal.removeEventListener('abort', closes)
    }
    const ended = clock.now()
    const run = { started, ended, error: error === null ? null : error instanceof Error ? error.message : String(error) }
    if (error === null) log.info({ wiki: config.siteId, plugin: `jobs/${job.name}`, ms: ended - started }, 'job done')
    await end(run)
    return run
  }

  #fault(name: string, error: unknown, message: string): void {
    this.#parts.plugins.health.fault('jobs', name, error, { message })
  }

  async #track<T>(run: Promise<T>): Promise<T> {
    this.#running.add(run)
    try {
      return await run
    } finally {
      this.#running.delete(run)
    }
  }

  async #load(problem: (name: string, file: string, error: Error) => void): Promise<readonly Job[]> {
    const { plugins, config } = this.#parts
    const jobs: Job[] = []
    const names = await plugins.names('jobs')
    if (names.length === 0) return jobs
    // The calendar is loaded for those who need one.
    const { Cron } = await import('croner')
    for (const name of names) {
      const loaded = await plugins.load('jobs', name)
      if (loaded === null) continue
      if ('error' in loaded) {
        problem(name, loaded.file, loaded.error)
        continue
      }
      const { schedule } = loaded.plugin
      try {
        const times = new Cron(schedule, { paused: true, timezone: config.timeZone })
        jobs.push({ name, ...loaded, next: (after) => times.nextRun(after) })
      } catch (error) {
        problem(name, loaded.file, badSchedule(name, schedule, error))
      }
    }
    return jobs
  }
}

/** The last time within the span at which the job is due; null when there is none. */
function latest(job: Job, since: Date, now: number): Date | null {
  let found: Date | null = null
  for (let due = job.next(since); due !== null && due.getTime() <= now; due = job.next(due)) found = due
  return found
}
