import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from 'servus/testing'

let host: TestHost

afterEach(() => host.close())

const noCasino = `export function beforeSave({ text }) { if (text?.includes('casino')) return 'No gambling <here>.' }`

async function open(guards: Readonly<Record<string, string>>, pages: Readonly<Record<string, string>> = { Garden: 'Roses' }) {
  host = await createTestHost({
    pages,
    wiki: { deadlines: { event: 30 } },
    files: Object.fromEntries(Object.entries(guards).map(([name, text]) => [`plugins/events/${name}.js`, text])),
  })
}

const textOf = async (page: string): Promise<string | null> => host.wiki.store.read(page)

describe('beforeSave', () => {
  it('refuses a change with a reason, and everything typed comes back', async () => {
    await open({ 'no-casino': noCasino })
    const answer = await host.browser().submit('/Garden?action=edit', { savetext: 'Visit my casino', comment: 'great news' })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('No gambling &lt;here&gt;.')
    expect(answer.text).toContain('Visit my casino')
    expect(answer.text).toContain('value="great news"')
    expect(await textOf('Garden')).toBe('Roses\n')
    expect((await host.browser().submit('/Garden?action=edit', { savetext: 'Tulips' })).status).toBe(200)
    expect(await textOf('Garden')).toBe('Tulips\n')
  })

  it('is asked about a revert, a deletion, a new name and a copy as well', async () => {
    await open({
      'no-casino': noCasino,
      keeper: `export const beforeSave = ({ change }) => change === 'delete' && 'Kept.' || null`,
    })
    await host.wiki.store.save('Garden', { text: 'casino', base: 1, author: nobody })
    await host.wiki.store.save('Garden', { text: 'Tulips', base: 2, author: nobody })
    await host.wiki.store.save('Park', { text: 'casino', base: 0, author: nobody })
    const browser = host.browser()
    expect(await refusal(browser, '/Garden?action=revert&rev=2', { doit: '1', comment: 'as it was' })).toBe('No gambling')
    expect(await refusal(browser, '/Garden?action=DeletePage', { doit: '1', comment: 'gone' })).toBe('Kept.')
    expect(await refusal(browser, '/Park?action=RenamePage', { newpagename: 'Forest', comment: 'x' })).toBe('No gambling')
    expect(await refusal(browser, '/Park?action=CopyPage', { newpagename: 'Forest', comment: 'x' })).toBe('No gambling')
    expect(await textOf('Garden')).toBe('Tulips\n')
    expect(await textOf('Park')).toBe('casino\n')
    expect(await textOf('Forest')).toBeNull()
  })

  it('moves no page at all when one of those below may not have its new name', async () => {
    await open({ 'no-casino': noCasino }, { Park: 'Trees', 'Park/Corner': 'casino' })
    const { status } = await host.browser().submit('/Park?action=RenamePage', { newpagename: 'Forest', rename_subpages: '1' })
    expect(status).toBe(403)
    expect(await host.wiki.store.names({ underlay: false })).toEqual(['Park', 'Park/Corner'])
  })

  it('is told what is there, what is to come, who asks and what for', async () => {
    await open({
      scribe: `export function beforeSave({ user, author, ...page }, wiki) { wiki.log.info({ seen: { ...page, who: user.name } }, 'seen') }`,
    })
    await host.browser().submit('/Garden?action=edit', { savetext: 'Tulips', comment: 'spring' })
    await host.browser().submit('/Garden?action=RenamePage', { newpagename: 'Park', comment: '' })
    expect(host.log().flatMap(({ seen }) => seen ?? [])).toEqual([
      { change: 'save', page: 'Garden', oldName: null, text: 'Tulips', before: 'Roses\n', comment: 'spring', who: '' },
      { change: 'rename', page: 'Park', oldName: 'Garden', text: 'Tulips\n', before: 'Tulips\n', comment: '', who: '' },
    ])
  })

  it('has no say when it throws, never ends, or answers what is no reason: a fault in it must not lock the wiki', async () => {
    await open({
      broken: `export function beforeSave() { throw new Error('database gone') }`,
      asleep: `export const beforeSave = () => new Promise(() => {})`,
      strange: `export const beforeSave = () => true`,
    })
    expect((await host.browser().submit('/Garden?action=edit', { savetext: 'Tulips' })).status).toBe(200)
    expect(await textOf('Garden')).toBe('Tulips\n')
    const faults = host.log().filter(({ msg }) => msg === 'event handler failed')
    expect(faults.map(({ plugin }) => plugin)).toEqual(['events/asleep', 'events/broken', 'events/strange'])
  })

  it('is asked on however often it failed: nobody can switch it off by making it fail', async () => {
    host = await createTestHost({
      pages: { Garden: 'Roses' },
      wiki: { superuser: ['Ada'] },
      users: { Ada: 'a long password' },
      files: {
        'plugins/events/filter.js': `export function beforeSave({ text }) {
          if (text.includes('boom')) throw new Error('a text that the filter cannot read')
          if (text.includes('casino')) return 'No gambling.'
        }
        export function pageChanged() { throw new Error('fails here too') }`,
      },
    })
    const browser = host.browser()
    for (let i = 0; i < 6; i++) await browser.submit('/Garden?action=edit', { savetext: `boom ${i}` })
    await host.wiki.parts.handlers.close()
    expect((await browser.submit('/Garden?action=edit', { savetext: 'Visit my casino' })).status).toBe(403)
    const ada = await host.signedIn('Ada', 'a long password')
    expect((await ada.get('/Garden')).text).toContain('Guards that fail')
    expect((await ada.get('/Garden?action=plugins')).text).toContain('a text that the filter cannot read')
    expect((await browser.get('/Garden')).text).not.toContain('Guards that fail')
    expect(host.log().filter(({ msg }) => String(msg).startsWith('guard is asked on'))).toHaveLength(1)
  })

  it('is asked once more about what a merge makes of two changes', async () => {
    await open(
      { pair: `export const beforeSave = ({ text }) => text.includes('cat') && text.includes('dog') ? 'Not both.' : null` },
      {
        Pets: 'one\n\ntwo\n\nthree\n',
      },
    )
    const browser = host.browser()
    const form = await browser.get('/Pets?action=edit')
    const ticket = /name="ticket" value="([^"]+)"/.exec(form.text)?.[1] ?? ''
    await host.wiki.store.save('Pets', { text: 'cat\n\ntwo\n\nthree\n', base: 1, author: nobody })
    const answer = await browser.post('/Pets?action=edit', {
      ticket,
      rev: '1',
      savetext: 'one\n\ntwo\n\ndog\n',
      button_save: '1',
    })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('Not both.')
    expect(await textOf('Pets')).toBe('cat\n\ntwo\n\nthree\n')
  })
})

describe('beforeAttach', () => {
  it('refuses a file with a reason', async () => {
    await open({
      'no-programs': `export const beforeAttach = ({ file }) => file.endsWith('.exe') ? 'No programs, please.' : undefined`,
    })
    const { text: form } = await host.browser().get('/Garden?action=AttachFile')
    const ticket = /name="ticket" value="([^"]+)"/.exec(form)?.[1] ?? ''
    const upload = (name: string) =>
      host.browser().send('/Garden?action=AttachFile', {
        method: 'POST',
        headers: {
          'content-type': 'multipart/form-data; boundary=b',
          origin: `http://127.0.0.1:${host.port}`,
          'sec-fetch-site': 'same-origin',
        },
        body: [
          ['ticket"', ticket],
          ['do"', 'upload'],
          [`file"; filename="${name}"`, 'MZ'],
        ]
          .map(([head, value]) => `--b\r\ncontent-disposition: form-data; name="${head}\r\n\r\n${value}\r\n`)
          .concat('--b--\r\n')
          .join(''),
      })
    const refused = await upload('game.exe')
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('No programs, please.')
    expect((await upload('rose.txt')).status).toBe(200)
    expect((await host.wiki.store.attachments('Garden')).map(({ name }) => name)).toEqual(['rose.txt'])
  })
})

const nobody = { userId: '', address: '', host: '' }

/** The reason shown for a form that was refused, with what was typed still in it. */
async function refusal(
  browser: TestBrowser,
  form: string,
  fields: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { status, text } = await browser.submit(form, fields)
  if (status !== 403 || !text.includes(`value="${fields['comment'] ?? ''}"`)) return `${status} ${text}`
  return /No gambling|Kept\./.exec(text)?.[0]
}
