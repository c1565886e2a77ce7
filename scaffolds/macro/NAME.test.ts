import { join } from 'node:path'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ wiki: { pluginDirs: [join(import.meta.dirname, '..')] } })
})
afterAll(() => host.close())

it('greets whom it is told to', async () => {
  expect(await host.render('<<NAME>>')).toContain('Hello world!')
  expect(await host.render('<<NAME(Ada, times=2)>>')).toContain('Hello Hello Ada!')
})

it('says what is wrong with a call', async () => {
  expect(await host.render('<<NAME(times=often)>>')).toContain('must be an integer value')
})

it('escapes what pages give it', async () => {
  expect(await host.render('<<NAME(<b>)>>')).toContain('&lt;b&gt;')
})
