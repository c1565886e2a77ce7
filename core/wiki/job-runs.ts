import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createFileAtomic, writeFileAtomic } from '../base/atomic-file.ts'

/** How a run of a job ended. Times are milliseconds since 1970. */
export interface FinishedRun {
  readonly started: number
  readonly ended: number
  /** null when all went well. */
  readonly error: string | null
}

/** Claims are kept this long, so that a process whose clock is behind finds what another has taken. Milliseconds. */
const claimsKept = 600_000

/**
 * What the processes of one wiki tell each other about its jobs, `<dataDir>/servus/jobs/NAME/`: a file `due-…` for each time that
 * somebody has taken on, made by exclusive creation; `running` while it runs; `last` afterwards.
 */
export class JobRuns {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'servus', 'jobs')
  }

  /** True for exactly one of those who ask for this time, in whatever process. */
  async claim(job: string, due: Date): Promise<boolean> {
    const folder = await this.#folderOf(job)
    if (!(await createFileAtomic(join(folder, claimName(due)), whoRuns(due.getTime()), { durable: false }))) return false
    const old = claimName(new Date(due.getTime() - claimsKept))
    for (const file of await readdir(folder))
      if (file.startsWith('due-') && file < old) await rm(join(folder, file), { force: true })
    return true
  }

  /**
   * Begins a run unless one is going on; answers what ends it. A process that died, or began longer ago than
   * `longest`, runs nothing any more.
   */
  async begin(job: string, now: number, longest: number): Promise<((run: FinishedRun) => Promise<void>) | null> {
    const folder = await this.#folderOf(job)
    const running = join(folder, 'running')
    while (!(await createFileAtomic(running, whoRuns(now), { durable: false }))) {
      const other = await readJson<Runner>(running)
      if (other === null) continue
      if (now - other.started <= longest && !isDead(other)) return null
      const dead = `${running}.${randomBytes(6).toString('hex')}`
      await rename(running, dead).catch(() => undefined)
      await rm(dead, { force: true })
    }
    return async (run) => {
      await writeFileAtomic(join(folder, 'last'), JSON.stringify(run), { durable: false })
      await rm(running, { force: true })
    }
  }

  last(job: string): Promise<FinishedRun | null> {
    return readJson<FinishedRun>(join(this.#folder, job, 'last'))
  }

  async #folderOf(job: string): Promise<string> {
    const folder = join(this.#folder, job)
    await mkdir(folder, { recursive: true })
    return folder
  }
}

/** Sorts by time, and is a file name everywhere. */
const claimName = (due: Date): string => `due-${due.toISOString().replace(/[-:]|\.\d+/g, '')}`

interface Runner {
  readonly started: number
  readonly pid: number
  readonly host: string
}

function whoRuns(started: number): string {
  return JSON.stringify({ started, pid: process.pid, host: hostname() } satisfies Runner)
}

/** Of another machine's process nobody here can tell. */
function isDead({ pid, host }: Runner): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    // Written by this class alone.
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return null
  }
}
