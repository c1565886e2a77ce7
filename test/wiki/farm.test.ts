import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from 'servus/testing'
import { configWarnings } from '../../core/farm/check-config.ts'
import type { Facts } from '../../core/http/facts.ts'

const open = { aclRightsDefault: 'All:read,write' }
const shared = { cookieDomain: '.wiki.localhost', cookieName: 'FARM', sessionDir: 'sessions', userDir: 'users', ...open }
const addresses = [
  ['docs', /^https?:\/\/docs\.wiki\.localhost/, { sitename: 'Docs' }],
  ['team', /^https?:\/\/team\.wiki\.localhost/, { sitename: 'Team' }],
  ['garden', /^https?:\/\/www\.wiki\.localhost(:\d+)?\/garden\//, { sitename: 'Garden' }],
] as const

const nobody = { userId: '', address: '', host: '' }

let host: TestHost
afterEach(() => host.close())

describe('a farm', () => {
  it('serves wikis by host name and by path in one process', async () => {
    host = await createTestHost({ farm: { common: shared, wikis: addresses } })
    expect((await host.browser('docs.wiki.localhost').get('/')).text).toContain('– Docs</title>')
    expect((await host.browser('team.wiki.localhost').get('/')).text).toContain('– Team</title>')
    const garden = await host.browser('www.wiki.localhost').get('/garden/')
    expect(garden.text).toContain('– Garden</title>')
    // Every address of a mounted wiki lies below its path.
    for (const [, href = ''] of garden.text.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)) expect(href).toMatch(/^\/garden\//)
    const style = /<link rel="stylesheet" href="([^"]+)"/.exec(garden.text)?.[1] ?? ''
    expect((await host.browser('www.wiki.localhost').get(style)).status).toBe(200)
  })

  it('leads the mount path without its slash to the wiki', async () => {
    host = await createTestHost({ farm: { common: shared, wikis: addresses } })
    const answer = await host.browser('www.wiki.localhost').get('/garden?action=raw', { follow: false })
    expect(answer.status).toBe(301)
    expect(answer.headers.location).toBe('/garden/?action=raw')
  })

  it('says that no wiki answers at an address nobody configured', async () => {
    host = await createTestHost({ farm: { common: shared, wikis: addresses } })
    for (const address of ['http://other.wiki.localhost/', 'http://www.wiki.localhost/gardening']) {
      const answer = await host.browser().get(address)
      expect(answer.status).toBe(404)
      expect(answer.text).toContain('No wiki answers')
    }
  })

  it('names the wikis of this machine there, and those of other hosts to nobody', async () => {
    const wikis = [
      ['docs', /^http:\/\/docs\.wiki\.localhost:8080\//],
      ['secret', /^http:\/\/secret\.example\.org\//],
    ] as const
    host = await createTestHost({ farm: { common: shared, wikis } })
    const answer = await host.browser().get('http://127.0.0.1:8080/')
    expect([answer.status, answer.text]).toEqual([404, 'No wiki answers at this address.\n\nhttp://docs.wiki.localhost:8080/\n'])
  })

  it('shares one login where cookie domain, cookie name, sessions and accounts are shared: in on one, out everywhere', async () => {
    host = await createTestHost({ farm: { common: shared, wikis: addresses }, users: { Ada: 'a long password' } })
    const ada = host.browser('docs.wiki.localhost')
    await ada.submit('http://docs.wiki.localhost/?action=login', { name: 'Ada', password: 'a long password' })
    const places = [
      'http://docs.wiki.localhost/FrontPage',
      'http://team.wiki.localhost/FrontPage',
      'http://www.wiki.localhost/garden/FrontPage',
    ]
    for (const place of places) expect((await ada.get(place)).text).toContain('Log out')
    await ada.submit('http://team.wiki.localhost/?action=logout', {})
    for (const place of places) expect((await ada.get(place)).text).not.toContain('Log out')
  })

  it('keeps the logins of wikis apart that share nothing but a host', async () => {
    const wikis = [
      ['red', /^https?:\/\/www\.wiki\.localhost(:\d+)?\/red\//],
      ['blue', /^https?:\/\/www\.wiki\.localhost(:\d+)?\/blue\//],
    ] as const
    host = await createTestHost({ farm: { common: { ...open, userDir: 'users' }, wikis }, users: { Ada: 'a long password' } })
    const ada = host.browser('www.wiki.localhost')
    await ada.submit('/red/?action=login', { name: 'Ada', password: 'a long password' })
    expect((await ada.get('/red/FrontPage')).text).toContain('Log out')
    expect((await ada.get('/blue/FrontPage')).text).not.toContain('Log out')
    await ada.submit('/blue/?action=login', { name: 'Ada', password: 'a long password' })
    expect(new Set(ada.jar.for(new URL('http://www.wiki.localhost/')).map(({ name }) => name)).size).toBe(2)
    await ada.submit('/blue/?action=logout', {})
    expect((await ada.get('/red/FrontPage')).text).toContain('Log out')
  })

  it('logs nobody in where the cookie domain has one label, as browsers refuse such a cookie', async () => {
    const common = { ...shared, cookieDomain: '.localhost' }
    host = await createTestHost({ farm: { common, wikis: addresses }, users: { Ada: 'a long password' } })
    const ada = host.browser('docs.wiki.localhost')
    await ada.submit('/?action=login', { name: 'Ada', password: 'a long password' })
    expect(ada.jar.for(new URL('http://docs.wiki.localhost/'))).toEqual([])
    const [warning, ...more] = configWarnings(host.farm.wikis.map(({ wiki }) => wiki.config))
    expect(warning).toMatch(/^cookieDomain: '\.localhost' has one label.*use two, as in '\.wiki\.localhost'/)
    expect(more).toEqual([])
    for (const cookieDomain of [null, '.wiki.localhost', 'example.org']) expect(configWarnings([{ cookieDomain }])).toEqual([])
  })

  it.each([
    ['sessionDir', { sessionDir: 'elsewhere' }],
    ['userDir', { userDir: 'elsewhere' }],
  ])('refuses to start when wikis share the cookie name but not %s', async (key, own) => {
    const wikis = [
      ['docs', /^https?:\/\/docs\./],
      ['team', /^https?:\/\/team\./, own],
    ] as const
    host = await createTestHost()
    await expect(createTestHost({ farm: { common: shared, wikis } })).rejects.toThrow(
      new RegExp(`^test settings: ${key}: the wikis docs and team share the cookie name FARM`),
    )
  })
})

describe('wikis that share accounts and a login', () => {
  const wikis = [
    [
      'docs',
      /^http:\/\/docs\.wiki\.localhost\//,
      { interwikiname: 'Docs', naviBar: ['Team:News', 'FrontPage', '[[Docs:Plan|Ours]]'] },
    ],
    ['team', /^http:\/\/team\.wiki\.localhost\//, { interwikiname: 'Team' }],
    ['plain', /^http:\/\/plain\.wiki\.localhost\//, {}],
  ] as const
  const plan = { Plan: 'A plan.\n', 'Plan/More: of it': 'x\n' }
  const open = async (): Promise<TestBrowser> => {
    host = await createTestHost({
      farm: { common: { ...shared, sharedIntermap: ['intermap.txt'] }, wikis },
      files: {
        'intermap.txt': 'Docs http://docs.wiki.localhost/\nTeam http://team.wiki.localhost/\nEvil javascript:alert(1)//\n',
      },
      users: { Ada: 'a long password' },
    })
    for (const name of ['docs', 'team'])
      for (const [page, text] of Object.entries(plan))
        await host.farm.wiki(name)?.store.save(page, { text, base: 0, author: nobody })
    const ada = host.browser('docs.wiki.localhost')
    await ada.submit('http://docs.wiki.localhost/?action=login', { name: 'Ada', password: 'a long password' })
    return ada
  }
  const links = ({ text }: { text: string }, part: string): readonly string[] => {
    const inside = new RegExp(`<(nav|ul|div)[^>]*class="${part}"[\\s\\S]*?</\\1>`).exec(text)?.[0] ?? ''
    return [...inside.matchAll(/<a href="([^"]*)"(?: class="([^"]*)")?[^>]*>([^<]*)</g)].map(([, href, kind = '', words]) =>
      [href, kind, words].join(' '),
    )
  }

  it('keep quick links with the name of their wiki, so that they lead there from every other', async () => {
    const ada = await open()
    for (const wiki of ['docs', 'team']) await ada.submit(`http://${wiki}.wiki.localhost/Plan?action=quicklink`, { doit: '1' })
    expect((await host.wiki.parts.users.byName('Ada'))?.quickLinks).toEqual(['Docs:Plan', 'Team:Plan'])
    const [docs, team] = [await ada.get('http://docs.wiki.localhost/Plan'), await ada.get('http://team.wiki.localhost/Plan')]
    expect(docs.text).toMatch(
      /<a href="\/Plan"[^>]*>Plan<\/a>[\s\S]*<a href="http:\/\/team.wiki.localhost\/Plan" class="interwiki"[^>]*>Plan<\/a>/,
    )
    expect(team.text).toMatch(
      /<a href="http:\/\/docs.wiki.localhost\/Plan" class="interwiki"[^>]*>Plan<\/a>[\s\S]*<a href="\/Plan"[^>]*>Plan<\/a>/,
    )
    await ada.submit('http://team.wiki.localhost/Plan?action=quickunlink', { doit: '1' })
    expect((await host.wiki.parts.users.byName('Ada'))?.quickLinks).toEqual(['Docs:Plan'])
  })

  it('know a quick link that was made before the wiki had its name', async () => {
    const ada = await open()
    await ada.submit('http://docs.wiki.localhost/?action=userprefs', {
      quicklinks: 'Plan\nEvil:Plan\nSelf:Plan\nTeam:Plan/More: of it',
    })
    const { text } = await ada.get('http://docs.wiki.localhost/FrontPage')
    expect(text).toContain('<a href="http://team.wiki.localhost/Plan/More%3A%20of%20it" class="interwiki"')
    expect(text).not.toContain('"javascript:')
    await ada.submit('http://docs.wiki.localhost/Plan?action=quicklink', { doit: '1' })
    expect((await host.wiki.parts.users.byName('Ada'))?.quickLinks).toEqual([
      'Evil:Plan',
      'Self:Plan',
      'Team:Plan/More: of it',
      'Docs:Plan',
    ])
  })

  it('show the pages visited last in each as what they are', async () => {
    const ada = await open()
    await ada.get('http://docs.wiki.localhost/Plan')
    await ada.get('http://plain.wiki.localhost/HelpContents')
    const team = await ada.get('http://team.wiki.localhost/Plan')
    expect(links(team, 'trail').slice(1)).toEqual(['http://docs.wiki.localhost/Plan interwiki Plan', '/Plan  Plan'])
    const docs = await ada.get('http://docs.wiki.localhost/Plan/More:%20of%20it')
    expect(links(docs, 'trail').slice(2)).toEqual([
      'http://team.wiki.localhost/Plan interwiki Plan',
      '/Plan/More%3A%20of%20it  Plan/More: of it',
    ])
  })

  it('may have each other in their navigation', async () => {
    await open()
    const { text } = await host.browser().get('http://docs.wiki.localhost/FrontPage')
    expect(text).toContain('<a href="http://team.wiki.localhost/News" class="interwiki"')
    expect(text).toMatch(/<a href="\/Plan"[^>]*>Ours</)
  })
})

describe('the addresses that a farm remembers', () => {
  it('take little memory, however long the queries are that strangers write behind them', async () => {
    host = await createTestHost({ farm: { common: shared, wikis: addresses } })
    const { farm } = host
    const facts = (number: number): Facts =>
      ({ origin: 'http://docs.wiki.localhost', target: `/A/page/nobody/has/${number}?${'x'.repeat(15_000)}` }) as Facts
    // What the heap holds beside them must not drown them: 3000 queries are 45 MB.
    const before = process.memoryUsage().heapUsed
    const kept = Array.from({ length: 3000 }, (_, number) => farm.find(facts(number))?.path)
    setFlagsFromString('--expose-gc')
    ;(runInNewContext('gc') as () => void)()
    expect(kept[7]).toBe('/A/page/nobody/has/7')
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })
})

describe('a smiley', () => {
  it('is a picture that the wiki has, also below a mount path', async () => {
    host = await createTestHost({ farm: { wikis: [['garden', /^http:\/\/www\.wiki\.localhost\/garden\//, open]] } })
    await host.wiki.store.save('Page', { text: ':-)\n', base: 0, author: { userId: '', address: '', host: '' } })
    const visitor = host.browser('www.wiki.localhost')
    const source = /<img[^>]* src="([^"]+)"/.exec((await visitor.get('/garden/Page')).text)?.[1] ?? ''
    expect(source).toMatch(/^\/garden\//)
    const picture = await visitor.get(source)
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/png'])
  })
})
