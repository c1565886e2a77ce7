import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({
    wiki: { pluginDirs: [join(import.meta.dirname, '..')], timeZone: 'UTC' },
    pages: { One: 'a', Two: 'b' },
    now: Date.UTC(2026, 0, 15, 12),
  })
})
afterAll(() => host.close())

it('reports how many pages there are', async () => {
  await host.runJob('NAME')
  expect((await host.get('/PageReport?action=raw')).text).toBe('This wiki has 2 pages.\n')
})

it('is due at four in the morning', async () => {
  expect(await host.jobDue('NAME')).toEqual(new Date('2026-01-16T04:00:00Z'))
})
