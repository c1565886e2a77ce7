import { afterEach, describe, expect, it } from 'vitest'
import type { Readable } from 'node:stream'
import type { SessionService } from 'servus'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

/** Answers nobody knows by cookie, and fails at the end of each request. */
const failing: SessionService = {
  getSession: () => Object.defineProperty({}, 'isNew', { value: true }) as never,
  finalize: () => Promise.reject(new Error('the session store is gone')),
  destroySession: async () => {},
  async *allSessionIds() {},
}

// The plugin runs in this process; this is how it hands its stream to the test.
const opened = new Map<string, Readable>()
Object.assign(globalThis, { servusTestStreams: opened })
const streaming = (before: string): string => `
import { Readable } from 'node:stream'
import { reply } from 'servus'
export async function execute({ name, signal }) {
  ${before}
  const body = new Readable({ read() {} })
  globalThis.servusTestStreams.set(name, body)
  return reply(200, body)
}
`

describe('a stream that an action answers with', () => {
  it('is closed when the session cannot be finished and another answer goes out', async () => {
    host = await createTestHost({
      wiki: { sessionService: failing },
      files: { 'plugins/actions/early.ts': streaming('') },
    })
    expect((await host.browser().get('/?action=early')).status).toBe(500)
    expect(opened.get('early')?.destroyed).toBe(true)
  })

  it('is closed when it comes after the deadline', async () => {
    host = await createTestHost({
      wiki: { deadlines: { macro: 2000, action: 20 } },
      files: {
        'plugins/actions/late.ts': streaming(
          "await new Promise((go) => signal.addEventListener('abort', () => setImmediate(go)))",
        ),
      },
    })
    expect((await host.browser().get('/?action=late')).status).toBeGreaterThanOrEqual(500)
    await new Promise((go) => setImmediate(go))
    expect(opened.get('late')?.destroyed).toBe(true)
  })
})
