import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileUserStore } from '../../core/users/file-user-store.ts'
import { parseMoinProfile } from '../../core/users/moin-profile.ts'
import { toUser } from '../../core/users/to-user.ts'

const parse = (...lines: string[]) => parseMoinProfile('1795234315.85.58883', `${lines.join('\n')}\n`)

describe('A MoinMoin profile', () => {
  it('becomes an account that was never saved here', () => {
    expect(
      parse(
        "# Data saved '2026' for id 'x'",
        'name=Jörg Müller',
        'email=j@example.org',
        'enc_password={SHA}a=b==',
        'language=de',
      ),
    ).toMatchObject({
      id: '1795234315.85.58883',
      version: 0,
      epoch: 0,
      name: 'Jörg Müller',
      email: 'j@example.org',
      password: '{SHA}a=b==',
      language: 'de',
      disabled: false,
      created: 1795234315850,
    })
  })

  it('keeps its lists, dicts and switches', () => {
    const record = parse(
      'quicklinks[]=A\tB C\t',
      'subscribed_pages[]=Front.*',
      'bookmarks{}=Wiki:1500000000000000\tother:12\tbad',
      'remember_me=0',
      'show_toolbar=1',
      'show_nonexist_qm=False',
      'edit_rows=33',
    )
    expect(record.quickLinks).toEqual(['A', 'B C'])
    expect(record.subscribedPages).toEqual(['Front.*'])
    expect(record.bookmarks).toEqual({ Wiki: 1500000000000000, other: 12 })
    expect(record.preferences).toEqual({ rememberMe: false, showToolbar: true, showNonexistQm: false, editRows: 33 })
  })

  it('of an older MoinMoin has lists without brackets and a time zone in hours', () => {
    expect(parse('quicklinks=A\tB', 'subscribed_pages=X', 'tz_offset=2')).toMatchObject({
      quickLinks: ['A', 'B'],
      subscribedPages: ['X'],
      timeZone: '+02:00',
    })
  })

  it.each([
    ['3600', '+01:00'],
    ['-12600', '-03:30'],
    ['0', ''],
    ['', ''],
    ['5.5', '+05:30'],
    ['nonsense', ''],
    ['99999999', ''],
  ])('with tz_offset %j is in the zone %j', (offset, zone) => {
    expect(parse(`tz_offset=${offset}`).timeZone).toBe(zone)
  })

  it('keeps unknown keys and drops those that MoinMoin never reads', () => {
    const record = parse(
      'favourite_colour=blue',
      'openids[]=x\ty',
      'odd{}=a:1',
      '__proto__=x',
      'password=plain',
      'valid=1',
      '_secret=1',
      'no equals sign',
      '#comment=1',
    )
    expect(record.extra).toEqual({ favourite_colour: 'blue', openids: ['x', 'y'], odd: { a: '1' } })
  })

  it.each([
    ['0', false],
    ['1', true],
    ['True', false],
    ['', false],
  ])('with disabled=%s', (text, disabled) => {
    expect(parse(`disabled=${text}`).disabled).toBe(disabled)
  })

  it('may hold any text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => void parse(text, `x[]=${text}`, `bookmarks{}=${text}`, `quicklinks{}=${text}`, `tz_offset=${text}`),
      ),
    )
  })

  it('is found although other files lie beside it, and although MoinMoin adds it later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'servus-profiles-'))
    try {
      writeFileSync(join(folder, 'README'), 'name=Nobody\n')
      writeFileSync(join(folder, '1.2.bak'), 'name=Backup\n')
      writeFileSync(join(folder, '1795234311.51.24077'), 'name=First\nemail=First@example.org\n')
      const store = new FileUserStore(folder)
      expect(await store.byName('Nobody')).toBeNull()
      expect(await store.byName('Backup')).toBeNull()
      expect(await store.byEmail('first@EXAMPLE.org')).toMatchObject({ name: 'First' })
      writeFileSync(join(folder, '1795234312.5'), 'name=Second\ndisabled=1\n')
      expect(await store.byName('Second')).toBeNull()
      expect(await store.byName('Second', { disabled: true })).toMatchObject({ id: '1795234312.5' })
      expect(await store.create({ name: 'First' })).toBe('name-taken')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('A visitor', () => {
  const nothing = async () => false
  const permissions = () => ({ read: nothing, write: nothing, delete: nothing, revert: nothing, admin: nothing, do: nothing })

  it('without account is anonymous', () => {
    expect(toUser(null, { permissions, authMethod: 'moin', superusers: [''], rememberMe: true })).toMatchObject({
      id: '',
      name: '',
      valid: false,
      trusted: false,
      authMethod: '',
      isSuperUser: false,
      rememberMe: false,
      quickLinks: [],
    })
  })

  it('with a disabled account is anonymous', () => {
    expect(toUser(parse('name=Ann', 'disabled=1'), { permissions, superusers: ['Ann'] })).toMatchObject({
      name: '',
      valid: false,
      isSuperUser: false,
    })
  })

  it("has MoinMoin's defaults for what the account never set, then the wiki's, then its own", () => {
    const user = toUser(parse('name=Ann', 'show_toolbar=0', 'show_comments=1'), {
      permissions,
      preferenceDefaults: { showComments: false, mailtoAuthor: true, editRows: 12 },
      fixedPreferences: ['showComments'],
    })
    expect(user.preferences).toEqual({
      mailtoAuthor: true,
      editOnDoubleclick: true,
      rememberLastVisit: false,
      showComments: false,
      showNonexistQm: false,
      showPageTrail: true,
      showToolbar: false,
      showTopbottom: false,
      showFancyDiff: true,
      wikinameAddSpaces: false,
      rememberMe: true,
      editRows: 12,
    })
    expect(user.rememberMe).toBe(true)
    expect(toUser(parse('name=Ann'), { permissions, rememberMe: false }).rememberMe).toBe(false)
    expect(toUser(parse('name=Ann', 'remember_me=0'), { permissions }).rememberMe).toBe(false)
  })

  it('is a superuser by name, and trusted by the way of signing in', () => {
    expect(toUser(parse('name=Ann'), { permissions, superusers: ['Ann'] }).isSuperUser).toBe(true)
    expect(toUser(parse('name=Cid'), { permissions, superusers: ['Ann'] }).isSuperUser).toBe(false)
    expect(toUser(parse('name=Cid'), { permissions, authMethod: 'given', trustedMethods: ['given'] }).trusted).toBe(true)
    expect(toUser(parse('name=Cid'), { permissions, authMethod: 'moin', trustedMethods: ['given'] }).trusted).toBe(false)
  })

  it('is asked about rights as the one who signed in', () => {
    const asked: unknown[] = []
    toUser(parse('name=Ann'), {
      permissions: (subject) => {
        asked.push(subject)
        return permissions()
      },
      authMethod: 'http',
      trustedMethods: ['http'],
    })
    expect(asked).toEqual([{ name: 'Ann', valid: true, trusted: true }])
  })
})
