import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

describe('a stranger who asks too much', () => {
  it('is refused what costs for a while, and can go on reading', async () => {
    host = await createTestHost({
      wiki: { trustedProxies: ['127.0.0.1'], surgeActionLimits: { default: [5, 60], fullsearch: [3, 60] }, surgeLockoutTime: 90 },
      users: { Ada: 'correct horse battery' },
    })
    const search = (address: string) => host.get('/FindPage?action=fullsearch&value=wiki', from(address))
    for (let i = 0; i < 3; i++) expect((await search('192.0.2.1')).status).toBe(200)
    const refused = await search('192.0.2.1')
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '90'])
    expect(refused.text).toContain('Please wait a little')
    expect((await host.get('/FrontPage?action=raw', from('192.0.2.1'))).status).toBe(429)

    // Others, pages, this very machine, and people who are known.
    expect((await search('192.0.2.2')).status).toBe(200)
    expect((await host.get('/FrontPage', from('192.0.2.1'))).status).toBe(200)
    for (let i = 0; i < 6; i++) expect((await host.get('/FindPage?action=fullsearch&value=x')).status).toBe(200)
    const ada = await host.signedIn('Ada', 'correct horse battery')
    expect((await ada.get('/FindPage?action=fullsearch&value=wiki', from('192.0.2.1'))).status).toBe(200)

    host.advance(91)
    expect((await search('192.0.2.1')).status).toBe(200)
  })

  it('is counted by the network of 64 bits that an IPv6 visitor commands', async () => {
    host = await createTestHost({ wiki: { trustedProxies: ['127.0.0.1'], surgeActionLimits: { raw: [2, 60] } } })
    const raw = async (address: string) => (await host.get('/FrontPage?action=raw', from(address))).status
    expect([await raw('2001:db8::1'), await raw('2001:db8::2'), await raw('2001:db8::3')]).toEqual([200, 200, 429])
    expect(await raw('2001:db8:0:1::1')).toBe(200)
  })

  it('is not held up where the wiki wants no limits', async () => {
    host = await createTestHost({ wiki: { trustedProxies: ['127.0.0.1'], surgeActionLimits: null } })
    for (let i = 0; i < 70; i++) expect((await host.get('/FrontPage?action=raw', from('192.0.2.1'))).status).toBe(200)
  })
})

describe('forms that are being sent', () => {
  it('may hold so much memory and no more: beyond it 503, while small ones go on', async () => {
    host = await createTestHost({ mostInFlight: 300_000 })
    // Promises 250 kB and keeps the wiki waiting for them.
    const slow = request({
      host: '127.0.0.1',
      port: host.port,
      method: 'POST',
      path: '/Page?action=edit',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 250_000 },
    })
    slow.on('error', () => {})
    slow.write('savetext=')
    const big = () => host.browser().post('/Page?action=edit', { savetext: 'x'.repeat(150_000) })
    let refused = await big()
    // The slow one may still be on its way.
    for (let i = 0; i < 50 && refused.status !== 503; i++) refused = await big()
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5'])
    expect((await host.browser().post('/Page?action=edit', { savetext: 'short' })).status).not.toBe(503)
    slow.destroy()
    let after = await big()
    for (let i = 0; i < 50 && after.status === 503; i++) after = await big()
    expect(after.status).not.toBe(503)
  })
})
