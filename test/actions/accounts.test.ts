import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'
import { hidden, links, plainText } from './read-page.ts'

let host: TestHost

const users = { Ada: 'engine no. 1842', Grace: 'compiler A-0' }
const good = { name: 'Emmy', password1: 'rings and ideals', password2: 'rings and ideals', email: 'emmy@example.org' }

beforeEach(async () => {
  host = await createTestHost({
    pages: { Garden: 'A garden.\n', Shed: 'Tools.\n', Diary: '#acl Known:read\nfor members\n' },
    users,
  })
})
afterEach(() => host.close())

const isSignedIn = (page: string): boolean => page.includes('action&#x3D;logout') || page.includes('action=logout')

describe('registering (row 31)', () => {
  it('makes an account, signs in with it and leads back to the page', async () => {
    const visitor = host.browser()
    const answer = await visitor.submit('/Garden?action=newaccount', good)
    expect(answer.url.pathname).toBe('/Garden')
    expect(plainText(answer.text)).toContain('Welcome, Emmy. You are logged in')
    expect(isSignedIn((await visitor.get('/Garden')).text)).toBe(true)
    expect((await host.wiki.parts.users.byName('Emmy'))?.email).toBe('emmy@example.org')
  })

  it.each([
    [{ name: 'Ada' }, 'This name is taken'],
    [{ name: 'All' }, 'This name cannot be used'],
    [{ name: 'AdminGroup' }, 'looks like the name of a group'],
    [{ name: '' }, 'please type one'],
    [{ password1: 'short', password2: 'short' }, 'at least 8 characters'],
    [{ password1: 'letmein99', password2: 'letmein99' }, 'choose another password'],
    [{ password2: 'rings and fields' }, 'The two passwords are not the same'],
    [{ email: 'nowhere' }, 'not an e-mail address'],
  ])('refuses %j and keeps what was typed', async (wrong, problem) => {
    const typed = { ...good, ...wrong }
    const answer = await host.browser().submit('/Garden?action=newaccount', typed)
    expect(answer.status).toBe(400)
    expect(plainText(answer.text)).toContain(problem)
    expect(answer.text).toContain(`name="name" type="text" value="${typed.name}"`)
    expect(answer.text).toContain(`value="${typed.email}"`)
    expect(answer.text).not.toContain(typed.password1)
  })

  it('does not say outright whose e-mail address it is', async () => {
    await host.browser().submit('/Garden?action=newaccount', good)
    const answer = await host.browser().submit('/Garden?action=newaccount', { ...good, name: 'Emmy2', email: 'EMMY@example.org' })
    expect(answer.status).toBe(400)
    expect(plainText(answer.text)).toContain('This e-mail address cannot be used')
  })

  it('can be kept to superusers', async () => {
    await host.close()
    host = await createTestHost({ wiki: { actionsSuperuser: ['newaccount'], superuser: ['Ada'] }, users })
    expect((await host.browser().get('/?action=newaccount')).status).toBe(404)
    expect((await host.browser().get('/?action=login')).text).not.toContain('newaccount')
    expect((await (await host.signedIn('Ada', users.Ada)).get('/?action=newaccount')).status).toBe(200)
  })

  it('gives nobody a name that the configuration makes a superuser', async () => {
    await host.close()
    host = await createTestHost({ wiki: { superuser: ['Emmy'] } })
    const answer = await host.browser().submit('/Garden?action=newaccount', good)
    expect([answer.status, await host.wiki.parts.users.byName('Emmy')]).toEqual([400, null])
    expect(plainText(answer.text)).toContain('This name is kept for somebody')
    const ticket = await host.wiki.parts.superusers.createTicket()
    await host.browser().submit(`/?action=newaccount&superuser=${ticket}`, good)
    expect(await host.wiki.parts.users.byName('Emmy')).not.toBeNull()
  })

  it('makes the first superuser by the link of the first start, once', async () => {
    const ticket = await host.wiki.parts.superusers.createTicket()
    const address = `/?action=newaccount&superuser=${ticket}`
    const form = await host.browser().get(address)
    expect(plainText(form.text)).toContain('it may do everything')
    expect(hidden(form.text, 'superuser')).toBe(ticket)
    const visitor = host.browser()
    await visitor.submit(address, { ...good, password2: 'typing mistake' })
    await visitor.submit(address, good)
    expect(host.wiki.parts.superusers.names()).toContain('Emmy')
    const used = await host.browser().get(address)
    expect(used.status).toBe(403)
    expect(plainText(used.text)).toContain('This link has been used, or is too old')
    expect(plainText(used.text)).toContain('npx servus user add NAME --superuser')
    expect(plainText(used.text)).not.toContain('it may do everything')
    expect((await host.browser().get('/?action=newaccount&superuser=made-up')).status).toBe(403)
  })
})

describe('logging in (rows 32 and 33)', () => {
  it('leads back to the page', async () => {
    const visitor = host.browser()
    const answer = await visitor.submit('/Garden?action=login', { name: 'Ada', password: users.Ada }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
    expect(isSignedIn((await visitor.get('/Garden')).text)).toBe(true)
  })

  it('is possible on a page that may be read only afterwards', async () => {
    const visitor = host.browser()
    const closed = await visitor.get('/Diary')
    expect(closed.status).toBe(403)
    expect(links(closed.text)).toContain('/Diary?action=login')
    const answer = await visitor.submit('/Diary?action=login', { name: 'Ada', password: users.Ada })
    expect(answer.text).toContain('for members')
  })

  it('leads on to what the visitor wanted on the page', async () => {
    await host.close()
    host = await createTestHost({ wiki: { aclRightsDefault: 'Known:read,write All:read' }, pages: { Garden: 'x\n' }, users })
    const visitor = host.browser()
    const closed = await visitor.get('/Garden?action=edit&rev=1')
    const href = links(closed.text).find((link) => link.includes('then=')) ?? ''
    await visitor.submit(href, { name: 'Ada', password: 'wrong' })
    const answer = await visitor.submit(href, { name: 'Ada', password: users.Ada }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden?action=edit&rev=1'])
  })

  it('leads nobody away from the wiki', async () => {
    for (const then of ['https://evil.example/', '//evil.example', 'action=logout', '\r\nx: y']) {
      const answer = await host
        .browser()
        .submit(`/Garden?action=login&then=${encodeURIComponent(then)}`, { name: 'Ada', password: users.Ada }, { follow: false })
      expect(answer.headers.location).toMatch(/^\/Garden($|\?)/)
      expect(answer.headers.location).not.toContain('logout')
    }
  })

  it('says beforehand when it cannot last: over http alone, or by the configuration', async () => {
    await host.close()
    host = await createTestHost({ wiki: { cookieSecure: true, cookieLifetime: [0, 0] } })
    const words = plainText((await host.browser().get('/?action=login')).text)
    expect(words).toContain('please use its https address')
    expect(words).toContain('keeps nobody logged in')
  })

  it('says the same of an unknown name and a wrong password', async () => {
    const wrong = await host.browser().submit('/Garden?action=login', { name: 'Ada', password: 'wrong' })
    const unknown = await host.browser().submit('/Garden?action=login', { name: 'Nobody', password: 'wrong' })
    expect([wrong.status, unknown.status]).toEqual([403, 403])
    const main = (page: string): string => plainText(page.slice(page.indexOf('<main')))
    expect(main(unknown.text)).toBe(main(wrong.text))
    expect(wrong.text).toContain('name="name" type="text" value="Ada"')
    expect(wrong.text).not.toContain('value="wrong"')
  })

  it('asks for what is missing', async () => {
    const answer = await host.browser().submit('/Garden?action=login', { name: 'Ada', password: '' })
    expect(answer.status).toBe(400)
    expect(plainText(answer.text)).toContain('Please type your name and your password')
  })

  it('slows down those who guess, and tells how long to wait', async () => {
    const visitor = host.browser()
    let answer = await visitor.get('/Garden')
    for (let tries = 0; tries < 40 && answer.status !== 429; tries++)
      answer = await visitor.submit('/Garden?action=login', { name: 'Ada', password: 'wrong' })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('ends with the browser, or lasts, by the box "remember me"', async () => {
    const cookie = async (fields: Record<string, string>): Promise<string> => {
      const answer = await host
        .browser()
        .submit('/Garden?action=login', { name: 'Ada', password: users.Ada, ...fields }, { follow: false })
      return answer.setCookies.join()
    }
    const age = (text: string): number => Number(/max-age=(\d+)/i.exec(text)?.[1])
    expect(age(await cookie({ remember: '1' }))).toBe(400 * 86_400)
    expect(age(await cookie({})) || 0).toBeLessThanOrEqual(12 * 3600)
  })

  it('does not offer to remember where the configuration forbids it', async () => {
    expect((await host.browser().get('/Garden?action=login')).text).toContain('name="remember"')
    await host.close()
    host = await createTestHost({ wiki: { cookieLifetime: [0, -12] } })
    expect((await host.browser().get('/?action=login')).text).not.toContain('name="remember"')
  })

  it('ticks the box for those whose wiki wants it so', async () => {
    await host.close()
    host = await createTestHost({ wiki: { userCheckboxDefaults: { rememberMe: true } } })
    expect((await host.browser().get('/?action=login')).text).toMatch(/name="remember"[^>]*checked/)
  })

  it('is over for somebody who is in already', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    expect((await ada.get('/Garden?action=login', { follow: false })).headers.location).toBe('/Garden')
  })
})

describe('logging out (row 35)', () => {
  it('ends this session only, and leads back to the page', async () => {
    const [here, there] = [await host.signedIn('Ada', users.Ada), await host.signedIn('Ada', users.Ada)]
    const answer = await here.submit('/Garden?action=logout', { doit: '1' }, { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden'])
    expect(isSignedIn((await here.get('/Garden')).text)).toBe(false)
    expect(isSignedIn((await there.get('/Garden')).text)).toBe(true)
  })

  it('takes a POST: a link only asks', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    expect(plainText((await ada.get('/Garden?action=logout')).text)).toContain('Log out of Untitled Wiki?')
    expect((await ada.post('/Garden?action=logout', {})).status).toBe(403)
    expect(isSignedIn((await ada.get('/Garden')).text)).toBe(true)
  })

  it('leads to the front page when the page is closed to strangers', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    const answer = await ada.submit('/Diary?action=logout', { doit: '1' }, { follow: false })
    expect(answer.headers.location).toBe('/FrontPage')
  })
})

describe('preferences (row 37)', () => {
  const all = {
    aliasname: 'Countess',
    email: 'ada@example.org',
    language: '',
    theme_name: '',
    color_scheme: 'dark',
    tz: 'Asia/Tokyo',
    quicklinks: 'Garden\nShed\n\nGarden',
  }

  it('are kept, and shown as they are', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    const answer = await ada.submit('/Garden?action=userprefs', { ...all, remember_me: '1', edit_minor: '1' })
    expect(plainText(answer.text)).toContain('Your preferences are saved')
    const record = await host.wiki.parts.users.byName('Ada')
    expect(record).toMatchObject({
      aliasName: 'Countess',
      email: 'ada@example.org',
      timeZone: 'Asia/Tokyo',
      quickLinks: ['Garden', 'Shed'],
    })
    expect(record?.preferences).toMatchObject({ rememberMe: true, showPageTrail: false, editMinor: true, colorScheme: 'dark' })
    const { text } = await ada.get('/Garden?action=userprefs')
    expect(text).toMatch(/value="Countess"/)
    expect(text).toMatch(/<option value="dark" selected/)
    expect(text).toMatch(/<option value="Asia\/Tokyo" selected/)
    expect(text).toMatch(/name="remember_me"[^>]*checked/)
    expect(text).not.toMatch(/name="show_trail"[^>]*checked/)
    expect((await ada.get('/Garden?action=edit')).text).toMatch(/name="trivial"[^>]*checked/)
  })

  it('refuse what cannot be, and keep the rest as it was typed', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    for (const [wrong, problem] of [
      [{ email: 'nowhere' }, 'not an e-mail address'],
      [{ tz: 'Atlantis/City' }, 'not possible here'],
      [{ theme_name: '../secret' }, 'not possible here'],
      [{ color_scheme: 'sepia' }, 'not possible here'],
    ] as const) {
      const answer = await ada.submit('/Garden?action=userprefs', { ...all, ...wrong })
      expect([answer.status, plainText(answer.text).includes(problem)]).toEqual([400, true])
      expect(answer.text).toContain('value="Countess"')
    }
    expect((await host.wiki.parts.users.byName('Ada'))?.aliasName).toBe('')
  })

  it('change the password only for those who know the old one, and end every other session', async () => {
    const [here, there] = [await host.signedIn('Ada', users.Ada), await host.signedIn('Ada', users.Ada)]
    const next = { password1: 'analytical engine', password2: 'analytical engine' }
    const wrong = await here.submit('/Garden?action=userprefs', { ...all, current_password: 'guessed', ...next })
    expect(wrong.status).toBe(400)
    expect(plainText(wrong.text)).toContain('This is not your password')
    const differs = await here.submit('/Garden?action=userprefs', {
      ...all,
      current_password: users.Ada,
      ...next,
      password2: 'x',
    })
    expect(plainText(differs.text)).toContain('The two passwords are not the same')

    const done = await here.submit('/Garden?action=userprefs', { ...all, current_password: users.Ada, ...next })
    expect(plainText(done.text)).toContain('Your preferences are saved')
    expect(isSignedIn((await here.get('/Garden')).text)).toBe(true)
    expect(isSignedIn((await there.get('/Garden')).text)).toBe(false)
    await host.signedIn('Ada', 'analytical engine')
  })

  it('slow down those who guess the old password, as the log-in does and together with it', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    const guess = (current: string) =>
      ada.submit('/Garden?action=userprefs', {
        ...all,
        current_password: current,
        password1: 'analytical engine',
        password2: 'analytical engine',
      })
    let answer = await guess('wrong 0')
    for (let tries = 1; tries < 15 && !plainText(answer.text).includes('Too many tries'); tries++)
      answer = await guess(`wrong ${tries}`)
    expect(plainText(answer.text)).toContain('Too many tries: please wait')
    expect(plainText((await guess(users.Ada)).text)).toContain('Too many tries: please wait')
    expect((await host.browser().submit('/?action=login', { name: 'Ada', password: users.Ada })).status).toBe(429)
    host.advance(3600)
    expect(plainText((await guess(users.Ada)).text)).toContain('Your preferences are saved')
  })

  it('do not look at the password when no new one is typed', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    const answer = await ada.submit('/Garden?action=userprefs', { ...all, current_password: 'filled in by a program' })
    expect(plainText(answer.text)).toContain('Your preferences are saved')
  })

  it('lead strangers to the log-in', async () => {
    const answer = await host.browser().get('/Garden?action=userprefs', { follow: false })
    expect([answer.status, answer.headers.location]).toEqual([303, '/Garden?action=login&then=action%3Duserprefs'])
  })
})

describe('quick links and the trail (row 38)', () => {
  it('adds a page to the navigation and takes it away again', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    expect(plainText((await ada.get('/Shed?action=quicklink')).text)).toContain('Add “Shed” to your quick links?')
    await ada.submit('/Shed?action=quicklink', { doit: '1' })
    expect(links((await ada.get('/Garden')).text)).toContain('/Shed')
    await ada.submit('/Shed?action=quicklink', { doit: '1' })
    expect((await host.wiki.parts.users.byName('Ada'))?.quickLinks).toEqual(['Shed'])
    await ada.submit('/Shed?action=quickunlink', { doit: '1' })
    expect((await host.wiki.parts.users.byName('Ada'))?.quickLinks).toEqual([])
  })

  it('does neither by a link alone, nor for strangers', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    await ada.get('/Shed?action=quicklink&doit=1')
    expect((await host.wiki.parts.users.byName('Ada'))?.quickLinks).toEqual([])
    const stranger = await host.browser().get('/Shed?action=quicklink')
    expect(stranger.status).toBe(403)
    expect(stranger.text).toContain('/Shed?action=login&amp;then=action%3Dquicklink')
  })

  it('shows the pages visited last, until the log-out', async () => {
    const ada = await host.signedIn('Ada', users.Ada)
    await ada.get('/Shed')
    expect(links((await ada.get('/Garden')).text)).toContain('/Shed')
    await ada.submit('/Garden?action=logout', { doit: '1' })
    expect(links((await ada.get('/Garden')).text)).not.toContain('/Shed')
  })
})
