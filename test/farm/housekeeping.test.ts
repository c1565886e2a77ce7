import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SessionService } from 'servus'
import type { WikiFarm } from '../../core/farm/farm.ts'
import { keepHouse } from '../../core/farm/housekeeping.ts'

const hour = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 0, 15, 12), toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function service(purge: (now: number) => Promise<number>): SessionService {
  // Housekeeping asks for nothing else.
  return { purge } as unknown as SessionService
}

/** What else is asked of a wiki: it has no jobs, and no page to be searched. */
const quiet = {
  clock: { now: () => Date.now() },
  plugins: { names: async () => [] },
  config: { dataDir: '' },
  search: { warmAfterFirstPage: () => {} },
}

function farmOf(...wikis: readonly (readonly [SessionService, string | null])[]): WikiFarm {
  return {
    wikis: wikis.map(([sessions, purgeSchedule]) => ({ wiki: { parts: { sessions, ...quiet }, config: { purgeSchedule } } })),
  } as unknown as WikiFarm
}

const log = {
  lines: [] as string[],
  info: () => {},
  warn: () => {},
  error: (_: unknown, message: string) => void log.lines.push(message),
}

// Spyce: `clean_store` on a daily schedule; here `purgeSchedule` in cron's spelling.
describe('purgeSchedule', () => {
  it('removes what has expired at four every morning', async () => {
    const times: number[] = []
    const stop = await keepHouse(farmOf([service(async (now) => times.push(new Date(now).getHours())), '0 4 * * *']), log)
    await vi.advanceTimersByTimeAsync(72 * hour)
    await stop()
    expect(times).toEqual([4, 4, 4])
    await vi.advanceTimersByTimeAsync(48 * hour)
    expect(times).toHaveLength(3)
  })

  it('purges a service that several wikis share once, and none whose schedule is null', async () => {
    let [shared, alone] = [0, 0]
    const both = service(async () => ++shared)
    const stop = await keepHouse(farmOf([both, '23 * * * *'], [both, '23 * * * *'], [service(async () => ++alone), null]), log)
    await vi.advanceTimersByTimeAsync(3 * hour)
    await stop()
    expect([shared, alone]).toEqual([3, 0])
  })

  it('goes on after a purge that failed, and waits for one that still runs', async () => {
    let calls = 0
    const slow = service(async () => {
      if (++calls === 1) throw new Error('store down')
      await new Promise((resolve) => setTimeout(resolve, 2.5 * hour))
      return 0
    })
    const stop = await keepHouse(farmOf([slow, '0 * * * *']), log)
    await vi.advanceTimersByTimeAsync(4.25 * hour)
    await stop()
    expect(calls).toBe(2)
    expect(log.lines).toContain('sessions could not be purged')
  })

  it('stops the start when it is no schedule', async () => {
    await expect(keepHouse(farmOf([service(async () => 0), 'every day']), log)).rejects.toThrow(
      /purgeSchedule: "every day" is no schedule/,
    )
  })
})
