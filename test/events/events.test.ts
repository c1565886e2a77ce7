import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost, type TestHostOptions } from 'servus/testing'

let host: TestHost

afterEach(() => host.close())

/** A handler that writes what it is told into the log. */
const witness = (name: string, ...events: readonly string[]): string =>
  events
    .map((event) => `export const ${event} = (facts, wiki) => wiki.log.info({ told: '${name}', facts }, '${event}')`)
    .join('\n')

async function open(handlers: Readonly<Record<string, string>>, options: TestHostOptions = {}): Promise<void> {
  const files = Object.fromEntries(Object.entries(handlers).map(([name, text]) => [`plugins/events/${name}.js`, text]))
  host = await createTestHost({ ...options, files: { ...files, ...options.files } })
}

/** What the witnesses heard, once all of it is told. */
async function told(): Promise<(readonly [string, string, Record<string, unknown>])[]> {
  await host.wiki.parts.handlers.close()
  return host
    .log()
    .filter((line) => 'told' in line)
    .map((line) => [String(line['told']), String(line['msg']), line['facts'] as Record<string, unknown>])
}

const save = (text: string, page = 'Garden') => host.browser().submit(`/${page}?action=edit`, { savetext: text, comment: 'why' })

describe('an event handler', () => {
  it('is told of a page that was saved, with who, what and why', async () => {
    await open({ scribe: witness('scribe', 'pageChanged') })
    await save('Roses')
    const [[, event, facts] = []] = await told()
    expect(event).toBe('pageChanged')
    expect(facts).toMatchObject({ page: 'Garden', revision: 1, comment: 'why', trivial: false, author: { userId: '' } })
  })

  it('is told of renaming, reverting, deleting and attachments by the names of these', async () => {
    const all = ['pageChanged', 'pageRenamed', 'pageReverted', 'pageDeleted', 'fileAttached', 'fileRemoved']
    await open({ scribe: witness('scribe', ...all) }, { pages: { Garden: 'one' } })
    await save('two')
    const browser = host.browser()
    await browser.submit('/Garden?action=revert&rev=1', { doit: '1', comment: 'back' })
    await browser.submit('/Garden?action=RenamePage', { newpagename: 'Park', comment: 'greener' })
    await attach(browser, 'Park', 'rose?.txt', 'red')
    await browser.submit('/Park?action=AttachFile&do=del&target=rose_.txt', {})
    await browser.submit('/Park?action=DeletePage', { doit: '1', comment: 'winter' })
    expect((await told()).map(([, event, facts]) => [event, facts['page'], facts['comment'] ?? facts['file']])).toEqual([
      ['pageChanged', 'Garden', 'why'],
      ['pageReverted', 'Garden', 'back'],
      ['pageRenamed', 'Park', 'greener'],
      ['fileAttached', 'Park', 'rose_.txt'],
      ['fileRemoved', 'Park', 'rose_.txt'],
      ['pageDeleted', 'Park', 'winter'],
    ])
  })

  it('is told of the redirect that a renamed page leaves under its old name', async () => {
    await open(
      { scribe: witness('scribe', 'pageChanged', 'pageRenamed') },
      { pages: { Garden: 'one' }, wiki: { showRenameRedirect: true } },
    )
    await host.browser().submit('/Garden?action=RenamePage', { newpagename: 'Park', rename_redirect: '1', comment: 'greener' })
    expect((await told()).map(([, event, { page, comment }]) => [event, page, comment])).toEqual([
      ['pageRenamed', 'Park', 'greener'],
      ['pageChanged', 'Garden', 'greener'],
    ])
    expect((await told())[1]?.[2]).toMatchObject({ trivial: false, revision: (await host.wiki.store.state('Garden')).revision })
  })

  it('is told of accounts and of log-ins, and never of a password or a session', async () => {
    await open({ scribe: witness('scribe', 'userCreated', 'login', 'logout') })
    const browser = host.browser()
    const form = {
      name: 'Ada',
      password: 'a long password',
      password1: 'a long password',
      password2: 'a long password',
      email: '',
    }
    await browser.submit('/?action=newaccount', form)
    const ada = await host.signedIn('Ada', 'a long password')
    await ada.submit('/?action=logout', {})
    const heard = await told()
    expect(new Set(heard.map(([, event]) => event))).toEqual(new Set(['userCreated', 'login', 'logout']))
    for (const [, , facts] of heard) expect(Object.keys(facts).sort()).toEqual(['id', 'name'])
  })

  it('comes before those of other folders when it is the wiki’s own, and else by its name', async () => {
    host = await createTestHost({
      wiki: { pluginDirs: ['shared'] },
      files: {
        'shared/events/alpha.js': witness('alpha', 'pageChanged'),
        'shared/events/own.js': witness('overridden', 'pageChanged'),
        'plugins/events/zulu.js': witness('zulu', 'pageChanged'),
        'plugins/events/own.js': witness('own', 'pageChanged'),
      },
    })
    await save('Roses')
    expect((await told()).map(([name]) => name)).toEqual(['own', 'zulu', 'alpha'])
  })

  it('that throws harms nothing: the page is saved, the others are told, the log names it', async () => {
    await open({
      broken: `export function pageChanged() { throw 'no Error at all' }`,
      later: `export const pageChanged = async () => { throw new Error('rejected') }`,
      scribe: witness('scribe', 'pageChanged'),
      unreadable: 'export const',
    })
    expect((await save('Roses')).status).toBe(200)
    expect(await told()).toHaveLength(1)
    expect(failed()).toEqual([
      ['event handler cannot be loaded', 'events/unreadable'],
      ['event handler failed', 'events/broken'],
      ['event handler failed', 'events/later'],
    ])
  })

  it('that never ends is left behind at the deadline', async () => {
    await open(
      { asleep: `export const pageChanged = () => new Promise(() => {})`, scribe: witness('scribe', 'pageChanged') },
      { wiki: { deadlines: { event: 20 } } },
    )
    expect((await save('Roses')).status).toBe(200)
    expect((await told()).map(([name]) => name)).toEqual(['scribe'])
    expect(host.log().find(({ plugin }) => plugin === 'events/asleep')).toMatchObject({
      msg: 'event handler failed',
      err: { code: 'event-too-slow' },
    })
  })

  it('changes what it is told for itself alone', async () => {
    await open({
      first: `export const pageChanged = (facts) => { facts.page = 'Elsewhere' }`,
      scribe: witness('scribe', 'pageChanged'),
    })
    await save('Roses')
    expect((await told())[0]?.[2]['page']).toBe('Garden')
  })

  it('that does not exist costs a save nothing', async () => {
    await open({})
    await save('Roses')
    expect(await told()).toEqual([])
  })
})

describe('an event handler that fails again and again', () => {
  it('rests, as superusers can see', async () => {
    await open({ broken: `export function pageChanged() { throw new Error('no') }` })
    for (let n = 0; n < 8; n++) expect((await save(`Roses ${n}`)).status).toBe(200)
    await host.wiki.parts.handlers.close()
    const { health } = host.wiki.parts.plugins
    expect(health.record('events', 'broken')).toMatchObject({ faultCount: 5 })
    expect(health.offBecause('events', 'broken')?.message).toContain('it failed 5 times within 10 minutes')
  })
})

describe('the tools that a handler is lent', () => {
  it('save a page as the wiki: readers see it at once, its history names the wiki, other handlers are told', async () => {
    await open(
      {
        index: `export const pageChanged = ({ page }, wiki) => wiki.save('PageList', '* ' + page, { comment: 'kept by index' })`,
        scribe: witness('scribe', 'pageChanged'),
      },
      { wiki: { sitename: 'Green Wiki', showHosts: false } },
    )
    const reader = host.browser()
    expect((await reader.get('/PageList')).status).toBe(404)
    await save('Roses')
    expect((await told()).map(([, , { page }]) => page)).toEqual(['Garden', 'PageList'])
    expect((await reader.get('/PageList')).text).toContain('Garden')
    expect((await reader.get('/PageList?action=info')).text).toMatch(/Green Wiki[\s\S]*kept by index/)
  })

  it('save in the name of an account, and refuse a name that cannot be', async () => {
    await open({}, { users: { Ada: 'a long password' } })
    const { tools, store } = host.wiki.parts
    const ada = await tools.users.byName('Ada')
    await tools.save('Diary', 'Today', { userId: ada?.id ?? '', trivial: true })
    expect(await store.history('Diary')).toMatchObject([{ author: { userId: ada?.id, host: 'servus' }, extra: 'minor' }])
    await expect(tools.save('//', 'x')).rejects.toThrow('This page name cannot be used')
    expect(await tools.remove('Diary')).toBe(true)
    expect(await tools.remove('Diary')).toBe(false)
  })

  it('show accounts without what lets somebody in', async () => {
    await open({}, { users: { Ada: 'a long password' } })
    const { users } = host.wiki.parts.tools
    const ada = await users.byName('Ada')
    expect(ada).toMatchObject({ name: 'Ada', disabled: false })
    expect(Object.keys(ada ?? {})).not.toEqual(expect.arrayContaining(['password']))
    const browser = await host.signedIn('Ada', 'a long password')
    await users.change(ada?.id ?? '', () => ({ disabled: true }))
    expect((await browser.get('/?action=userprefs', { follow: false })).status).toBe(303)
    expect(await users.byName('Ada')).toBeNull()
  })

  it('do not keep two handlers going that save at each change', async () => {
    const pong = (page: string) =>
      `export const pageChanged = (facts, wiki) => wiki.save('${page}', String(wiki.now().getTime()) + facts.page)`
    await open({ ping: pong('Ping'), pong: pong('Pong'), scribe: witness('scribe', 'pageChanged') })
    await save('Roses')
    // Garden tells both; what either saves tells the other once more, and that is all.
    expect((await told()).map(([, , { page }]) => page)).toEqual(['Garden', 'Ping', 'Pong', 'Pong', 'Ping'])
  })
})

const failed = () =>
  host
    .log()
    .filter(({ msg }) => String(msg).startsWith('event handler'))
    .map(({ msg, plugin }) => [msg, plugin])

async function attach(browser: ReturnType<TestHost['browser']>, page: string, file: string, text: string) {
  const { text: form } = await browser.get(`/${page}?action=AttachFile`)
  const ticket = /name="ticket" value="([^"]+)"/.exec(form)?.[1] ?? ''
  const part = (name: string, value: string, more = '') =>
    `--b\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  return browser.send(`/${page}?action=AttachFile`, {
    method: 'POST',
    headers: {
      'content-type': 'multipart/form-data; boundary=b',
      origin: `http://127.0.0.1:${host.port}`,
      'sec-fetch-site': 'same-origin',
    },
    body: `${part('ticket', ticket)}${part('do', 'upload')}${part('file', text, `; filename="${file}"`)}--b--\r\n`,
  })
}
