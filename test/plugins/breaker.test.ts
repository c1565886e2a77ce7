import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

/** Fails as long as it is told to. */
const moody = `let fails = true
globalThis.calmDown = () => { fails = false }
globalThis.moodyCalls = 0
export function execute() {
  globalThis.moodyCalls++
  if (fails) throw new Error('I am moody')
  return 'calm again'
}
`
const world = globalThis as unknown as { calmDown(): void; moodyCalls: number }

async function open(): Promise<void> {
  host = await createTestHost({
    files: { 'plugins/macros/Moody.ts': moody },
    pages: { Page: 'Before <<Moody>> after.\n' },
    wiki: { superuser: ['Ada'] },
    users: { Ada: 'correct horse battery' },
  })
}
const view = async (): Promise<string> => (await host.get('/Page')).text

describe('a plugin that fails again and again', () => {
  it('is off after five faults within ten minutes, with a box in its place, and is tried again after ten', async () => {
    await open()
    for (let i = 0; i < 5; i++) expect(await view()).toContain('could not be shown')
    expect(await view()).toMatch(/Before.*The macro Moody is switched off at the moment\..*after\./s)
    expect(world.moodyCalls).toBe(5)

    host.advance(600)
    expect(await view()).toContain('could not be shown')
    expect(await view()).toContain('is switched off')
    expect(world.moodyCalls).toBe(6)

    world.calmDown()
    host.advance(600)
    expect(await view()).toContain('calm again')
    expect(await view()).toContain('calm again')
  })

  it('is not switched off for faults that lie far apart', async () => {
    await open()
    for (let i = 0; i < 12; i++) {
      expect(await view()).toContain('could not be shown')
      host.advance(200)
    }
    expect(await view()).toContain('could not be shown')
  })

  it('leaves its stack in the log once, and a line with the count each further time', async () => {
    await open()
    for (let i = 0; i < 5; i++) await view()
    const lines = host.log().filter((line) => line['plugin'] === 'macros/Moody')
    expect(lines.filter((line) => JSON.stringify(line).includes('Moody.ts:'))).toHaveLength(1)
    expect(lines.map((line) => line['times'] ?? line['msg'])).toEqual([
      'macro failed',
      2,
      3,
      4,
      5,
      'plugin is off: it failed 5 times within 10 minutes',
    ])
  })
})

describe('what page authors do wrong', () => {
  it('does not count against a macro', async () => {
    host = await createTestHost({
      files: {
        'plugins/macros/Strict.ts':
          "import { WikiError } from 'servus'\nexport function execute(macro, args) {\n  if (args === null) throw new WikiError('bad-macro-argument', 'say what', { expose: true })\n  return 'fine: ' + args\n}\n",
      },
      pages: { Wrong: '<<Strict>>\n', Right: '<<Strict(x)>>\n' },
    })
    for (let i = 0; i < 8; i++) await host.get('/Wrong')
    expect((await host.get('/Right')).text).toContain('fine: x')
  })
})
