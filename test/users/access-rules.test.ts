import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccessEntry, parseAccessList } from '../../core/users/access-list.ts'
import { AccessRules, type AccessRulesOptions, type Subject } from '../../core/users/access-rules.ts'

const validRights = ['read', 'write', 'delete', 'revert', 'admin']

/** Readable again: `names -> rights it grants / refuses`. */
function shown(entries: readonly AccessEntry[]): string[] {
  const words = (bits: number) =>
    validRights
      .filter((_, i) => bits & (1 << i))
      .map((right) => right[0])
      .join('')
  return entries.map(({ names, grants, refuses }) => `${names.join('|')} ${words(grants)}/${words(refuses)}`)
}

const parse = (text: string) => shown(parseAccessList(text, validRights, parseAccessList('Def:read', validRights)))

describe('An access control list', () => {
  it.each<[string, string[]]>([
    ['', []],
    [' \t ', []],
    ['Default Default', ['Def r/wdra', 'Def r/wdra']],
    ['Default:', ['Def r/wdra']],
    ['Default:write,delete', ['Def r/wdra']],
    ['+Default', ['Def r/wdra']],
    ['-Default All:read', ['Def r/wdra', 'All r/wdra']],
    ['Defaults:read', ['Defaults r/wdra']],
    ['UserName:', ['UserName /rwdra']],
    ['UserName:read', ['UserName r/wdra']],
    ['UserOne,UserTwo:read,write', ['UserOne|UserTwo rw/dra']],
    ['user one,user two:read', ['user one|user two r/wdra']],
    ['Joe, Jim:read', ['Joe| Jim r/wdra']],
    ['UserOne:read,write  UserTwo:read  All:', ['UserOne rw/dra', 'UserTwo r/wdra', 'All /rwdra']],
    ['+Good:write -Bad:read,write', ['Good w/', 'Bad /rw']],
    ['+Good: -Bad:', ['Good /', 'Bad /']],
    ['User:read no colon at the end', ['User r/wdra']],
    [':read', []],
    ['Joe,:read', ['Joe r/wdra']],
    ['User:read,fly,write', ['User rw/dra']],
    ['User:sing', ['User /rwdra']],
    ['BadGuy: All:read', ['BadGuy /rwdra', 'All r/wdra']],
    ['   User:read   ', ['User r/wdra']],
    ['http://x:read', ['http /rwdra']],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected)
  })

  it('remembers how each entry was written', () => {
    expect(parseAccessList('Joe Doe:read,write  -All:read', validRights).map(({ text }) => text)).toEqual([
      'Joe Doe:read,write',
      '-All:read',
    ])
  })

  it('reads any text without failing, however long, in linear time', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), listText()), (text) => void parse(text)))
    const started = performance.now()
    parse('a:read '.repeat(50_000))
    parse('+'.repeat(300_000))
    parse('Default '.repeat(50_000))
    parse(`${','.repeat(300_000)}:read`)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

const somebody = (name: string): Subject => ({ name, valid: name !== '' })
const anonymous = somebody('')

function rulesWith(
  options: Partial<AccessRulesOptions> & { pages?: Record<string, string[]>; lists?: Record<string, string[]> },
): AccessRules {
  const { pages = {}, lists = {} } = options
  return new AccessRules({
    before: '',
    default: 'Trusted:read,write,delete,revert Known:read All:read',
    after: '',
    hierarchic: false,
    validRights,
    groups: { members: (name) => (Object.hasOwn(lists, name) ? new Set(lists[name]) : null) },
    aclOf: (name) => (Object.hasOwn(pages, name) ? (pages[name] ?? null) : null),
    knownUser: (name) => name.startsWith('Known'),
    ...options,
  })
}

async function rightsOf(rules: AccessRules, subject: Subject, page = 'Page'): Promise<string> {
  const has: string[] = []
  for (const right of validRights) if (await rules.may(subject, right, page)) has.push(right)
  return has.join(' ')
}

describe('Access rules', () => {
  it('let the first entry that matches and decides win', async () => {
    const acl =
      '-MinusGuy:read +MinusGuy:read +PlusGuy:read -PlusGuy:read Admin1,Admin2:read,write,delete,revert,admin ' +
      'Admin3:read,write,admin JoeDoe,user with spaces,Jörg Müller:read,write BadGuy: All:read'
    const rules = rulesWith({ pages: { Page: [acl] } })
    const expected: Record<string, string> = {
      Admin1: 'read write delete revert admin',
      Admin2: 'read write delete revert admin',
      Admin3: 'read write admin',
      JoeDoe: 'read write',
      'user with spaces': 'read write',
      'Jörg Müller': 'read write',
      BadGuy: '',
      MinusGuy: '',
      PlusGuy: 'read',
      Anyone: 'read',
      '': 'read',
      // Case and forgotten blanks make another person.
      joedoe: 'read',
      ' JoeDoe': 'read',
    }
    for (const [name, rights] of Object.entries(expected))
      expect([name, await rightsOf(rules, somebody(name))]).toEqual([name, rights])
  })

  it('use the default for a page without ACL, and not for one with an empty ACL', async () => {
    const rules = rulesWith({ pages: { Empty: [''], None: [] } })
    expect(await rightsOf(rules, anonymous, 'Nowhere')).toBe('read')
    expect(await rightsOf(rules, anonymous, 'None')).toBe('read')
    expect(await rightsOf(rules, anonymous, 'Empty')).toBe('')
  })

  it('join several ACL lines', async () => {
    const rules = rulesWith({ pages: { Page: ['Joe:read', 'Ann:write Default'] } })
    expect(await rightsOf(rules, somebody('Joe'))).toBe('read')
    expect(await rightsOf(rules, somebody('Ann'))).toBe('write')
    expect(await rightsOf(rules, anonymous)).toBe('read')
  })

  it('know All, Known and Trusted', async () => {
    const rules = rulesWith({ pages: { Page: ['+Trusted:write +Known:delete All:read'] } })
    expect(await rightsOf(rules, anonymous)).toBe('read')
    expect(await rightsOf(rules, { name: 'Joe', valid: true })).toBe('read delete')
    expect(await rightsOf(rules, { name: 'KnownElsewhere', valid: false })).toBe('read delete')
    expect(await rightsOf(rules, { name: 'NoAccount', valid: false })).toBe('read')
    expect(await rightsOf(rules, { name: 'Joe', valid: true, trusted: true })).toBe('read write delete')
    expect(await rightsOf(rules, { name: '', valid: false, trusted: true })).toBe('read')
  })

  it('never match an anonymous visitor by name', async () => {
    const rules = rulesWith({ pages: { Page: [',:read,write'], Other: ['AGroup:read'] }, lists: { AGroup: [''] } })
    expect(await rightsOf(rules, anonymous)).toBe('')
    expect(await rightsOf(rules, anonymous, 'Other')).toBe('')
  })

  it('look into groups, and take a name that is a group for nothing else', async () => {
    const lists = { PGroup: ['Antony', 'Beatrice'], AGroup: ['All'], AllGroup: [], KGroup: ['Known'], TGroup: ['Trusted'] }
    const rules = rulesWith({
      lists,
      pages: { Page: ['PGroup,AllGroup:read,write,admin AGroup:read'], K: ['KGroup:write TGroup:delete'], N: ['Ghost:read'] },
    })
    for (const name of ['Antony', 'Beatrice']) expect(await rightsOf(rules, somebody(name))).toBe('read write admin')
    for (const name of ['Charles', 'PGroup', 'AllGroup', '']) expect(await rightsOf(rules, somebody(name))).toBe('read')
    expect(await rightsOf(rules, somebody('Joe'), 'K')).toBe('write')
    expect(await rightsOf(rules, anonymous, 'K')).toBe('')
    expect(await rightsOf(rules, somebody('Ghost'), 'N')).toBe('read')
  })

  it('give the same answers when groups, lists and accounts take time', async () => {
    const lists: Record<string, string[]> = { SlowGroup: ['Slow', 'Known'] }
    const pages: Record<string, string[]> = {
      Page: ['Fast,SlowGroup,Last:write SlowGroup:read -Known:delete +Late:delete All:read'],
    }
    const quick = rulesWith({ lists, pages })
    const slow = rulesWith({
      groups: { members: async (name) => (lists[name] ? new Set(lists[name]) : null) },
      aclOf: async (name) => pages[name] ?? null,
      knownUser: async (name) => name.startsWith('Known'),
    })
    for (const name of ['', 'Fast', 'Slow', 'Last', 'Late', 'Known1', 'Else']) {
      for (const valid of [true, false]) {
        if (name === '' && valid) continue
        const subject = { name, valid }
        expect(await rightsOf(slow, subject)).toBe(await rightsOf(quick, subject))
      }
    }
    expect(await rightsOf(slow, { name: 'Last', valid: false })).toBe('write')
  })

  describe('of a wiki with before, default and after', () => {
    const options = {
      before: 'WikiAdmin:read,write,delete,revert,admin',
      default: 'All:read,write',
      after: 'All:read',
      pages: {
        Main: ['JoeDoe:', 'JaneDoe:read,write'],
        Second: ['All:read,write'],
        'Second/Sub': ['JoeDoe:read,write'],
        Bare: [''],
        'Main/Bare': [''],
      },
    }
    const flat = rulesWith(options)
    const hierarchic = rulesWith({ ...options, hierarchic: true })
    const everything = 'read write delete revert admin'

    it.each<[string, string, string, string]>([
      ['Main', 'WikiAdmin', everything, everything],
      ['Main', 'AnyUser', 'read', 'read'],
      ['Main', 'JaneDoe', 'read write', 'read write'],
      ['Main', 'JoeDoe', '', ''],
      ['Main/Sub', 'WikiAdmin', everything, everything],
      ['Main/Sub', 'AnyUser', 'read write', 'read'],
      ['Main/Sub', 'JoeDoe', 'read write', ''],
      ['Main/Sub', 'JaneDoe', 'read write', 'read write'],
      ['Main/Sub/Deeper', 'JoeDoe', 'read write', ''],
      ['Second/Sub', 'AnyUser', 'read', 'read'],
      ['Second/Sub', 'JoeDoe', 'read write', 'read write'],
      ['Elsewhere/Sub', 'AnyUser', 'read write', 'read write'],
      ['Bare', 'AnyUser', 'read', 'read write'],
      ['Main/Bare', 'JoeDoe', 'read', ''],
    ])('%s for %s: flat "%s", hierarchic "%s"', async (page, name, whenFlat, whenHierarchic) => {
      expect(await rightsOf(flat, somebody(name), page)).toBe(whenFlat)
      expect(await rightsOf(hierarchic, somebody(name), page)).toBe(whenHierarchic)
    })
  })

  it('say which line decided', async () => {
    const rules = rulesWith({
      hierarchic: true,
      before: 'Boss:read,write',
      after: '+Joe:delete',
      pages: { Top: ['-Joe:write Joe:read', '+All:read'] },
    })
    expect(await rules.explain(somebody('Boss'), 'write', 'Top')).toEqual({
      allowed: true,
      list: 'before',
      page: null,
      entry: 'Boss:read,write',
    })
    expect(await rules.explain(somebody('Joe'), 'write', 'Top/Sub')).toEqual({
      allowed: false,
      list: 'page',
      page: 'Top',
      entry: '-Joe:write',
    })
    expect(await rules.explain(anonymous, 'read', 'Other')).toMatchObject({ list: 'default', entry: 'All:read' })
    expect(await rules.explain(anonymous, 'delete', 'Top')).toEqual({ allowed: false, list: 'none', page: null, entry: '' })
    expect(await rules.explain(somebody('Boss'), 'fly', 'Top')).toMatchObject({ allowed: false, list: 'none' })
  })

  it('tell when an edit changes what an ACL means', () => {
    const rules = rulesWith({})
    expect(rules.sameMeaning(['Joe:read'], ['Joe:read  '])).toBe(true)
    expect(rules.sameMeaning(['Joe:read Ann:write'], ['Joe:read', 'Ann:write,fly'])).toBe(true)
    expect(rules.sameMeaning(['Joe:read'], ['Joe:read,write'])).toBe(false)
    expect(rules.sameMeaning([], [''])).toBe(false)
    expect(rules.sameMeaning([], [])).toBe(true)
  })

  it('refuse every right for an unknown right and a list nobody matches', async () => {
    const rules = rulesWith({ default: '' })
    expect(await rules.may(somebody('Joe'), 'fly', 'Page')).toBe(false)
    expect(await rules.may(somebody('Joe'), 'constructor', 'Page')).toBe(false)
    expect(await rightsOf(rules, somebody('Joe'))).toBe('')
  })
})

describe('Whatever the lists say', () => {
  const subjects = fc.constantFrom(...['', 'Joe', 'Ann', 'AGroup'].map(somebody))
  const right = fc.constantFrom(...validRights)

  it('the first deciding entry wins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(listEntry(), { maxLength: 6 }), subjects, right, async (entries, subject, asked) => {
        const whole = rulesWith({ lists: { AGroup: ['Ann'] }, pages: { Page: [entries.join(' ')] } })
        let expected = false
        for (const entry of entries) {
          const alone = rulesWith({ lists: { AGroup: ['Ann'] }, pages: { Page: [entry] } })
          const { allowed, list } = await alone.explain(subject, asked, 'Page')
          if (list === 'none') continue
          expected = allowed
          break
        }
        expect(await whole.may(subject, asked, 'Page')).toBe(expected)
        expect((await whole.explain(subject, asked, 'Page')).allowed).toBe(expected)
      }),
    )
  })

  it('before beats the page, and the page beats after', async () => {
    await fc.assert(
      fc.asyncProperty(listText(), listText(), listText(), subjects, right, async (before, page, after, subject, asked) => {
        const only = async (text: string) => rulesWith({ pages: { Page: [text] } }).explain(subject, asked, 'Page')
        const order = [await only(before), await only(page), await only(after)]
        const expected = order.find(({ list }) => list !== 'none')?.allowed ?? false
        const rules = rulesWith({ before, after, pages: { Page: [page] } })
        expect(await rules.may(subject, asked, 'Page')).toBe(expected)
      }),
    )
  })
})

function listEntry(): fc.Arbitrary<string> {
  const names = fc.array(fc.constantFrom('Joe', 'Ann', 'All', 'Known', 'Trusted', 'AGroup', 'two words'), {
    minLength: 1,
    maxLength: 3,
  })
  const rights = fc.array(fc.constantFrom(...validRights, 'fly'), { maxLength: 3 })
  return fc
    .tuple(fc.constantFrom('', '+', '-'), names, rights)
    .map(([sign, who, what]) => `${sign}${who.join(',')}:${what.join(',')}`)
}

function listText(): fc.Arbitrary<string> {
  return fc.array(listEntry(), { maxLength: 5 }).map((entries) => entries.join(' '))
}
