import { afterEach, describe, expect, it } from 'vitest'
import { purgeToken } from '../../core/wiki/purge-sessions.ts'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const password = 'a long password'

async function withOldSessions() {
  host = await createTestHost({ wiki: { superuser: ['Ada'], cookieLifetime: [1, 12] }, users: { Ada: password, Bob: password } })
  for (let i = 0; i < 3; i++) await host.signedIn('Bob', password)
  host.advance(13 * 3600)
}

describe('/sessions/purge_old_sessions', () => {
  it('removes expired sessions for a cron that brings the token of the wiki', async () => {
    await withOldSessions()
    const cron = host.browser()
    expect((await cron.get('/sessions/purge_old_sessions')).status).toBe(403)
    expect((await cron.get('/sessions/purge_old_sessions?token=guess')).status).toBe(403)
    const token = purgeToken(host.wiki.parts.secrets, 'wiki')
    expect((await cron.get(`/sessions/purge_old_sessions?token=${token}`)).text).toBe('3 expired sessions were removed.\n')
    expect((await cron.get('/sessions/purge_old_sessions', { headers: { authorization: `Bearer ${token}` } })).text).toBe(
      '0 expired sessions were removed.\n',
    )
  })

  it('removes them for a superuser who says so in a form', async () => {
    await withOldSessions()
    expect((await (await host.signedIn('Bob', password)).get('/sessions/purge_old_sessions')).status).toBe(403)
    const ada = await host.signedIn('Ada', password)
    expect((await ada.submit('/sessions/purge_old_sessions', { doit: '1' })).text).toContain('3 expired sessions were removed.')
  })
})
