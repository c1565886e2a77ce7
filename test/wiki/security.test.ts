import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const nobody = { userId: '', address: '', host: '' }
const closed = '#acl Ada:read,write,delete,revert,admin All:\n'

describe('what a visitor may not read', () => {
  it('does not come in as the text of an attachment that another page shows', async () => {
    host = await createTestHost({
      pages: {
        Secret: `${closed}Nothing for you.\n`,
        Open: 'Look: {{attachment:Secret/plan.txt}}\n',
        Nosy: '<<Include(Open)>>\n',
      },
    })
    await host.wiki.store.attach('Secret', 'plan.txt', Buffer.from('the plan of the vault'), nobody)
    const visitor = host.browser()
    for (const address of ['/Open', '/Nosy', '/Open?action=print', '/Open?action=recall&rev=1'])
      expect((await visitor.get(address)).text).not.toContain('the plan of the vault')
  })

  it('is shown where the same people may read both pages', async () => {
    host = await createTestHost({
      wiki: { aclRightsDefault: 'Known:read,write,delete,revert' },
      users: { Ada: 'a long password' },
      pages: { Notes: '', Open: '{{attachment:Notes/plan.txt}}\n' },
    })
    await host.wiki.store.attach('Notes', 'plan.txt', Buffer.from('the plan of the garden'), nobody)
    expect((await (await host.signedIn('Ada', 'a long password')).get('/Open')).text).toContain('the plan of the garden')
  })

  it('vanishes from a page that shows it when the file becomes unreadable', async () => {
    host = await createTestHost({
      wiki: { aclHierarchic: true },
      pages: { Above: 'Free.\n', 'Above/Notes': 'Free.\n', Open: '{{attachment:Above/Notes/plan.txt}}\n' },
    })
    await host.wiki.store.attach('Above/Notes', 'plan.txt', Buffer.from('the plan of the garden'), nobody)
    expect((await host.browser().get('/Open')).text).toContain('the plan of the garden')
    await host.wiki.store.save('Above', { text: closed, base: 1, author: nobody })
    expect((await host.browser().get('/Open')).text).not.toContain('the plan of the garden')
  })
})

describe('a change while somebody is being shown the page', () => {
  /** Somebody's view stands still at `at` while the page changes, then goes on. What is shown to the next visitor? */
  async function changedDuring(at: 'facts' | 'template' | 'frame', text: string): Promise<{ status: number; text: string }> {
    host = await createTestHost({ pages: { Plan: 'Open to all.\n', FrontPage: 'Hello.\n' } })
    const { store, themes } = host.wiki.parts
    let goOn = (): void => {}
    const waiting = new Promise<void>((resolve) => (goOn = resolve))
    let reached = (): void => {}
    const arrived = new Promise<void>((resolve) => (reached = resolve))
    let calls = at === 'template' ? -1 : 0
    const stop = async (): Promise<void> => {
      if (++calls !== 1) return
      reached()
      await waiting
    }
    if (at === 'frame') {
      const ready = themes.for.bind(themes)
      themes.for = async (user) => {
        await stop()
        return ready(user)
      }
    } else {
      const read = store.read.bind(store)
      store.read = async (name, revision) => {
        const text = await read(name, revision)
        if (name === 'Plan') await stop()
        return text
      }
    }
    const view = host.browser().get('/Plan')
    await arrived
    await store.save('Plan', { text, base: 1, author: nobody })
    await host.wiki.parts.feed.catchUp()
    goOn()
    await view
    return host.browser().get('/Plan')
  }

  for (const at of ['facts', 'template', 'frame'] as const) {
    it(`leaves nothing old in a cache (${at})`, async () =>
      expect((await changedDuring(at, 'Other words.\n')).text).toContain('Other words.'))
    it(`leaves no rights of before in a cache (${at})`, async () => expect((await changedDuring(at, closed)).status).toBe(403))
  }
})

describe('addresses made up by strangers', () => {
  /** As written: a browser would tidy it up first. */
  function ask(path: string): Promise<{ status: number; size: number }> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: host.port, path }, (answer) => {
        let size = 0
        answer.on('data', (chunk: Buffer) => (size += chunk.length))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, size }))
      })
      asked.on('error', reject).end()
    })
  }

  it('have no file under a second name, so the memory cannot be filled with copies of it', async () => {
    host = await createTestHost()
    const address = (await host.wiki.parts.themes.for(host.wiki.parts.accounts.anonymous())).stylesheets[0] ?? ''
    expect((await ask(address)).status).toBe(200)
    const at = address.lastIndexOf('/')
    for (const detour of ['/a/..', '/.', '/', '/%2e', '/a%2f..'])
      expect((await ask(address.slice(0, at) + detour + address.slice(at))).status, detour).toBe(404)
  })

  it('are not found when a file is asked for with broken escapes', async () => {
    host = await createTestHost()
    for (const path of ['/+static/default/%', '/+static/default/x/%ff', '/moin_static/default/%'])
      expect((await ask(path)).status).toBe(404)
    expect(host.log().filter(({ level }) => Number(level) >= 40)).toEqual([])
  })

  it('are refused when no page could have such a name, instead of answered at a thousand times their length', async () => {
    host = await createTestHost()
    for (const path of [`/${'a/'.repeat(6000)}b`, `/${'a'.repeat(12_000)}`]) {
      const { status, size } = await ask(path)
      expect(status).toBe(400)
      expect(size).toBeLessThan(10_000)
    }
  })

  it('cannot say where in the frame the content goes', async () => {
    host = await createTestHost({ pages: { Plan: 'The plan.\n' } })
    const { text } = await host.browser().get('/Plan?redirect=a%00content%00b')
    expect(text).toMatch(/<\/html>\s*$/)
    expect(text.split('The plan.')).toHaveLength(2)
  })
})

describe('a page that one may write and not read', () => {
  it('is not shown by its editor', async () => {
    host = await createTestHost({ pages: { Drop: '#acl All:write\nThe words of others.\n' } })
    for (const address of ['/Drop?action=edit', '/Drop?action=edit&rev=1']) {
      const { status, text } = await host.browser().get(address)
      expect(status).toBe(403)
      expect(text).not.toContain('The words of others.')
    }
  })
})

describe('a form that comes when the right is gone', () => {
  it('is refused with the text that was typed', async () => {
    host = await createTestHost({ users: { Bob: 'a long password' }, pages: { Plan: 'Old words.\n' } })
    const bob = await host.signedIn('Bob', 'a long password')
    const form = await bob.get('/Plan?action=edit')
    const ticket =
      [...form.text.slice(0, form.text.indexOf('savetext')).matchAll(/name="ticket" value="([^"]+)"/g)].at(-1)?.[1] ?? ''
    await host.wiki.store.save('Plan', { text: '#acl Ada:read,write,admin All:read\nOld words.\n', base: 1, author: nobody })
    const { status, text } = await bob.post('/Plan?action=edit', {
      ticket,
      savetext: 'An afternoon of <work>.',
      rev: '1',
      comment: 'why it took so long',
      button_save: '1',
    })
    expect(status).toBe(403)
    expect(text).toContain('You may not change this page.')
    expect(text).toContain('An afternoon of &lt;work&gt;.')
    expect(text).toContain('why it took so long')
  })
})

describe('a deleted page', () => {
  it('keeps its rights: whoever makes it anew without the admin right cannot lift them', async () => {
    const host = await createTestHost({
      users: { Ada: 'a long password' },
      pages: { Closed: '#acl Ada:read,write,delete All:\nsecret\n' },
    })
    try {
      const ada = await host.signedIn('Ada', 'a long password')
      await ada.submit('/Closed?action=DeletePage', { doit: '1' })
      expect((await ada.get('/Closed')).status).toBe(404)
      const opened = await ada.submit(
        '/Closed?action=edit',
        { savetext: 'open for all\n', button_save: 'Save' },
        { follow: false },
      )
      expect(opened.status).not.toBe(303)
      expect(opened.text).toContain('open for all')
      expect((await host.browser().get('/Closed?action=recall&rev=1')).status).toBe(403)
    } finally {
      await host.close()
    }
  })
})

describe('what is long and fits nowhere', () => {
  // Each of these would take an expression that tries all ways of parting a run of letters minutes, not milliseconds.
  const run = (letter: string): string => letter.repeat(200_000)

  it('keeps nobody waiting when a stranger sends it to the XML-RPC door', async () => {
    host = await createTestHost({})
    const answer = await host.browser().send('/?action=xmlrpc2', {
      method: 'POST',
      body: `<methodCall><methodName>getPage</methodName><params><param><value><double>${run('1')}x</double></value></param></params></methodCall>`,
      headers: { 'content-type': 'text/xml' },
    })
    expect(answer.text).toContain('is no number')
  })

  it('keeps nobody waiting as the bytes of an attachment', async () => {
    host = await createTestHost({ users: { Ada: 'engine no. 1842' }, pages: { Garden: 'x\n' } })
    const answer = await host.browser().send('/+api/putAttachment', {
      method: 'POST',
      body: JSON.stringify({ pagename: 'Garden', attachname: 'a', data: `A${run(' ')}!` }),
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('Ada:engine no. 1842').toString('base64')}`,
      },
    })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('must be bytes')])
  })

  it('keeps nobody waiting as the name of a page', async () => {
    host = await createTestHost({ pages: { Garden: 'x\n' } })
    const visitor = host.browser()
    for (const name of [run('a'), `x/${run('a')}`, run('a/'), `${run('-')}Group`]) {
      const headers = { 'content-type': 'application/json' }
      const { status } = await visitor.send('/+api/getPage', {
        method: 'POST',
        body: JSON.stringify({ pagename: name }),
        headers,
      })
      expect(status).toBe(404)
    }
  })

  it('keeps nobody waiting in a page', async () => {
    const pages = {
      Number: `<<AttachList(${run('1')}x)>>\n<<RandomPage(${run('1')}x)>>\n`,
      Include: `<<Include(Number,${run(' ')}x)>>\n`,
      Style: `||<style="${run(' ')}?">cell||\n`,
      Creole: `#format creole\n{{{\n#!${run('a')}\u2028b\n${run('\n')}~x\n}}}\n`,
    }
    host = await createTestHost({ pages })
    const visitor = host.browser()
    for (const name of Object.keys(pages)) expect([name, (await visitor.get(`/${name}`)).status]).toEqual([name, 200])
  })
})

describe('what another site can make a browser send', () => {
  /** What the forms of all actions say, together: whichever of it an action looks for, it is there. */
  const all = {
    ...{
      savetext: 'Changed.',
      button_save: '1',
      rev: '1',
      rev1: '1',
      comment: 'x',
      newpagename: 'Other',
      doit: '1',
      do: 'del',
      target: 'a.txt',
    },
    ...{
      name: 'Bob',
      password: 'a long password',
      password1: 'another password',
      password2: 'another password',
      email: 'x@example.org',
    },
    ...{
      current_password: 'a long password',
      aliasname: 'Eve',
      quicklinks: 'Garden',
      time: '1',
      turn: 'off macros/Visits',
      pagename: 'Other',
    },
    ...{
      plugin: 'macros/Weather',
      units: 'imperial',
      id: 'x',
      end: 'all',
      others: '1',
      all: '1',
      issuer: 'x',
      subject: 'y',
      token: 'x',
      save: '1',
    },
  }
  const noTicketNeeded = ['newpage']
  let ada: TestBrowser

  async function open(): Promise<readonly string[]> {
    const weather =
      "import { z } from 'zod'\nexport const settings = z.object({ units: z.string().default('metric') })\nexport const execute = () => ''\n"
    host = await createTestHost({
      users: { Ada: 'a long password', Bob: 'a long password' },
      pages: { Garden: 'A garden.\n' },
      files: { 'plugins/macros/Weather.ts': weather },
      wiki: { superuser: ['Ada'] },
    })
    await host.wiki.store.save('Garden', { text: 'A larger garden.\n', base: 1, author: nobody })
    await host.wiki.store.attach('Garden', 'a.txt', Buffer.from('x'), nobody)
    ada = await host.signedIn('Ada', 'a long password')
    return host.wiki.parts.plugins.names('actions')
  }

  /** Everything that the wiki keeps, but for who is there, what they look at and what they have begun to edit. */
  async function kept(): Promise<Record<string, string>> {
    const names = await readdir(host.dataDir, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const lasting = files.filter(
      (file) => !/[/\\](?:cache|sessions|event-log|edit-lock)(?:[/\\]|$)/.test(file.slice(host.dataDir.length)),
    )
    return Object.fromEntries(
      await Promise.all(lasting.sort().map(async (file) => [file, (await readFile(file)).toString('latin1')] as const)),
    )
  }
  const signedIn = async (): Promise<boolean> => (await ada.get('/Garden')).text.includes('class="user-name">Ada<')

  it('changes nothing by an address, whatever it says', async () => {
    const actions = await open()
    const before = await kept()
    expect(Object.keys(before).some((file) => file.endsWith('edit-log'))).toBe(true)
    for (const action of actions) {
      const { status } = await ada.get(`/Garden?${new URLSearchParams({ ...all, action })}`, { follow: false })
      expect([action, status < 500]).toEqual([action, true])
    }
    expect(await kept()).toEqual(before)
    expect(await signedIn()).toBe(true)
  })

  it('changes nothing by a form without a ticket, but for what changes nothing anyway', async () => {
    const actions = await open()
    const before = await kept()
    for (const action of actions) {
      const { status } = await ada.post(`/Garden?action=${action}`, all, { follow: false })
      expect([action, status]).toEqual([action, noTicketNeeded.includes(action) ? 303 : expect.toBeOneOf([403, 405])])
    }
    expect(await kept()).toEqual(before)
    expect(await signedIn()).toBe(true)
  })

  it('changes nothing by a form with a ticket of another action, another page, another visitor, or from another site', async () => {
    const actions = await open()
    const before = await kept()
    const ticketFrom = async (browser: TestBrowser, address: string): Promise<string> => {
      const found = [
        ...(await browser.get(address)).text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>[\s\S]*?name="ticket" value="([^"]+)"/g),
      ]
      return found.find(([, where = '']) => where.includes(address.slice(address.indexOf('action='))))?.[2] ?? ''
    }
    const bob = await host.signedIn('Bob', 'a long password')
    const good = await ticketFrom(ada, '/Garden?action=DeletePage')
    const others = [
      await ticketFrom(ada, '/Garden?action=RenamePage'),
      await ticketFrom(ada, '/FrontPage?action=edit'),
      await ticketFrom(bob, '/Garden?action=DeletePage'),
    ]
    expect([good !== '', others.includes('')]).toEqual([true, false])
    for (const ticket of others) expect((await ada.post('/Garden?action=DeletePage', { ...all, ticket })).status).toBe(403)
    const elsewhere: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
    ]
    for (const headers of elsewhere) {
      for (const action of actions) {
        const { status } = await ada.post(`/Garden?action=${action}`, { ...all, ticket: good }, { headers, follow: false })
        expect([action, headers, status]).toEqual([action, headers, expect.toBeOneOf([403, 405])])
      }
    }
    expect(await kept()).toEqual(before)
    expect((await ada.post('/Garden?action=DeletePage', { ...all, ticket: good })).status).toBe(404)
  })
})

describe('a word that every object of the language knows', () => {
  // Where a table is a plain object, these are found in it though nobody put them there.
  const words = ['constructor', '__proto__', 'hasOwnProperty', 'toString']
  const textOf = (word: string): string =>
    [
      `#language ${word}\n#pragma ${word} ${word}\n#pragma session-path /${word}`,
      ...['', 'highlight ', 'wiki '].map((parser) => `{{{#!${parser}${word}\nx\n}}}`),
      ...['', '(1)', '(a=1)'].map((args) => `<<${word}${args}>>`),
      ...[
        'AttachInfo',
        'AttachList',
        'Date',
        'EmbedObject',
        'FullSearch',
        'GetText',
        'Help',
        'Icon',
        'Include',
        'StatsChart',
      ].map((macro) => `<<${macro}(${word})>>`),
      `<<GetVal(Words,${word})>> <<EmbedObject(x.${word})>> <<FullSearch(${word}:x)>>`,
      `[[${word}:Page]] [[attachment:x.${word}]] {{attachment:x.${word}||${word}=1}} [[Page||${word}=1]] ${word}`,
      `||<${word}="x">cell||`,
    ].join('\n')

  it('breaks no page, no list of pages, and no list of files', async () => {
    const pages = Object.fromEntries(words.map((word) => [`P${word}`, textOf(word)]))
    host = await createTestHost({
      pages: { ...pages, Garden: 'x\n', Words: ` ${words[0]}:: x\n`, Lists: '<<WantedPages>><<OrphanedPages>>\n' },
    })
    const visitor = host.browser()
    const asked = ['/Garden?action=links', '/Lists', '/FindPage?value=x']
    for (const word of words) {
      for (const name of [word, `x.${word}`]) await host.wiki.store.attach(`P${word}`, name, Buffer.from('x'), nobody)
      const page = `/P${word}`
      asked.push(page, `/${word}`, `/${word}?action=edit&template=${word}`, `${page}?action=${word}`, `${page}?action=print`)
      asked.push(`${page}?action=AttachFile`, `${page}?action=format&mimetype=text/${word}`, `${page}?redirect=${word}`)
      for (const name of [word, `x.${word}`])
        for (const what of ['get', 'view']) asked.push(`${page}?action=AttachFile&do=${what}&target=${name}`)
      asked.push(
        `/+login/${word}`,
        `/+static/${word}`,
        `/+api/${word}`,
        `/+api/getPage?${word}=1`,
        `/Garden?action=fullsearch&value=${word}:x`,
      )
    }
    for (const address of asked) {
      const { status, text } = await visitor.get(address, { headers: { 'accept-language': words[0] ?? '' } })
      expect([address, status < 500, text.includes('macro-error')]).toEqual([address, true, false])
    }
    for (const word of words) {
      const body = `{"${word}": {"${word}": 1}, "pagename": "P${word}"}`
      const { status } = await visitor.send('/+api/getPage', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      expect([word, status < 500]).toEqual([word, true])
    }
    expect(host.log().filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})

describe('an address that cannot be', () => {
  it('logs nobody out: pictures and links of strangers may lead there', async () => {
    host = await createTestHost({
      users: { Ada: 'engine no. 1842' },
      pages: { Garden: 'x\n' },
      wiki: { sessionTransports: ['cookie', 'form'], formSizeLimit: 20_000 },
    })
    const ada = await host.signedIn('Ada', 'engine no. 1842')
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const [status, answer] of [
      [400, await ada.get('/%ff')],
      [400, await ada.get(`/${'x'.repeat(3000)}`)],
      [413, await ada.send('/Garden?action=edit', { method: 'POST', body: 'x'.repeat(30_000), headers: form })],
    ] as const) {
      expect(answer.status).toBe(status)
      expect((await ada.get('/Garden')).text).toContain('class="user-name">Ada<')
    }
  })
})
