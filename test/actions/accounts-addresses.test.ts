import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'

let host: TestHost
afterEach(() => host.close())

describe('an address that begins with two slashes', () => {
  const addresses = (page: string): string[] =>
    [...page.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, address = '']) => address)

  it('does not send a form on to the host it seems to name', async () => {
    host = await createTestHost()
    const answer = await host
      .browser()
      .post(`http://127.0.0.1:${host.port}//evil.example/x?action=edit`, { savetext: 'mine', ticket: 'old' })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('name="savetext"')
    expect(addresses(answer.text).filter((address) => /^[/\\]{2}/.test(address))).toEqual([])
  })

  it('is not offered to be tried again at that host', async () => {
    const broken = { name: 'broken', loginInputs: [], request: () => Promise.reject(new Error('no')) }
    host = await createTestHost({ wiki: { auth: [broken] } })
    const answer = await host.browser().get(`http://127.0.0.1:${host.port}//evil.example/x`)
    expect(answer.status).toBe(500)
    expect(answer.text).toContain('Try again')
    expect(addresses(answer.text).filter((address) => /^[/\\]{2}/.test(address))).toEqual([])
  })

  it('leads to no other host for the sake of a missing slash', async () => {
    host = await createTestHost({ farm: { wikis: [['team', /^http:\/\/[^/]+\/.*team\//]] } })
    const answer = await host.browser().get(`http://127.0.0.1:${host.port}//evil.example/team`, { follow: false })
    expect(answer.headers.location ?? '').not.toMatch(/^[/\\]{2}/)
  })
})
