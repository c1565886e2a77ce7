import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost

afterEach(() => host.close())

const page = `#format wiki
= Roses =
Read about '''thorns''' in [[Thorns]].

 * red<<BR>>white <<Date(2026-01-02T03:04:05Z)>>
`

describe('?action=format', () => {
  it('writes a page as plain text, as a document of its own, as Markdown and as a tree', async () => {
    host = await createTestHost({ pages: { 'Garden/Rose Bed': page } })
    const get = (type: string) => host.browser().get(`/Garden/Rose%20Bed?action=format${type}`)
    const text = await get('')
    expect(text.text).toBe('Garden/Rose Bed\n===============\n\nRoses\nRead about thorns in Thorns.\nred\nwhite\n')
    expect(text.headers['content-disposition']).toBe('inline; filename="Garden_Rose Bed.txt"')
    expect((await get('&mimetype=text/markdown')).text).toContain('# Roses\n\nRead about **thorns** in [Thorns](http://')
    const json = JSON.parse((await get('&mimetype=application/json')).text) as { document: { children: { type: string }[] } }
    expect(json).toMatchObject({
      page: 'Garden/Rose Bed',
      revision: 1,
      document: { instructions: { format: 'wiki', pragmas: {} } },
    })
    expect(json.document.children.find(({ type }) => type === 'heading')).toMatchObject({ text: 'Roses', line: 2, start: 13 })
    const { text: whole } = await get('&mimetype=text/html')
    expect(whole).toContain('<title>Garden/Rose Bed – ')
    expect(whole).toContain(`<a class="nonexistent" href="http://127.0.0.1:${host.port}/Thorns">`)
    expect(whole).toContain('2026-01-02')
    expect(whole).not.toContain('<nav')
  })

  it('writes an old revision when asked, and says when there is none', async () => {
    host = await createTestHost({ pages: { Garden: 'old' } })
    await host.browser().submit('/Garden?action=edit', { savetext: 'new' })
    expect((await host.browser().get('/Garden?action=format&rev=1')).text).toContain('old')
    expect((await host.browser().get('/Garden?action=format&rev=7')).status).toBe(404)
    expect((await host.browser().get('/Nowhere?action=format')).status).toBe(404)
  })

  it('says which types there are when it is asked for another', async () => {
    host = await createTestHost({ pages: { Garden: 'x' } })
    const answer = await host.browser().get('/Garden?action=format&mimetype=application/%3Cpdf%3E')
    expect(answer.status).toBe(406)
    expect(answer.text).toContain('No formatter of this wiki writes “application/&lt;pdf&gt;”.')
    expect(answer.text).toContain('There are: application/json, text/html, text/markdown, text/plain.')
  })

  it('shows a reader nothing that they may not read', async () => {
    host = await createTestHost({
      pages: { Secret: '#acl All:\nhush', Garden: '<<Include(Secret)>> {{attachment:Secret/note.txt}} open' },
    })
    await host.wiki.store.attach('Secret', 'note.txt', Buffer.from('hush'), { userId: '', address: '', host: '' })
    for (const type of ['text/plain', 'text/html', 'text/markdown', 'application/json']) {
      expect((await host.browser().get(`/Secret?action=format&mimetype=${type}`)).status).toBe(403)
      const { text } = await host.browser().get(`/Garden?action=format&mimetype=${type}`)
      expect(text).toContain('open')
      expect(text).not.toContain('hush')
    }
  })

  it('is served by a plugin of the wiki before a built-in one, and lets nothing in its answer run', async () => {
    host = await createTestHost({
      pages: { Garden: 'one two' },
      files: {
        'plugins/formatters/zz.js': `export const mimetype = 'text/plain'\nexport const format = (_, { text }) => 'mine: ' + text`,
        'plugins/formatters/drawing.js': `export const mimetype = 'image/SVG+xml'\nexport const format = () => new TextEncoder().encode('<svg/>')`,
        'plugins/formatters/broken.js': 'export const',
      },
    })
    expect((await host.browser().get('/Garden?action=format')).text).toBe('mine: one two\n')
    const { headers } = await host.browser().get('/Garden?action=format&mimetype=image/svg%2Bxml')
    expect(headers).toMatchObject({
      'content-type': 'image/SVG+xml',
      'content-disposition': 'attachment; filename="Garden"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect(host.log().some(({ plugin, msg }) => plugin === 'formatters/broken' && msg === 'formatter cannot be loaded')).toBe(
      true,
    )
  })

  it('answers a fault in a formatter as an error, with the stack in the log', async () => {
    host = await createTestHost({
      pages: { Garden: 'x' },
      files: { 'plugins/formatters/none.js': `export const mimetype = 'text/none'\nexport const format = () => undefined` },
    })
    const answer = await host.browser().get('/Garden?action=format&mimetype=text/none')
    expect(answer.status).toBe(500)
    expect(answer.text).toContain('This page cannot be written as text/none at the moment. (Reference: ')
    const line = host.log().find(({ msg }) => msg === 'formatter failed')
    expect(line).toMatchObject({ err: { message: 'the formatter none answered undefined: format must answer a text or bytes' } })
  })
})
