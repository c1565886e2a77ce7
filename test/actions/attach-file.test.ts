import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestHost, type Answer, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { hidden, links, plainText } from './read-page.ts'

let host: TestHost
let visitor: TestBrowser

const users = { Ada: 'engine no. 1842' }

beforeEach(async () => {
  host = await createTestHost({
    pages: { Garden: 'A garden.\n', Diary: '#acl Ada:read,write,delete\nclosed\n', Board: '#acl All:read,write\nopen\n' },
    users,
  })
  visitor = await host.signedIn('Ada', users.Ada)
})
afterEach(() => host.close())

interface Sent {
  readonly name: string
  readonly bytes: string | Uint8Array
}

/** Sends the form of the attachments as a browser would, as multipart/form-data. */
async function upload(
  files: readonly Sent[],
  fields: Record<string, string> = {},
  page = 'Garden',
  browser = visitor,
): Promise<Answer> {
  const address = `/${page}?action=AttachFile`
  const form = await browser.get(address)
  const boundary = 'servus-test-boundary'
  const parts: Uint8Array[] = []
  const add = (head: string, body: string | Uint8Array): void =>
    void parts.push(Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n'))
  for (const [name, value] of Object.entries({ ticket: hidden(form.text, 'ticket'), do: 'upload', ...fields }))
    add(`Content-Disposition: form-data; name="${name}"`, value)
  for (const { name, bytes } of files)
    add(`Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream`, bytes)
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  const { origin } = form.url
  return browser.send(address, {
    method: 'POST',
    body: Buffer.concat(parts),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, origin, 'sec-fetch-site': 'same-origin' },
  })
}

const get = (name: string, headers: Record<string, string> = {}): Promise<Answer> =>
  visitor.get(`/Garden?action=AttachFile&do=get&target=${encodeURIComponent(name)}`, { headers })

describe('attaching files (row 21)', () => {
  it('keeps what was sent, byte for byte, and lists it with size and author', async () => {
    const bytes = Uint8Array.from({ length: 3000 }, (_, at) => at % 256)
    const answer = await upload([{ name: 'Plan für März.bin', bytes }])
    expect(answer.status).toBe(200)
    expect(plainText(answer.text)).toContain('“Plan für März.bin” (3 KB) is attached')
    expect(plainText(answer.text)).toMatch(/Plan für März.bin \[\[attachment:Plan für März.bin\]\] ?3 KB.*Ada/)
    const file = await host.wiki.store.attachment('Garden', 'Plan für März.bin')
    expect(file?.size).toBe(3000)
  })

  it('takes several at once', async () => {
    const answer = await upload([
      { name: 'a.txt', bytes: 'a' },
      { name: 'b.txt', bytes: 'b' },
    ])
    expect(plainText(answer.text)).toContain('2 files are attached')
    expect((await host.wiki.store.attachments('Garden')).map(({ name }) => name)).toEqual(['a.txt', 'b.txt'])
  })

  it('saves a single one under another name', async () => {
    await upload([{ name: 'IMG_0001.png', bytes: 'x' }], { target: 'north wall.png' })
    expect((await host.wiki.store.attachments('Garden')).map(({ name }) => name)).toEqual(['north wall.png'])
  })

  it('asks before it replaces a file of the same name', async () => {
    await upload([{ name: 'a.txt', bytes: 'old' }])
    const clash = await upload([
      { name: 'a.txt', bytes: 'new' },
      { name: 'b.txt', bytes: 'b' },
    ])
    expect(clash.status).toBe(409)
    expect(plainText(clash.text)).toContain('There is a file “a.txt” already')
    expect(plainText(clash.text)).toContain('“b.txt”')
    expect((await get('a.txt')).text).toBe('old')
    await upload([{ name: 'a.txt', bytes: 'new' }], { overwrite: '1' })
    expect((await get('a.txt')).text).toBe('new')
  })

  it('replaces nothing without the right to delete, however the name is written', async () => {
    await host.wiki.store.attach('Board', 'a_.txt', Buffer.from('old'), { userId: '', address: '', host: '' })
    for (const name of ['a_.txt', 'a?.txt']) {
      const answer = await upload([{ name, bytes: 'new' }], { overwrite: '1' }, 'Board')
      expect([answer.status, plainText(answer.text)]).toEqual([403, expect.stringContaining('You may not remove files')])
    }
    expect((await visitor.get('/Board?action=AttachFile&do=get&target=a_.txt')).text).toBe('old')
    expect((await upload([{ name: 'b.txt', bytes: 'b' }], { overwrite: '1' }, 'Board')).status).toBe(200)
  })

  it('cannot leave the page’s folder by its name', async () => {
    await upload([{ name: 'x', bytes: 'x' }], { target: '../../../evil.txt' })
    const [{ name } = { name: '' }] = await host.wiki.store.attachments('Garden')
    expect(name).not.toContain('/')
    expect((await visitor.get('/Garden?action=AttachFile&do=get&target=..%2Fcurrent')).status).toBe(404)
  })

  it('says that no file was chosen', async () => {
    const answer = await upload([])
    expect(answer.status).toBe(400)
    expect(plainText(answer.text)).toContain('Please choose a file')
  })

  it('needs the right to write', async () => {
    await host.close()
    host = await createTestHost({ wiki: { aclRightsDefault: 'All:read' }, pages: { Garden: 'x\n' } })
    visitor = host.browser()
    const list = await visitor.get('/Garden?action=AttachFile')
    expect(list.text).not.toContain('type="file"')
    const ticket = await ticketFor('AttachFile')
    expect((await visitor.post('/Garden?action=AttachFile', { ticket, do: 'upload' })).status).toBe(403)
    expect((await visitor.post('/Garden?action=AttachFile', { ticket, do: 'del', target: 'x' })).status).toBe(403)
  })

  it('refuses more than the wiki takes', async () => {
    await host.close()
    host = await createTestHost({ wiki: { uploadSizeLimit: 20_000 }, pages: { Garden: 'x\n' } })
    visitor = host.browser()
    expect(plainText((await visitor.get('/Garden?action=AttachFile')).text)).toContain('at most 20 KB')
    expect((await upload([{ name: 'big.bin', bytes: new Uint8Array(30_000) }], {}, 'Garden', visitor)).status).toBe(413)
    expect(await host.wiki.store.attachments('Garden')).toEqual([])
  })
})

/** A ticket that this visitor's own forms would carry. */
async function ticketFor(action: string): Promise<string> {
  return host.wiki.parts.tickets.make({ user: '', session: '', action, page: 'Garden' })
}

describe('getting files (row 22)', () => {
  it.each([
    ['a.png', 'image/png', 'inline'],
    ['a.pdf', 'application/pdf', 'inline'],
    ['a.txt', 'text/plain; charset=utf-8', 'inline'],
    ['a.mp3', 'audio/mpeg', 'inline'],
    ['a.html', 'text/html', 'attachment'],
    ['a.svg', 'image/svg+xml', 'attachment'],
    ['a.xml', 'text/xml', 'attachment'],
    ['a.js', 'text/plain; charset=utf-8', 'inline'],
    ['a.css', 'text/plain; charset=utf-8', 'inline'],
    ['a.zip', 'application/zip', 'attachment'],
    ['a.unheard-of', 'application/octet-stream', 'attachment'],
  ])('sends %s as %s, %s', async (name, type, how) => {
    await host.wiki.store.attach('Garden', name, Buffer.from('<script>alert(1)</script>'), { userId: '', address: '', host: '' })
    const { status, headers } = await get(name)
    expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([200, type, 'nosniff'])
    expect(headers['content-disposition']).toBe(`${how}; filename="${name}"`)
    if (type !== 'application/pdf') expect(headers['content-security-policy']).toContain('sandbox')
  })

  it('tells names in any script', async () => {
    await upload([{ name: 'März "1".txt', bytes: 'x' }], { target: 'März ’1’.txt' })
    expect((await get('März ’1’.txt')).headers['content-disposition']).toBe(
      'inline; filename="M_rz _1_.txt"; filename*=UTF-8\'\'M%C3%A4rz%20%E2%80%991%E2%80%99.txt',
    )
  })

  it('sends parts of a file, as players ask for them', async () => {
    await upload([{ name: 'a.mp3', bytes: '0123456789' }])
    const whole = await get('a.mp3')
    expect(whole.headers['accept-ranges']).toBe('bytes')
    const part = async (range: string, more: Record<string, string> = {}): Promise<unknown[]> => {
      const { status, headers, text } = await get('a.mp3', { range, ...more })
      return [status, headers['content-range'], text]
    }
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', ''])
    expect(await part('bytes=0-1,3-4')).toEqual([200, undefined, '0123456789'])
    expect(await part('bytes=4-2')).toEqual([200, undefined, '0123456789'])
    expect(await part('bytes=0-1', { 'if-range': whole.headers.etag ?? '' })).toEqual([206, 'bytes 0-1/10', '01'])
    expect(await part('bytes=0-1', { 'if-range': '"another"' })).toEqual([200, undefined, '0123456789'])
  })

  it('answers 304 while the file stays the same, and HEAD without the file', async () => {
    await upload([{ name: 'a.txt', bytes: 'one' }])
    const { headers } = await get('a.txt')
    expect((await get('a.txt', { 'if-none-match': headers.etag ?? '' })).status).toBe(304)
    const head = await visitor.send('/Garden?action=AttachFile&do=get&target=a.txt', { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '3', ''])
  })

  it('sends an empty file', async () => {
    await upload([{ name: 'empty.txt', bytes: '' }])
    const answer = await get('empty.txt')
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0'])
  })

  it('shows pictures and texts within the wiki', async () => {
    await upload([
      { name: 'a.txt', bytes: 'a <b>text</b>' },
      { name: 'a.png', bytes: 'x' },
    ])
    expect((await visitor.get('/Garden?action=AttachFile&do=view&target=a.txt')).text).toContain('a &lt;b&gt;text&lt;/b&gt;')
    expect((await visitor.get('/Garden?action=AttachFile&do=view&target=a.png')).text).toMatch(/<img src="[^"]*do=get[^"]*"/)
  })

  it('is closed to those who may not read the page', async () => {
    await upload([{ name: 'a.txt', bytes: 'secret' }], {}, 'Diary')
    for (const what of ['', '&do=get&target=a.txt', '&do=view&target=a.txt'])
      expect((await host.browser().get(`/Diary?action=AttachFile${what}`)).status).toBe(403)
  })

  it('answers 404 for what is not there', async () => {
    for (const what of ['do=get&target=a.txt', 'do=view&target=a.txt', 'do=get', 'do=del&target=a.txt'])
      expect((await visitor.get(`/Garden?action=AttachFile&${what}`)).status).toBe(404)
    expect((await visitor.get('/Garden?action=AttachFile&do=unzip')).status).toBe(400)
  })
})

describe('removing a file (row 22)', () => {
  it('asks first, and keeps a line in the history', async () => {
    await upload([{ name: 'a.txt', bytes: 'x' }])
    const list = await visitor.get('/Garden?action=AttachFile')
    const href = links(list.text).find((link) => link.includes('do=del'))
    expect(plainText((await visitor.get(href ?? '')).text)).toContain('Remove the file “a.txt” from “Garden”?')
    expect(await host.wiki.store.attachments('Garden')).toHaveLength(1)
    const answer = await visitor.submit(href ?? '', { doit: '1' })
    expect(plainText(answer.text)).toContain('“a.txt” is removed')
    expect(await host.wiki.store.attachments('Garden')).toEqual([])
    expect(plainText((await visitor.get('/Garden?action=info')).text)).toMatch(/removed the attachment a.txt.*attached a.txt/)
  })

  it('does nothing on Cancel', async () => {
    await upload([{ name: 'a.txt', bytes: 'x' }])
    await visitor.submit('/Garden?action=AttachFile&do=del&target=a.txt', { cancel: '1' })
    expect(await host.wiki.store.attachments('Garden')).toHaveLength(1)
  })
})
