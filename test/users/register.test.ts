import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FileUserStore } from '../../core/users/file-user-store.ts'
import { PasswordHasher } from '../../core/users/passwords/password-hasher.ts'
import { passwordProblem } from '../../core/users/passwords/password-rules.ts'
import { emailProblem, hasAccounts, register, type Registration } from '../../core/users/register.ts'
import {
  createSuperuserTicket,
  isSuperuserTicket,
  useSuperuserTicket,
  voidSuperuserTickets,
} from '../../core/users/superuser-ticket.ts'
import { userNameProblem } from '../../core/users/user-name.ts'

const root = mkdtempSync(join(tmpdir(), 'servus-register-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(++folders))

const hasher = new PasswordHasher({ cost: { ln: 4, r: 1, p: 1 } })
const isGroupName = (name: string) => /Group$/.test(name)

describe('Registration', () => {
  const good: Registration = {
    name: 'Ann Miller',
    password: 'blue kettle 7',
    password2: 'blue kettle 7',
    email: 'ann@example.org',
  }
  const attempt = async (store: FileUserStore, over: Partial<Registration>, options = {}) => {
    const made = await register(store, { ...good, ...over }, { hasher, isGroupName, ...options })
    return Array.isArray(made) ? made.map(({ field, error }) => `${field}: ${error.code}`) : made
  }

  it('makes an account that can sign in', async () => {
    const store = new FileUserStore(newFolder())
    expect(await hasAccounts(store)).toBe(false)
    const made = await attempt(store, { name: ' Ann Miller ', email: ' ann@example.org ' }, { account: { language: 'de' } })
    expect(made).toMatchObject({ name: 'Ann Miller', email: 'ann@example.org', language: 'de' })
    expect(await hasAccounts(store)).toBe(true)
    const record = await store.byName('Ann Miller')
    expect((await hasher.check(record?.password ?? null, good.password)).valid).toBe(true)
  })

  it('tells everything that stands in the way at once', async () => {
    const store = new FileUserStore(newFolder())
    expect(await attempt(store, { name: 'A:B', password: 'short', password2: 'other', email: 'nowhere' })).toEqual([
      'name: bad-user-name',
      'password: weak-password',
      'password2: passwords-differ',
      'email: bad-email',
    ])
    expect(await attempt(store, { email: '' }, { emailRequired: true })).toEqual(['email: bad-email'])
    expect(await store.byName('Ann Miller')).toBeNull()
  })

  it('refuses a taken name, and a taken address without saying so', async () => {
    const store = new FileUserStore(newFolder())
    await attempt(store, {})
    expect(await attempt(store, { email: 'other@example.org' })).toEqual(['name: user-name-taken'])
    expect(await attempt(store, { name: 'Bob', email: 'ANN@example.org' })).toEqual(['email: email-not-possible'])
    expect(await attempt(store, { name: 'Bob', email: 'ANN@example.org' }, { emailUnique: false })).toMatchObject({ name: 'Bob' })
  })

  it('obeys the password rules of the wiki, but never takes an empty password', async () => {
    const store = new FileUserStore(newFolder())
    expect(
      await attempt(store, { name: 'Any', password: 'x', password2: 'x', email: '' }, { passwordRules: null }),
    ).toMatchObject({ name: 'Any' })
    expect(await attempt(store, { name: 'None', password: '', password2: '', email: '' }, { passwordRules: null })).toEqual([
      'password: weak-password',
    ])
    expect(await attempt(store, { name: 'None', password: '', password2: '', email: '' }, { passwordRules: () => null })).toEqual(
      ['password: weak-password'],
    )
  })
})

describe('A user name', () => {
  it.each(['Ann', 'Jörg Müller', "O'Neil", 'a@b.c', 'joe-doe_2', 'Иван', '日本', 'हिन्दी', '7of9', 'Ann B. Cid', 'groupie'])(
    'may be %j',
    (name) => {
      expect(userNameProblem(name, isGroupName)).toBeNull()
    },
  )

  it.each([
    '',
    ' Ann',
    'Ann ',
    'Ann  B',
    'Ann\tB',
    'Ann\u00a0B',
    'A:B',
    'A,B',
    'A/B',
    'A#B',
    '<b>',
    'A\u202eB',
    'A\u0000B',
    '-Ann',
    '+Ann',
    '.',
    '@x',
    'EditorGroup',
    'All',
    'trusted',
    'x'.repeat(61),
    'Jo\u0308rg',
  ])('may not be %j', (name) => {
    expect(userNameProblem(name, isGroupName)?.code).toBe('bad-user-name')
  })
})

describe('A new password', () => {
  it.each<[string, RegExp]>([
    ['', /8 characters/],
    ['short12', /8 characters/],
    ['aaabbbaaabbb', /different/],
    ['ABab1a1a1a1a', /different/],
    ['annmiller99', /contains your name/],
    ['qwertyuiop', /row of keys/],
    ['poiuytrewq', /row of keys/],
    ['asdfghjkl', /row of keys/],
    ['QWERTZUIOP', /row of keys/],
    ['1234567890', /row of keys/],
    ['qwertyasdfgh', /row of keys/],
    ['1qaz2wsx', /row of keys/],
    ['password', /first that everybody tries/],
    ['Password123!', /first that everybody tries/],
    ['passw0rd', /first that everybody tries/],
    ['moinmoin', /first that everybody tries/],
    ['x'.repeat(2000), /longer/],
  ])('may not be %j', (password, why) => {
    expect(passwordProblem('annmiller', password)?.message).toMatch(why)
  })

  it('may not be a part of the name', () => {
    expect(passwordProblem('Bartholomew Simpson', 'bartholomew')?.message).toMatch(/part of your name/)
  })

  it.each(['blue kettle 7', 'correct horse', 'pässwörd', 'property!', 'qwerty is my cat', '日本語のパスワード', 'Tr0ub4dor&3'])(
    'may be %j',
    (password) => {
      expect(passwordProblem('Ann', password)).toBeNull()
    },
  )
})

describe('An e-mail address', () => {
  it.each(['a@b', 'ann.miller+wiki@mail.example.org', 'jörg@müller.de', ''])('may be %j', (email) => {
    expect(emailProblem(email)).toBeNull()
  })
  it.each(['a', 'a@', '@b', 'a@b@c', 'a b@c', 'a@b..c', 'a@b\nBcc: x@y', `${'a'.repeat(250)}@b.org`])(
    'may not be %j',
    (email) => {
      expect(emailProblem(email)?.code).toBe('bad-email')
    },
  )
})

describe("The first superuser's ticket", () => {
  const at = (time: number) => ({ now: () => time })

  it('works once', async () => {
    const folder = newFolder()
    const token = await createSuperuserTicket(folder)
    expect(await isSuperuserTicket(folder, token)).toBe(true)
    const uses = await Promise.all([1, 2, 3].map(() => useSuperuserTicket(folder, token)))
    expect(uses.filter(Boolean)).toHaveLength(1)
    expect(await useSuperuserTicket(folder, token)).toBe(false)
  })

  it('expires', async () => {
    const folder = newFolder()
    const token = await createSuperuserTicket(folder, { clock: at(1000), lifetime: 500 })
    expect(await useSuperuserTicket(folder, token, at(1500))).toBe(false)
    expect(await useSuperuserTicket(folder, token, at(1499))).toBe(true)
  })

  it('is replaced by the next one, voided when there is a superuser, and never stored as it is', async () => {
    const folder = newFolder()
    const first = await createSuperuserTicket(folder)
    const second = await createSuperuserTicket(folder)
    expect(await isSuperuserTicket(folder, first)).toBe(false)
    expect(await isSuperuserTicket(folder, `../${second}`)).toBe(false)
    expect(readdirSync(join(folder, 'servus', 'tickets')).join()).not.toContain(second)
    await voidSuperuserTickets(folder)
    expect(await isSuperuserTicket(folder, second)).toBe(false)
    expect(await isSuperuserTicket(newFolder(), second)).toBe(false)
  })
})
