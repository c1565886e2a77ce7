import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccessRules } from '../../core/users/access-rules.ts'
import { dictOf } from '../../core/users/dict-of.ts'
import { groupMembers } from '../../core/users/group-members.ts'
import { PageDicts } from '../../core/users/page-dicts.ts'
import { PageGroups } from '../../core/users/page-groups.ts'

describe('A group page', () => {
  it.each<[string, string, string[]]>([
    ['bullet items', ' * Ann\n * Bob Miller\n', ['Ann', 'Bob Miller']],
    ['numbered items', ' 1. Ann\n 1.#3 Bob\n a. Cid\n', ['Ann', 'Bob', 'Cid']],
    ['items without a blank', ' *Ann\n', ['Ann']],
    ['items of the first level only', ' * Ann\n   * Nested\n    1. Deeper\n * Bob\n', ['Ann', 'Bob']],
    ['any indentation of the first level', '    * Ann\n      * Nested\n    * Bob\n', ['Ann', 'Bob']],
    ['lists after other text', 'Our people:\n\n * Ann\n\nand\n  * Bob\n', ['Ann', 'Bob']],
    ['the target of a link', ' * [[Ann Miller|our Ann]]\n * [[Bob]] is new\n', ['Ann Miller', 'Bob']],
    ['words in front of a link', ' * Ann [[Elsewhere]]\n', ['Ann']],
    ['CamelCase names', ' * JoeDoe since 2001\n * JörgMüller\n', ['JoeDoe', 'JörgMüller']],
    ['a name kept from being a link', ' * !JoeDoe\n', ['JoeDoe']],
    ['marked names', " * '''Ann'''\n * ''Bob'' the builder\n * `Cid`\n", ['Ann', 'Bob', 'Cid']],
    ['names of other writings', ' * Иван Петров\n * 日本\n', ['Иван Петров', '日本']],
    ['special groups', ' * All\n * Known\n', ['All', 'Known']],
    ['lines with CRLF', ' * Ann\r\n * Bob\r\n', ['Ann', 'Bob']],
    ['instructions', '#format wiki\n#acl All:read\n##\n * Ann\n', ['Ann']],
    ['an empty item', ' * \n * Ann\n', ['Ann']],
    ['no list', '* Ann\nBob\n', []],
    ['code blocks', ' * Ann\n{{{\n * Bob\n}}}\n * Cid\n', ['Ann', 'Cid']],
    ['another format', '#format plain\n * Ann\n', []],
    ['nothing', '', []],
  ])('with %s', (_, text, members) => {
    expect(groupMembers(text)).toEqual(members)
  })

  it('reads any text without failing, in linear time', () => {
    fc.assert(fc.property(fc.string(), (text) => void groupMembers(` * ${text}\n${text}`)))
    const started = performance.now()
    groupMembers(` * ${'Aa'.repeat(20_000)}!\n`)
    groupMembers(` * ${'../'.repeat(20_000)}\n`)
    groupMembers(' * a\n'.repeat(50_000))
    groupMembers(Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i + 1)}* a`).join('\n'))
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('A dict page', () => {
  it('gives its entries', () => {
    expect([
      ...dictOf(
        ' key:: value\r\n other key:: another value\n key:: last one wins \nno:: entry\n  too deep:: x\n empty:: \n url:: http://a::b\n',
      ),
    ]).toEqual([
      ['key', 'last one wins'],
      ['other key', 'another value'],
      ['empty', ''],
      ['url', 'http://a::b'],
    ])
  })
})

describe('Dicts of a wiki', () => {
  it('come from the configuration first, then from pages, read once until something changes', async () => {
    const pages: Record<string, string> = { ADict: ' a:: 1\n', BDict: ' b:: 2\n', Other: ' c:: 3\n' }
    let [reads, stamp] = [0, 1]
    const dicts = new PageDicts({
      configured: { ADict: { a: 'config' } },
      pageDictRegex: /[a-z0-9]*Dict/i,
      readPage: async (name) => {
        reads++
        return pages[name] ?? null
      },
      stamp: () => String(stamp),
    })
    expect([...((await dicts.dict('ADict')) ?? [])]).toEqual([['a', 'config']])
    expect([...((await dicts.dict('BDict')) ?? [])]).toEqual([['b', '2']])
    await dicts.dict('BDict')
    expect(await dicts.dict('Other')).toBeNull()
    expect(await dicts.dict('NoDict')).toBeNull()
    expect(reads).toBe(2)
    pages.BDict = ' b:: 3\n'
    stamp++
    expect((await dicts.dict('BDict'))?.get('b')).toBe('3')
  })
})

describe('Groups of a wiki', () => {
  function wikiGroups(pages: Record<string, string>, configured: Record<string, string[]> = {}) {
    const counts = { reads: 0, stamp: 1 }
    const groups = new PageGroups({
      configured,
      pageGroupRegex: /[a-z0-9]*Group/i,
      readPage: async (name) => {
        counts.reads++
        return Object.hasOwn(pages, name) ? (pages[name] ?? null) : null
      },
      stamp: () => String(counts.stamp),
    })
    return { groups, counts, members: async (name: string) => [...((await groups.members(name)) ?? ['(none)'])].sort() }
  }

  it('expand the groups within, in circles too', async () => {
    const { members } = wikiGroups({
      EditorGroup: ' * Ann\n * OtherGroup\n * GhostGroup\n',
      OtherGroup: ' * Bob\n * EditorGroup\n',
      SelfGroup: ' * SelfGroup\n',
    })
    expect(await members('EditorGroup')).toEqual(['Ann', 'Bob', 'GhostGroup'])
    expect(await members('OtherGroup')).toEqual(['Ann', 'Bob', 'GhostGroup'])
    expect(await members('SelfGroup')).toEqual([])
    expect(await members('GhostGroup')).toEqual(['(none)'])
    expect(await members('Ann')).toEqual(['(none)'])
  })

  it('follow a chain of thousands', async () => {
    const pages: Record<string, string> = { G5000Group: ' * Ann\n' }
    for (let i = 0; i < 5000; i++) pages[`G${i}Group`] = ` * G${i + 1}Group\n`
    expect(await wikiGroups(pages).members('G0Group')).toEqual(['Ann'])
  })

  it('take the configuration first and mix nothing', async () => {
    const { members } = wikiGroups(
      { AGroup: ' * Page\n', BGroup: ' * Staff\n' },
      { AGroup: ['Config', 'BGroup'], Staff: ['Cid'] },
    )
    expect(await members('AGroup')).toEqual(['Cid', 'Config'])
    expect(await members('Staff')).toEqual(['Cid'])
  })

  it('ask again when the pages could not be read', async () => {
    let ill = true
    const groups = new PageGroups({
      pageGroupRegex: /.*Group/,
      readPage: async () => {
        if (ill) throw new Error('no disk')
        return ' * Ann\n'
      },
      stamp: () => 'same',
    })
    await expect(groups.members('AGroup')).rejects.toThrow('no disk')
    ill = false
    expect([...((await groups.members('AGroup')) ?? [])]).toEqual(['Ann'])
  })

  it('read a page once until something changes', async () => {
    const pages: Record<string, string> = { AGroup: ' * Ann\n' }
    const { groups, counts, members } = wikiGroups(pages)
    await members('AGroup')
    await members('AGroup')
    expect(groups.members('AGroup')).toBeInstanceOf(Set)
    expect(groups.members('Ann')).toBeNull()
    expect(counts.reads).toBe(1)
    pages.AGroup = ' * Bob\n'
    counts.stamp++
    expect(await members('AGroup')).toEqual(['Bob'])
    delete pages.AGroup
    counts.stamp++
    expect(await members('AGroup')).toEqual(['(none)'])
  })

  const fixture = new URL('../../../shared/moin-data/data/pages/', import.meta.url)
  it.runIf(existsSync(fixture))('of a MoinMoin wiki', async () => {
    const read = (name: string) => readFileSync(new URL(`${name}/revisions/00000001`, fixture), 'utf8')
    const { groups, members } = wikiGroups({ EditorGroup: read('EditorGroup'), OtherGroup: read('OtherGroup') })
    expect(await members('EditorGroup')).toEqual(['Admin', 'Bob', 'Jörg Müller', 'UserSsha'])
    const rules = new AccessRules({
      before: '',
      default: '',
      after: '',
      hierarchic: false,
      validRights: ['read'],
      groups,
      aclOf: () => ['EditorGroup:read'],
      knownUser: () => false,
    })
    expect(await rules.may({ name: 'Bob', valid: true }, 'read', 'X')).toBe(true)
    expect(await rules.may({ name: 'NestedIgnored', valid: true }, 'read', 'X')).toBe(false)
    expect([...dictOf(read('TestDict'))]).toEqual([
      ['key', 'value'],
      ['other key', 'another value'],
    ])
  })
})
