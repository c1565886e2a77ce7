import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { UserStore } from '../../core/api/user-store.ts'
import { changePassword, endSessions, setDisabled } from '../../core/users/account-changes.ts'
import { FileUserStore } from '../../core/users/file-user-store.ts'
import { SignInLimits, signIn } from '../../core/users/password-login.ts'
import { PasswordHasher } from '../../core/users/passwords/password-hasher.ts'
import { addressGroup, Throttle } from '../../core/users/throttle.ts'

const root = mkdtempSync(join(tmpdir(), 'servus-login-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
const newStore = () => new FileUserStore(join(root, String(++folders)))

const hasher = new PasswordHasher({ cost: { ln: 4, r: 1, p: 1 } })

/** A hasher that counts its work: the promise about time is a promise about work. */
class CountingHasher extends PasswordHasher {
  checked: (string | null)[] = []
  override check(stored: string | null, password: string) {
    this.checked.push(stored)
    return super.check(stored, password)
  }
}

async function storeWith(name: string, password: string): Promise<{ store: UserStore; id: string }> {
  const store = newStore()
  const made = await store.create({ name, password: await hasher.hash(password) })
  if (typeof made === 'string') throw new Error(made)
  return { store, id: made.id }
}

const options = (over: Partial<Parameters<typeof signIn>[3]> = {}) => ({
  hasher,
  limits: new SignInLimits(),
  address: '192.0.2.1',
  ...over,
})

describe('Signing in with a password', () => {
  it('answers the account', async () => {
    const { store, id } = await storeWith('Ann', 'right one')
    expect(await signIn(store, 'Ann', 'right one', options())).toMatchObject({
      status: 'ok',
      user: { id, name: 'Ann', version: 1 },
    })
  })

  it('forgives the blank that a keyboard adds, and letters written in two signs', async () => {
    const { store } = await storeWith('J\u00f6rg', 'right one')
    expect(await signIn(store, 'Jo\u0308rg ', 'right one', options())).toMatchObject({ status: 'ok' })
  })

  it('refuses unknown names, wrong passwords and disabled accounts with the same answer and the same work', async () => {
    const { store, id } = await storeWith('Ann', 'right one')
    const counting = new CountingHasher({ cost: { ln: 4, r: 1, p: 1 } })
    const attempt = (name: string, password: string) => signIn(store, name, password, options({ hasher: counting }))
    const answers = [
      await attempt('Nobody', 'right one'),
      await attempt('Ann', 'wrong one'),
      await attempt('', ''),
      await attempt('ann', 'right one'),
    ]
    await setDisabled(store, id, true)
    answers.push(await attempt('Ann', 'right one'))
    for (const answer of answers) expect(answer).toEqual({ status: 'refused' })
    expect(counting.checked).toHaveLength(answers.length)
  })

  it('upgrades a hash of an old form, and one that was made with less work', async () => {
    const store = newStore()
    await store.create({ name: 'Old', password: '{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=' })
    expect(await signIn(store, 'Old', 'wrong', options())).toEqual({ status: 'refused' })
    expect(await store.byName('Old')).toMatchObject({ version: 1 })
    const first = await signIn(store, 'Old', 'correct horse', options())
    expect(first).toMatchObject({
      status: 'ok',
      user: { version: 2, epoch: 0, password: expect.stringMatching(/^\$scrypt\$ln=4,/) },
    })
    expect(await signIn(store, 'Old', 'correct horse', options())).toEqual(first)
    const stronger = new PasswordHasher({ cost: { ln: 5, r: 1, p: 1 } })
    expect(await signIn(store, 'Old', 'correct horse', options({ hasher: stronger }))).toMatchObject({
      user: { version: 3, password: expect.stringMatching(/ln=5/) },
    })
  })

  it('lets many sign-ins of one old account upgrade it together', async () => {
    const store = newStore()
    await store.create({ name: 'Old', password: '{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=' })
    const limits = new SignInLimits()
    const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(store, 'Old', 'correct horse', options({ limits }))))
    for (const answer of answers) expect(answer).toMatchObject({ status: 'ok' })
    expect(await store.byName('Old')).toMatchObject({ version: 2 })
  })

  it('does not bring an old password back when it was changed during the sign-in', async () => {
    const store = newStore()
    const made = await store.create({ name: 'Old', password: '{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=' })
    if (typeof made === 'string') throw new Error(made)
    const { id } = made
    class Slow extends PasswordHasher {
      override async hash(password: string) {
        await changePassword(store, id, 'the new one', hasher)
        return super.hash(password)
      }
    }
    const slow = new Slow({ cost: { ln: 4, r: 1, p: 1 } })
    expect(await signIn(store, 'Old', 'correct horse', options({ hasher: slow }))).toEqual({ status: 'refused' })
    expect(await signIn(store, 'Old', 'the new one', options())).toMatchObject({ status: 'ok' })
  })

  it('raises the epoch when older sessions must die', async () => {
    const { store, id } = await storeWith('Ann', 'right one')
    expect(await changePassword(store, id, 'another one', hasher)).toMatchObject({ epoch: 1 })
    expect(await endSessions(store, id)).toMatchObject({ epoch: 2 })
    expect(await setDisabled(store, id, true)).toMatchObject({ epoch: 3, disabled: true })
    expect(await setDisabled(store, id, false)).toMatchObject({ epoch: 3, disabled: false })
    expect(await signIn(store, 'Ann', 'right one', options())).toEqual({ status: 'refused' })
    expect(await signIn(store, 'Ann', 'another one', options())).toMatchObject({ status: 'ok' })
    await expect(endSessions(store, '1.2.3')).rejects.toMatchObject({ code: 'no-such-account' })
  })
})

describe('Guessing', () => {
  const heldClock = () => {
    let time = 1_800_000_000_000
    return { now: () => time, forward: (seconds: number) => (time += seconds * 1000) }
  }

  it('is slowed down per address and name, for names that exist and names that do not', async () => {
    const { store } = await storeWith('Ann', 'right one')
    for (const name of ['Ann', 'Nobody']) {
      const clock = heldClock()
      const limits = new SignInLimits({ clock })
      const attempt = (password: string, address = '192.0.2.1') => signIn(store, name, password, options({ limits, address }))
      for (let i = 0; i < 10; i++) expect(await attempt('wrong')).toEqual({ status: 'refused' })
      expect(await attempt('right one')).toEqual({ status: 'throttled', retryAfter: 30 })
      expect((await attempt('right one', '192.0.2.2')).status).toBe(name === 'Ann' ? 'ok' : 'refused')
      clock.forward(29)
      expect(await attempt('wrong')).toEqual({ status: 'throttled', retryAfter: 1 })
      clock.forward(1)
      expect(await attempt('wrong')).toEqual({ status: 'refused' })
    }
  })

  it('is slowed down per address whatever the names, and per name whatever the addresses', () => {
    const clock = heldClock()
    const limits = new SignInLimits({ clock })
    for (let i = 0; i < 30; i++) expect(limits.take('2001:db8::1', `name ${i}`)).toBe(0)
    expect(limits.take('2001:db8::2', 'other')).toBe(10)
    for (let i = 0; i < 100; i++) expect(limits.take(`198.51.100.${i}`, 'Ann')).toBe(0)
    expect(limits.take('203.0.113.1', 'Ann')).toBe(15)
  })

  it('by strangers does not lock out an address from which the account was used', () => {
    const limits = new SignInLimits({ clock: heldClock() })
    limits.take('203.0.113.1', 'Ann')
    limits.giveBack('203.0.113.1', 'Ann')
    for (let i = 0; i < 100; i++) limits.take(`198.51.100.${i}`, 'Ann')
    expect(limits.take('203.0.113.1', 'Ann')).toBe(0)
    expect(limits.take('203.0.113.2', 'Ann')).toBe(15)
  })

  it('never slows down somebody who knows the password', async () => {
    const { store } = await storeWith('Ann', 'right one')
    const limits = new SignInLimits({ clock: heldClock() })
    for (let i = 0; i < 40; i++) expect((await signIn(store, 'Ann', 'right one', options({ limits }))).status).toBe('ok')
  })

  it('cannot fill the memory', () => {
    const clock = heldClock()
    const throttle = new Throttle({ burst: 2, seconds: 60, remembered: 100, clock })
    for (let i = 0; i < 1000; i++) throttle.take(`name ${i}`)
    expect(throttle.size).toBeLessThanOrEqual(100)
    clock.forward(3600)
    throttle.take('last')
    expect(throttle.size).toBe(1)
  })

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('from %s counts as from %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })
})

const fixture = fileURLToPath(new URL('../../../shared/moin-data/data/user', import.meta.url))
describe.runIf(existsSync(fixture))('Accounts of a MoinMoin wiki', () => {
  it('all sign in, become accounts of ours with scrypt, and leave their profiles byte-identical', {
    timeout: 60_000,
  }, async () => {
    const folder = join(root, 'moin')
    cpSync(fixture, folder, { recursive: true })
    const before = fingerprints(folder)
    const store = new FileUserStore(folder)
    expect(await store.byName('Admin')).toMatchObject({
      version: 0,
      aliasName: 'The Admin',
      timeZone: '+01:00',
      bookmarks: { FixtureWiki: 1500000000000000 },
    })

    const limits = new SignInLimits()
    for (const name of ['UserSsha', 'UserSha', 'UserApr1', 'UserMd5', 'UserDes', 'UserPasslib', 'Admin']) {
      // Each try of a sha512-crypt hash takes a second.
      if (name === 'UserSsha')
        expect(await signIn(store, name, 'Correct horse', options({ limits }))).toEqual({ status: 'refused' })
      const answer = await signIn(store, name, 'correct horse', options({ limits }))
      expect(answer).toMatchObject({ status: 'ok', user: { name, version: 1, password: expect.stringMatching(/^\$scrypt\$/) } })
      expect(await signIn(new FileUserStore(folder), name, 'correct horse', options({ limits }))).toEqual(answer)
    }
    expect(await store.byName('Admin')).toMatchObject({
      quickLinks: ['FixtureWiki:FrontPage', 'Some Page'],
      aliasName: 'The Admin',
    })

    expect(await signIn(store, 'Jörg Müller', 'pässwörd', options({ limits }))).toEqual({ status: 'refused' })
    expect(await store.byId('1795234317.11.59583')).toMatchObject({ name: 'Jörg Müller', disabled: true, version: 0 })
    expect(await store.create({ name: 'Jörg Müller' })).toBe('name-taken')
    await setDisabled(store, '1795234317.11.59583', false)
    expect(await signIn(store, 'Jörg Müller', 'pässwörd', options({ limits }))).toMatchObject({ status: 'ok' })

    expect(fingerprints(folder)).toEqual(before)
  })
})

function fingerprints(folder: string): Record<string, string> {
  const profiles = readdirSync(folder).filter((name) => name !== 'servus')
  return Object.fromEntries(
    profiles.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  )
}
