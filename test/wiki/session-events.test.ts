import { afterEach, describe, expect, it } from 'vitest'
import type { SessionEvent } from 'servus'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const password = 'a long password'

// Session events: one structured log line each, with the public key never the id, and for plugins.
describe('what happens to sessions', () => {
  it('is one line each in the log, without the id that lets somebody in', async () => {
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12] },
      users: { Ada: password },
      pages: { Garden: '<<SessionTest>>\n' },
    })
    const ada = host.browser()
    for (let i = 0; i < 3; i++) await ada.get('/Garden')
    const cookie = ada.jar.header(new URL('http://127.0.0.1/')).split('=')[1] ?? 'none'
    await ada.submit('/Garden?action=login', { name: 'Ada', password })
    const later = ada.jar.header(new URL('http://127.0.0.1/')).split('=')[1] ?? 'none'
    await ada.submit('/Garden?action=logout', {})
    const name = ada.jar.header(new URL('http://127.0.0.1/')).split('=')[0] || (host.log().length > 0 ? 'x' : '')
    await host.browser().get('/Garden', { headers: { cookie: `${name}=made-up` } })
    const lines = host.log().filter(({ msg }) => msg === 'session')
    expect(lines.map(({ session }) => session)).toEqual(expect.arrayContaining(['create', 'renew', 'destroy']))
    for (const line of lines)
      expect(Object.keys(line)).toEqual(expect.arrayContaining(['key', 'user', 'realm', 'request', 'reason']))
    const written = JSON.stringify(host.log())
    for (const value of [cookie, later]) {
      expect(written).not.toContain(value)
      expect(written).not.toContain(value.split('.')[1])
    }
  })

  it('reaches whoever the configuration names, page views included', async () => {
    const events: SessionEvent[] = []
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12], onSessionEvent: (event) => events.push(event) },
      users: { Ada: password },
      pages: { Garden: 'A garden.\n' },
    })
    const ada = await host.signedIn('Ada', password)
    await ada.get('/Garden')
    host.advance(3000)
    await ada.get('/Garden')
    await ada.submit('/Garden?action=logout', {})
    const names = new Set(events.map(({ event }) => event))
    for (const name of ['create', 'load', 'save', 'touch', 'destroy'] as const) expect(names).toContain(name)
    expect(events.find(({ event }) => event === 'load')?.key).not.toBe('')
  })

  it('harms no visitor when the listener throws', async () => {
    host = await createTestHost({
      wiki: {
        onSessionEvent: () => {
          throw new Error('broken')
        },
      },
      users: { Ada: password },
    })
    expect((await (await host.signedIn('Ada', password)).get('/HelpContents')).status).toBe(200)
  })
})
