import { describe, expect, it } from 'vitest'
import { desCrypt } from '../../../core/users/passwords/des-crypt.ts'
import { md5Crypt } from '../../../core/users/passwords/md5-crypt.ts'
import { PasswordHasher } from '../../../core/users/passwords/password-hasher.ts'
import { shaCrypt } from '../../../core/users/passwords/sha-crypt.ts'

const cheap = { ln: 4, r: 1, p: 1 }
const hasher = new PasswordHasher({ cost: cheap })

const fromMoinMoin: readonly (readonly [string, string])[] = [
  [
    'PASSLIB',
    '{PASSLIB}$6$rounds=656000$j4uSFra3Tmjxc9rh$rpx5BUjR3KOio2cSuD4wWA1eGP5hcbZBtoVkreBnkYfFx0oORv8o2jw/8Nb5Cj7fmOMO7hUdT.IOUH00t8Jzf.',
  ],
  ['SSHA', '{SSHA}nK6FLCoq6+biwAAu2zqI32Ba+TUwMTIzNDU2Nzg5YWJjZGVmZ2hpag=='],
  ['SHA', '{SHA}L55TUjtiq8FBorTWAZ0jy6g129A='],
  ['APR1', '{APR1}$apr1$saltsalt$EGVZDNN6gOqijy.tv9axG/'],
  ['MD5', '{MD5}$1$saltsalt$NuzA7WTAelpl95xgBGWN60'],
  ['DES', '{DES}abhfCpXqd4GrI'],
]

describe('A password check', () => {
  it.each(fromMoinMoin)('accepts the %s form of MoinMoin and asks for its upgrade', async (form, stored) => {
    expect(await hasher.check(stored, 'correct horse')).toEqual({ valid: true, upgrade: true })
    // A second try of MoinMoin's 656000 rounds would only take time.
    if (form !== 'PASSLIB') expect(await hasher.check(stored, 'Correct horse')).toEqual({ valid: false, upgrade: false })
  })

  it('finds an SSHA salt behind line breaks in the base64', async () => {
    const broken = '{SSHA}nK6FLCoq6+biwAAu2zqI32Ba+TUwMTIzN\nDU2Nzg5YWJjZGVmZ2hpag==\n'
    expect((await hasher.check(broken, 'correct horse')).valid).toBe(true)
  })

  it('keeps a current hash, and upgrades one that was made with less work', async () => {
    const stored = await hasher.hash('pässwörd 日本')
    expect(stored).toMatch(/^\$scrypt\$ln=4,r=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await hasher.check(stored, 'pässwörd 日本')).toEqual({ valid: true, upgrade: false })
    expect(await hasher.check(stored, 'pässwörd')).toEqual({ valid: false, upgrade: false })
    const stronger = new PasswordHasher({ cost: { ...cheap, ln: 5 } })
    expect(await stronger.check(stored, 'pässwörd 日本')).toEqual({ valid: true, upgrade: true })
    expect(await hasher.hash('pässwörd 日本')).not.toBe(stored)
  })

  it('takes é as one letter or as two signs', async () => {
    const stored = await hasher.hash('caf\u00e9 au lait')
    expect((await hasher.check(stored, 'cafe\u0301 au lait')).valid).toBe(true)
  })

  it('agrees with the vector of RFC 7914', async () => {
    const hex =
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887'
    const key = Buffer.from(hex, 'hex').toString('base64').replaceAll('=', '')
    const salt = Buffer.from('SodiumChloride').toString('base64').replaceAll('=', '')
    expect((await hasher.check(`$scrypt$ln=14,r=8,p=1$${salt}$${key}`, 'pleaseletmein')).valid).toBe(true)
  })

  it.each([
    ['an empty hash', ''],
    ['an unknown form', '{XYZ}abc'],
    ['a bare text', 'correct horse'],
    ['a bare md5', '{MD5}0cc175b9c0f1b6a831c399e269772661'],
    ['a hash cut short', '$scrypt$ln=4,r=1,p=1$AAAA$A'],
    [
      'a scrypt hash that asks for 16 GB',
      '$scrypt$ln=24,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    ['a sha512-crypt that asks for days', '{PASSLIB}$6$rounds=999999999$abc$rpx5BUjR3KOio2cSuD4w'],
    ['an empty SSHA', '{SSHA}'],
    ['a DES hash without salt', '{DES}!'],
    ['an account that does not exist', null],
  ])('never accepts %s', async (_, stored) => {
    expect(await hasher.check(stored, 'correct horse')).toEqual({ valid: false, upgrade: false })
  })

  it('never accepts an empty or an endless password', async () => {
    for (const password of ['', 'x'.repeat(1025)]) {
      const stored = await hasher.hash(password)
      expect((await hasher.check(stored, password)).valid).toBe(false)
    }
  })

  it('works on a bounded number of hashes at once and refuses when the queue is long', async () => {
    const one = new PasswordHasher({ cost: cheap, parallel: 1 })
    const asked = await Promise.allSettled(Array.from({ length: 120 }, () => one.check(null, 'guess')))
    const refused = asked.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBe(19)
    expect(refused[0]).toMatchObject({ reason: { code: 'too-busy', status: 503 } })
    expect((await one.check(null, 'later')).valid).toBe(false)
  })
})

describe('The old hash functions', () => {
  it.each([
    ['hello', 'ab', 'abl0JrMf6tlhw'],
    ['rasmuslerdorf', 'rl', 'rl.3StKT.4T8M'],
    ['', '..', '..X8NBuQ4l6uQ'],
    ['12345678ignored', 'zZ', 'zZYQyo/kK5WTQ'],
  ] as const)('crypt(3): %j with the salt %s', (password, salt, expected) => {
    expect(desCrypt(password, salt)).toBe(expected)
  })

  it('md5-crypt agrees with known hashes', () => {
    expect(md5Crypt('pässwörd, longer than one block', 'abcdefgh', '$1$')).toBe('$1$abcdefgh$eDA2YXoZzHuzsLqvO7c1F/')
    expect(md5Crypt('x', 'q', '$apr1$')).toBe('$apr1$q$jXkv.VpsBCOsY9eigl5nz/')
  })

  it('sha-crypt agrees with the vectors of its specification', async () => {
    expect(await shaCrypt('sha256', 'Hello world!', 'saltstring', 5000)).toBe('5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5')
    expect(await shaCrypt('sha256', 'Hello world!', 'saltstringsaltstring', 10000)).toBe(
      '3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
    )
    expect(await shaCrypt('sha512', 'we have a short salt string but not a short password', 'short', 1400)).toBe(
      '6BQGAjRNENRhi5dyFmCZVY3.EOdIlyiYXV/xGwknHuddr2npjVylKiiUX3.9hktANmqQ7mB5UV79urHhRXxpt0',
    )
    expect(await shaCrypt('sha512', 'Hello world!', 'saltstring', 5000)).toBe(
      'svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    )
  })
})
