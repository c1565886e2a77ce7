import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

const hosts: TestHost[] = []
afterEach(async () => {
  for (const host of hosts.splice(0).reverse()) await host.close()
})

const password = 'a long password'
const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0' }

async function open(options: Parameters<typeof createTestHost>[0] = {}): Promise<TestHost> {
  const host = await createTestHost({
    users: { Ada: password, Bob: password },
    pages: { Garden: 'A garden.\n' },
    ...options,
    wiki: { superuser: ['Ada'], ...options.wiki },
  })
  hosts.push(host)
  return host
}

const isSignedIn = (page: string): boolean => page.includes('action=logout')
const listed = (page: string): number => [...page.matchAll(/name="end"/g)].length

// People: an account page "Where you are signed in".
describe('the list of sessions', () => {
  it('names each browser in words and marks this one', async () => {
    const host = await open()
    const phone = host.browser()
    await phone.submit('/?action=login', { name: 'Bob', password }, { headers: firefox })
    host.advance(60)
    const bob = await host.signedIn('Bob', password)
    const page = (await bob.get('/Garden?action=sessions')).text
    expect(page).toContain('Where you are signed in')
    expect(page).toContain('Firefox')
    expect(listed(page)).toBe(2)
    expect(page.match(/aria-current="true"/g)).toHaveLength(1)
    expect((await bob.get('/Garden')).text).toContain('/Garden?action=sessions')
  })

  it('says what a program is that was lent a token, and all in the language of who reads', async () => {
    const host = await open()
    const { browser } = host
    const token = (agent?: string) =>
      browser().send('/+api/getAuthToken', {
        method: 'POST',
        body: JSON.stringify({ username: 'Bob', password }),
        headers: { 'content-type': 'application/json', ...(agent === undefined ? {} : { 'user-agent': agent }) },
      })
    await token('Python-xmlrpc/3.11')
    await token(firefox['user-agent'])
    await token()
    const mac = { 'user-agent': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0' }
    await browser().submit('/?action=login', { name: 'Bob', password }, { headers: mac })
    const bob = await host.signedIn('Bob', password)
    const devices = async (language: string) => {
      const { text } = await bob.get('/?action=sessions', { headers: { 'accept-language': language } })
      return [...text.matchAll(/class="session-device">([^<]*?) ?</g)].map(([, device]) => device).sort()
    }
    expect(await devices('en')).toEqual([
      'A program (API)',
      'A program (API)',
      'A program (Python-xmlrpc)',
      'Firefox on a Mac',
      'Unknown browser',
    ])
    expect(await devices('de')).toEqual([
      'Ein Programm (API)',
      'Ein Programm (API)',
      'Ein Programm (Python-xmlrpc)',
      'Firefox auf einem Mac',
      'Unbekannter Browser',
    ])
  })

  it('ends one', async () => {
    const host = await open()
    const [phone, bob] = [await host.signedIn('Bob', password), await host.signedIn('Bob', password)]
    const page = (await bob.get('/Garden?action=sessions')).text
    const entries = page.slice(page.indexOf('class="session-list"')).split('<li')
    const [, other = ''] = /name="end" value="([^"]+)"/.exec(entries.find((entry) => entry.startsWith('>')) ?? '') ?? []
    const answer = await bob.submit('/Garden?action=sessions', { end: other })
    expect(answer.text).toContain('That browser is signed out.')
    expect(isSignedIn((await phone.get('/Garden')).text)).toBe(false)
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(true)
  })

  it('offers to end the others where there are some, and where nobody can know', async () => {
    const host = await open()
    const bob = await host.signedIn('Bob', password)
    const offers = async () => (await bob.get('/Garden?action=sessions')).text.includes('name="others"')
    expect(await offers()).toBe(false)
    await host.signedIn('Bob', password)
    expect(await offers()).toBe(true)
    const ada = await host.signedIn('Ada', password)
    expect((await ada.get('/Garden?action=sessions&user=Bob')).text).toContain('name="others"')
    const cookies = await open({ wiki: { sessionStore: 'cookie' } })
    const unlisted = (await (await cookies.signedIn('Bob', password)).get('/Garden?action=sessions')).text
    expect(unlisted).toContain('name="others"')
  })

  it('ends all others, and none without a ticket', async () => {
    const host = await open()
    const others = [await host.signedIn('Bob', password), await host.signedIn('Bob', password)]
    const bob = await host.signedIn('Bob', password)
    expect((await bob.post('/Garden?action=sessions', { others: '1' })).status).toBe(403)
    expect(isSignedIn((await others[0]!.get('/Garden')).text)).toBe(true)
    expect((await bob.submit('/Garden?action=sessions', { others: '1' })).text).toContain('Signed out everywhere else (2).')
    for (const other of others) expect(isSignedIn((await other.get('/Garden')).text)).toBe(false)
    expect(listed((await bob.get('/Garden?action=sessions')).text)).toBe(1)
  })

  it('signs this browser out when it ends itself', async () => {
    const host = await open()
    const bob = await host.signedIn('Bob', password)
    const [, own = ''] = /name="end" value="([^"]+)"/.exec((await bob.get('/Garden?action=sessions')).text) ?? []
    const answer = await bob.submit('/Garden?action=sessions', { end: own }, { follow: false })
    expect([answer.status, answer.setCookies.some((line) => /Max-Age=0\b/.test(line))]).toEqual([303, true])
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(false)
  })

  it('is for visitors who are signed in', async () => {
    const host = await open()
    expect((await host.browser().get('/Garden?action=sessions')).status).toBe(403)
  })

  it('ends what it cannot list: sessions that live in cookies', async () => {
    const host = await open({ wiki: { sessionStore: 'cookie' } })
    const [phone, bob] = [await host.signedIn('Bob', password), await host.signedIn('Bob', password)]
    expect((await bob.get('/Garden?action=sessions')).text).toContain('cannot list them')
    await bob.submit('/Garden?action=sessions', { others: '1' })
    expect(isSignedIn((await phone.get('/Garden')).text)).toBe(false)
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(true)
  })
})

// People: superusers see and end sessions of others; counters for an admin.
describe('a superuser', () => {
  it('sees and ends the sessions of others; nobody else does', async () => {
    const host = await open()
    const bob = await host.signedIn('Bob', password)
    expect((await bob.get('/Garden?action=sessions&user=Ada')).status).toBe(403)
    expect((await bob.get('/Garden?action=sessions&user=Nobody')).status).toBe(403)
    const ada = await host.signedIn('Ada', password)
    const page = (await ada.get('/Garden?action=sessions&user=Bob')).text
    expect(page).toContain('Where Bob is signed in')
    expect(listed(page)).toBe(1)
    await ada.submit('/Garden?action=sessions&user=Bob', { others: '1' })
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(false)
    expect(isSignedIn((await ada.get('/Garden')).text)).toBe(true)
    expect((await ada.get('/Garden?action=sessions&user=Nobody')).status).toBe(400)
  })

  it('sees how many sessions live and what the store has been asked', async () => {
    const host = await open({ wiki: { cookieLifetime: [1, 12] } })
    const bob = await host.signedIn('Bob', password)
    const ada = await host.signedIn('Ada', password)
    const page = (await ada.get('/Garden?action=sessions')).text
    expect(page).toMatch(/<dt>Signed in<\/dt><dd>2<\/dd>/)
    for (const name of ['Mean wait for the store', 'merges', 'conflicts']) expect(page).toContain(`<dt>${name}</dt>`)
    expect((await bob.get('/Garden?action=sessions')).text).not.toContain('conflicts')
  })
})

// People: password change, disabling and deleting end the others at once in all processes.
describe('an account that changes', () => {
  it('takes its other sessions along, whichever process they talk to', async () => {
    const first = await open()
    const second = await createTestHost({ dataDir: first.dataDir, wiki: { superuser: ['Ada'] }, pages: {} })
    hosts.push(second)
    const bob = await first.signedIn('Bob', password)
    const elsewhere = await second.signedIn('Bob', password)
    expect(isSignedIn((await elsewhere.get('/Garden')).text)).toBe(true)
    const saved = await bob.submit('/Garden?action=userprefs', {
      current_password: password,
      password1: 'another long one',
      password2: 'another long one',
    })
    expect(saved.text).toContain('Your preferences are saved.')
    expect(isSignedIn((await elsewhere.get('/Garden')).text)).toBe(false)
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(true)
  })

  it('has none left when it is disabled, and they stay dead when it is let in again', async () => {
    const { setDisabled } = await import('../../core/users/account-changes.ts')
    const host = await open()
    const [bob, idle] = [await host.signedIn('Bob', password), await host.signedIn('Bob', password)]
    const { users } = host.wiki.parts
    const id = (await users.byName('Bob'))?.id ?? ''
    await setDisabled(users, id, true)
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(false)
    await setDisabled(users, id, false)
    expect(isSignedIn((await bob.get('/Garden')).text)).toBe(false)
    expect(isSignedIn((await idle.get('/Garden')).text)).toBe(false)
  })
})
