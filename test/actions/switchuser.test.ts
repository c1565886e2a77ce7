import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { setDisabled } from '../../core/users/account-changes.ts'

let host: TestHost
afterEach(() => host.close())

const password = 'a long password'

async function open(): Promise<void> {
  host = await createTestHost({
    wiki: { cookieLifetime: [1, 12] },
    users: { Ada: password, Bob: password },
    pages: { Garden: 'A garden.\n', BobsDiary: '#acl Bob:read\nsecret of Bob\n' },
  })
  await host.wiki.parts.superusers.add('Ada')
}

// MoinMoin: switch user by a superuser (setuid).
describe('looking as another user', () => {
  it('shows the wiki as that user sees it, says who is behind, and returns to the superuser by logging out', async () => {
    await open()
    const ada = await host.signedIn('Ada', password)
    expect((await ada.get('/BobsDiary')).status).toBe(403)
    const switched = await ada.submit('/Garden?action=switchuser', { name: 'Bob' })
    expect(switched.url.pathname).toBe('/Garden')
    expect(switched.text).toContain('seen by Ada')
    expect(switched.text).toContain('Back to Ada')
    expect((await ada.get('/BobsDiary')).text).toContain('secret of Bob')
    expect((await ada.get('/Garden?action=logout')).text).toContain('Stop looking at the wiki as Bob?')
    await ada.submit('/Garden?action=logout', { doit: '1' })
    const back = (await ada.get('/Garden')).text
    expect(back).not.toContain('seen by')
    expect(back).toContain('<span class="user-name">Ada</span>')
    expect((await ada.get('/BobsDiary')).status).toBe(403)
  })

  it('keeps what the superuser had in the session, and gives it a new id', async () => {
    await open()
    const ada = await host.signedIn('Ada', password)
    await ada.get('/HelpContents')
    const before = ada.jar.header(new URL('http://127.0.0.1/'))
    await ada.submit('/Garden?action=switchuser', { name: 'Bob' })
    expect(ada.jar.header(new URL('http://127.0.0.1/'))).not.toBe(before)
    expect((await ada.get('/Garden')).text).toContain('HelpContents</a></li>')
  })

  it('works for disabled accounts, and makes none of unknown names', async () => {
    await open()
    const { users } = host.wiki.parts
    await setDisabled(users, (await users.byName('Bob'))?.id ?? '', true)
    const ada = await host.signedIn('Ada', password)
    const unknown = await ada.submit('/Garden?action=switchuser', { name: 'Nobody' })
    expect([unknown.status, unknown.text.includes('There is no account named Nobody.')]).toEqual([400, true])
    expect(await users.byName('Nobody')).toBeNull()
    expect((await ada.submit('/Garden?action=switchuser', { name: 'Bob' })).text).toContain('seen by Ada')
  })

  it('is for superusers, by a form with a ticket', async () => {
    await open()
    const bob = await host.signedIn('Bob', password)
    expect((await bob.get('/Garden?action=switchuser')).status).toBe(403)
    expect((await bob.get('/Garden')).text).not.toContain('action=switchuser')
    const ada = await host.signedIn('Ada', password)
    expect((await ada.get('/Garden')).text).toContain('action=switchuser')
    expect((await ada.post('/Garden?action=switchuser', { name: 'Bob' })).status).toBe(403)
    expect((await ada.get('/Garden?action=switchuser&name=Bob')).text).not.toContain('seen by')
  })

  it('ends at once for somebody who is no superuser any more', async () => {
    await open()
    const ada = await host.signedIn('Ada', password)
    await ada.submit('/Garden?action=switchuser', { name: 'Bob' })
    await rm(join(host.dataDir, 'servus', 'superusers'))
    const page = (await ada.get('/Garden')).text
    expect(page).toContain('<span class="user-name">Ada</span>')
    await host.wiki.parts.superusers.add('Ada')
    expect((await ada.get('/Garden')).text).not.toContain('seen by')
  })

  it('leaves the session the superuser’s when something of the other account is changed', async () => {
    await open()
    const ada = await host.signedIn('Ada', password)
    await ada.submit('/Garden?action=switchuser', { name: 'Bob' })
    await ada.submit('/Garden?action=userprefs', { aliasname: 'Robert' })
    expect((await ada.get('/Garden')).text).toContain('seen by Ada')
    expect((await host.wiki.parts.users.byName('Bob'))?.aliasName).toBe('Robert')
  })

  it('is told in the log', async () => {
    await open()
    const ada = await host.signedIn('Ada', password)
    await ada.submit('/Garden?action=switchuser', { name: 'Bob' })
    await ada.submit('/Garden?action=logout', { doit: '1' })
    expect(host.log().filter(({ event }) => event === 'userSwitched' || event === 'userSwitchedBack')).toMatchObject([
      { name: 'Ada', toName: 'Bob' },
      { name: 'Ada', fromName: 'Bob' },
    ])
  })
})
