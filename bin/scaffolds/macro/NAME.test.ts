import { join } from 'node:path'
import { createTestHost, describeMacro, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

const wiki = { pluginDirs: [join(import.meta.dirname, '..')] }

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki })
})
afterAll(() => host.close())

it('greets whom it is told to', async () => {
  expect(await host.render('<<NAME(Ada, times=2)>>')).toContain('Hello Hello Ada!')
})

it('says what is wrong with a call', async () => {
  expect(await host.render('<<NAME(times=often)>>')).toContain('must be an integer value')
})

// What every macro must stand: odd arguments, other readers, another wiki.
describeMacro('NAME', {
  wiki,
  examples: [
    { args: null, shows: 'Hello world!' },
    { args: '<b>', shows: '&lt;b&gt;' },
  ],
})
