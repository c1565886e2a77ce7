import { createTestHost, type TestBrowser, type TestHost } from 'servus/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NAME } from './NAME.ts'

let host: TestHost
let visitor: TestBrowser
beforeAll(async () => {
  host = await createTestHost({
    wiki: { sessionService: new NAME() },
    pages: { Page: '<<SessionTest>>' },
    users: { Ada: 'correct horse' },
  })
  visitor = host.browser()
})
afterAll(() => host.close())

it('keeps what a macro stores, from one view to the next and through a log-in, under a new id', async () => {
  expect((await visitor.get('/Page')).text).toContain('Not storing any state')
  const [, value] = /Set to value (\d+)/.exec((await visitor.get('/Page')).text) ?? []
  const [before] = visitor.jar.for(new URL(`http://127.0.0.1:${host.port}`))
  await visitor.submit('/Page?action=login', { name: 'Ada', password: 'correct horse' })
  const { text } = await visitor.get('/Page')
  expect(text).toContain(`Loaded value ${value}`)
  expect(text).toContain('action=logout')
  expect(visitor.jar.for(new URL(`http://127.0.0.1:${host.port}`))).not.toContainEqual(before)
})

it('ends with the log-out', async () => {
  const { text } = await visitor.submit('/Page?action=logout', {})
  expect(text).not.toContain('action=logout')
})
