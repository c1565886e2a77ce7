import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost

afterEach(() => host.close())

const signature = `export const label = 'Signature'
export const show = ({ kept, field }) => field({ name: 'signature', label: 'Below what you write', value: String(kept ?? ''), hint: 'One line.' })
export function save({ sent }) {
  const text = sent.get('signature') ?? ''
  return text.length > 8 ? { problems: { signature: 'At most 8 letters.', other: 'And <that> too.' } } : { keep: text }
}`

const users = { Ada: 'a long password' }

const open = async (tabs: Readonly<Record<string, string>>) => {
  const files = Object.entries(tabs).map(([name, text]) => [`plugins/preferences/${name}.js`, text])
  host = await createTestHost({ users, files: Object.fromEntries(files) })
  return host.signedIn('Ada', users.Ada)
}

const row = (text: string) =>
  [
    ...(/<nav class="prefs-tabs"[\s\S]*?<\/nav>/.exec(text)?.[0] ?? '').matchAll(
      /<a href="([^"]*)"( aria-current="page")?>([^<]*)/g,
    ),
  ].map(([, href, current, label]) => [label, href?.replaceAll('&amp;', '&'), current !== undefined])

describe('the preferences', () => {
  it('have no tabs where no plugin adds one', async () => {
    const ada = await open({})
    const { text } = await ada.get('/Garden?action=userprefs')
    expect(row(text)).toEqual([])
    expect(text).toContain('name="aliasname"')
  })

  it('show a row of tabs, the general form first', async () => {
    const ada = await open({ signature })
    expect(row((await ada.get('/Garden?action=userprefs')).text)).toEqual([
      ['General', '/Garden?action=userprefs', true],
      ['Signature', '/Garden?action=userprefs&tab=signature', false],
    ])
    const { text } = await ada.get('/Garden?action=userprefs&tab=signature')
    expect(row(text).map(([, , current]) => current)).toEqual([false, true])
    expect(text).toContain('<label for="prefs-signature">Below what you write</label>')
    expect(text).not.toContain('name="aliasname"')
  })

  it('are in the visitor’s language by the catalogues beside the plugins, and in English where one is torn', async () => {
    const translated = `export const label = 'Signature'
export const show = ({ t, field }) => field({ name: 'x', label: t('Below what you write'), value: '' })
export const save = () => {}`
    host = await createTestHost({
      users,
      files: {
        'plugins/preferences/signature.js': translated,
        'plugins/preferences/signature.de.json': '{ "Signature": "Unterschrift", "Below what you write": "Unter Ihren Texten" }',
        'plugins/preferences/torn.js': translated.replace('Signature', 'Torn'),
        'plugins/preferences/torn.de.json': '{ "Torn": ',
      },
    })
    const ada = await host.signedIn('Ada', users.Ada)
    const { text } = await ada.get('/Garden?action=userprefs&tab=signature', { headers: { 'accept-language': 'de' } })
    expect(row(text).map(([label]) => label)).toEqual(['Allgemein', 'Unterschrift', 'Torn'])
    expect(text).toContain('<label for="prefs-x">Unter Ihren Texten</label>')
    expect(JSON.stringify(host.log())).toContain('torn.de.json is no catalogue of texts')
  })

  it('send a visitor who is not logged in to the form that does it, and back to the tab', async () => {
    await open({ signature })
    const answer = await host.browser().get('/Garden?action=userprefs&tab=signature', { follow: false })
    expect(answer.headers.location).toBe('/Garden?action=login&then=action%3Duserprefs%26tab%3Dsignature')
  })
})

describe('a tab of a plugin', () => {
  const address = '/Garden?action=userprefs&tab=signature'

  it('keeps what was sent in the account, for every macro and action to see', async () => {
    const ada = await open({ signature })
    const saved = await ada.submit(address, { signature: '--"Ada"' })
    expect(saved.text).toContain('Your preferences are saved.')
    expect(saved.text).toContain('value="--&quot;Ada&quot;"')
    const { users: accounts } = host.wiki.parts
    expect((await accounts.byName('Ada'))?.preferences).toMatchObject({ signature: '--"Ada"' })
    await ada.submit('/Garden?action=userprefs', { aliasname: 'The Countess' })
    expect((await accounts.byName('Ada'))?.preferences).toMatchObject({ signature: '--"Ada"' })
  })

  it('has the services of the wiki at hand, as an action has', async () => {
    const ada = await open({
      readers: `export const label = 'Readers'
export const show = async ({ field, wiki, signal, page }) =>
  field({ name: 'pages', label: page.name + ' ' + signal.aborted, value: String((await wiki.pages.names()).includes('HelpContents')) })
export const save = () => {}`,
    })
    expect((await ada.get('/Garden?action=userprefs&tab=readers')).text).toMatch(/Garden false<\/label>.*value="true"/)
  })

  it('says what is wrong beside its field, what belongs to none above, and brings back what was typed', async () => {
    const ada = await open({ signature })
    const { status, text } = await ada.submit(address, { signature: 'much too long' })
    expect(status).toBe(400)
    expect(text).toMatch(/aria-invalid="true"[^>]*value="much too long"/)
    expect(text).toContain('<span class="problem" id="prefs-signature-said">At most 8 letters.</span>')
    expect(text).toContain('role="alert">And &lt;that&gt; too.</p>')
    expect((await host.wiki.parts.users.byName('Ada'))?.preferences).not.toHaveProperty('signature')
  })

  it('is not saved without a ticket', async () => {
    const ada = await open({ signature })
    const answer = await ada.post(address, { signature: 'forged' })
    expect(answer.status).toBe(403)
    expect((await host.wiki.parts.users.byName('Ada'))?.preferences).not.toHaveProperty('signature')
  })

  it('has checkboxes, menus and areas of text', async () => {
    const fields = `export const label = 'All'
export const show = ({ kept, field }) => html\`\${[
  field({ name: 'box', label: 'Box', value: kept?.box ?? true }),
  field({ name: 'menu', label: 'Menu', value: kept?.menu ?? 'b', choices: [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }] }),
  field({ name: 'area', label: 'Area', value: kept?.area ?? '', type: 'lines' }),
]}\`
export const save = ({ sent }) => ({ keep: { box: sent.has('box'), menu: sent.get('menu'), area: sent.get('area') } })`
    const ada = await open({ fields: `import { html } from 'servus'\n${fields}` })
    const before = await ada.get('/Garden?action=userprefs&tab=fields')
    expect(before.text).toMatch(/type="checkbox" value="1" checked[\s\S]*<option value="b" selected>B/)
    const after = await ada.submit('/Garden?action=userprefs&tab=fields', { menu: 'a', area: '</textarea>' })
    expect(after.text).toMatch(
      /type="checkbox" value="1">[\s\S]*<option value="a" selected>A[\s\S]*\n&lt;\/textarea&gt;<\/textarea>/,
    )
  })

  it('is there only for those who have it', async () => {
    const ada = await open({
      admins: `${signature}\nexport const available = ({ request }) => request.user.isSuperUser`,
      broken: `${signature}\nexport const available = () => { throw new Error('no') }`,
    })
    expect(row((await ada.get('/Garden?action=userprefs')).text)).toEqual([])
    const answer = await ada.get('/Garden?action=userprefs&tab=admins')
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('There are no preferences named “admins” for you.')
    expect(host.log().some(({ plugin, msg }) => plugin === 'preferences/broken' && msg === 'preferences tab failed')).toBe(true)
  })

  it('that answers plain text or keeps too much is an error in the log, and the other tabs go on', async () => {
    const ada = await open({
      text: `export const label = 'Text'\nexport const show = () => '<b>'\nexport const save = () => ({ keep: 'x'.repeat(30_000) })`,
      signature,
    })
    expect((await ada.get('/Garden?action=userprefs&tab=text')).status).toBe(500)
    expect((await ada.get(address)).status).toBe(200)
    expect(host.log().find(({ msg }) => msg === 'preferences tab failed')).toMatchObject({
      err: { message: 'show of the preferences text must answer markup: write html`…`' },
    })
  })
})
