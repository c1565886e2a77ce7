import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost, type TestHostOptions } from 'servus/testing'
import { runServus, serveWiki } from '../../core/testing/run-servus.ts'
import { Jobs } from '../../core/wiki/jobs.ts'

const pageCount = `export const schedule = '0 4 * * *'
export async function execute({ wiki }) {
  await wiki.save('PageCount', 'There are ' + (await wiki.store.names({ underlay: false })).length + ' pages.')
}`

describe('a job', () => {
  let host: TestHost
  let jobs: Jobs

  afterEach(async () => {
    await jobs.close()
    await host.close()
  })

  /** Noon in January, unless the options say otherwise. */
  async function open(files: Readonly<Record<string, string>>, options: TestHostOptions = {}): Promise<void> {
    host = await createTestHost({
      ...options,
      files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`plugins/jobs/${name}.js`, text])),
    })
    jobs = new Jobs(host.wiki.parts)
  }

  /** Looks every minute, as a running wiki does. */
  async function minutes(count: number, all: readonly Jobs[] = [jobs]): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      host.advance(60)
      await Promise.all(all.map((each) => each.runDue()))
    }
  }

  const runs = (name: string) => host.log().filter(({ plugin, msg }) => plugin === `jobs/${name}` && msg === 'job done').length
  const counter = (schedule: string): string => `export const schedule = '${schedule}'\nexport function execute() {}`

  it('runs when it is due, in the time zone of the wiki, and readers see what it saved', async () => {
    await open({ count: pageCount }, { wiki: { timeZone: 'Asia/Tokyo' }, now: Date.UTC(2026, 0, 15, 18, 58) })
    await minutes(1)
    expect((await host.browser().get('/PageCount')).status).toBe(404)
    // Four in the morning in Tokyo.
    await minutes(1)
    expect((await host.browser().get('/PageCount')).text).toContain('There are 0 pages.')
    await minutes(3)
    expect(runs('count')).toBe(1)
  })

  it('runs in one process only, and at each time anew', async () => {
    await open({ often: counter('*/2 * * * *') })
    await minutes(20, [jobs, new Jobs(host.wiki.parts), new Jobs(host.wiki.parts)])
    expect(runs('often')).toBe(10)
    const files = await readdir(join(host.dataDir, 'servus', 'jobs', 'often'))
    expect(files.filter((file) => file.startsWith('due-')).length).toBeLessThan(8)
    expect(files).not.toContain('running')
  })

  it('does not make up for the times when no wiki was running', async () => {
    await open({ often: counter('*/10 * * * *') })
    host.advance(3 * 3600 + 300)
    await jobs.runDue()
    expect(runs('often')).toBe(0)
    await minutes(5)
    expect(runs('often')).toBe(1)
  })

  it('is not joined by another run of itself', async () => {
    await open({
      slow: `export const schedule = '* * * * *'\nexport const execute = ({ signal }) => new Promise((_, no) => signal.onabort = () => no(signal.reason))`,
    })
    host.advance(60)
    const first = jobs.runDue()
    await expect.poll(() => readdir(join(host.dataDir, 'servus/jobs/slow')).catch(() => [])).toContain('running')
    expect(await jobs.run('slow')).toBe('running')
    await jobs.close()
    await first
    expect((await jobs.list())[0]?.last).toMatchObject({ error: 'The wiki closes.' })
  })

  it('that throws or takes too long is named in the log, and runs again', async () => {
    await open(
      {
        broken: `export const schedule = '* * * * *'\nexport function execute() { throw new Error('no network') }`,
        endless: `export const schedule = '* * * * *'\nexport const execute = () => new Promise(() => {})`,
      },
      { wiki: { deadlines: { job: 10 } } },
    )
    await minutes(2)
    const failed = host.log().filter(({ msg }) => msg === 'job failed')
    expect(failed).toEqual([
      expect.objectContaining({ plugin: 'jobs/broken', err: expect.objectContaining({ message: 'no network' }) }),
      expect.objectContaining({ plugin: 'jobs/endless', err: expect.objectContaining({ code: 'job-too-slow' }) }),
    ])
    const { health } = host.wiki.parts.plugins
    expect(['broken', 'endless'].map((name) => health.record('jobs', name).faultCount)).toEqual([2, 2])
  })

  it('whose process died holds up nobody', async () => {
    await open({ often: counter('* * * * *') })
    const folder = join(host.dataDir, 'servus', 'jobs', 'often')
    await mkdir(folder, { recursive: true })
    const started = Date.UTC(2026, 0, 15, 12)
    await writeFile(join(folder, 'running'), JSON.stringify({ started, pid: 1, host: 'another-machine' }))
    await minutes(1)
    expect(runs('often')).toBe(0)
    await minutes(11)
    expect(runs('often')).toBeGreaterThan(0)
  })

  it('with a schedule that is none is named, and the others run', async () => {
    await open({ never: counter('every day'), often: counter('* * * * *'), broken: 'export const' })
    await minutes(1)
    expect(runs('often')).toBe(1)
    expect((await jobs.list()).map(({ name, problem }) => [name, problem?.replace(/\(.*\)/, '(…)') ?? null])).toEqual([
      ['broken', expect.any(String)],
      [
        'never',
        `The job never has no schedule: "every day" cannot be understood (…). Write '0 4 * * *' for four in the morning.`,
      ],
      ['often', null],
    ])
  })
})

describe('servus jobs', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'servus-jobs-'))
    await mkdir(join(folder, 'config'))
    await mkdir(join(folder, 'data', 'plugins', 'jobs'), { recursive: true })
    await writeFile(join(folder, 'config', 'wikiconfig.mjs'), `export default { timeZone: 'Europe/Vienna' }`)
    await writeFile(join(folder, 'data', 'plugins', 'jobs', 'count.mjs'), pageCount)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const at = () => ['--config', join(folder, 'config'), '--data', join(folder, 'data')]
  const job = (name: string, text: string) => writeFile(join(folder, 'data', 'plugins', 'jobs', `${name}.mjs`), text)

  it('lists when each is due, runs one now, and tells how that went', async () => {
    const before = runServus(['jobs', ...at()])
    expect(await before.exit).toBe(0)
    expect(before.out()).toMatch(
      /^count\t0 4 \* \* \*\tnext \d{4}-\d\d-\d\d 04:00:00\tnever run\nTimes are those of Europe\/Vienna/,
    )
    const now = runServus(['jobs', 'run', 'count', ...at()])
    expect([await now.exit, now.said()]).toEqual([0, ''])
    expect(now.out()).toMatch(/^count is done, after \d+ ms\.\n$/)
    expect(JSON.parse(await readFile(join(folder, 'data', 'servus', 'jobs', 'count', 'last'), 'utf8'))).toMatchObject({
      error: null,
    })
  })

  it('says which there are when there is none of that name', async () => {
    const running = runServus(['jobs', 'run', 'cuont', ...at()])
    expect([await running.exit, running.said()]).toEqual([1, 'There is no job named cuont; there are count.\n'])
  })

  it('is not needed for them: a wiki that is served runs them, and ends them when it stops', async () => {
    await job('tick', `export const schedule = '* * * * * *'\nexport const execute = ({ wiki }) => wiki.save('Tick', 'tock')`)
    const wiki = await serveWiki(at())
    while (!wiki.out().includes('job done')) await once(wiki.process.stdout as NodeJS.EventEmitter, 'data')
    expect(await (await fetch(`http://127.0.0.1:${wiki.port}/Tick`)).text()).toContain('tock')
    expect(await wiki.stop()).toBe(0)
  })
})
