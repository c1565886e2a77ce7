import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { formatMessage } from '../../core/base/message-format.ts'

let host: TestHost
afterEach(() => host?.close())

const files = {
  'plugins/macros/Tulips.ts': `export const dependencies = ['language']
export const execute = (macro, args) =>
  macro.formatter.text(macro.t('{count, plural, =0 {no tulips} one {# tulip} other {# tulips}}', { count: Number(args) }) + ', ' + macro.t('Save'))
`,
  'plugins/macros/Tulips.de.json': JSON.stringify({
    '{count, plural, =0 {no tulips} one {# tulip} other {# tulips}}':
      '{count, plural, =0 {keine Tulpen} one {eine Tulpe} other {# Tulpen}}',
  }),
  'plugins/macros/Large/index.ts': "export const execute = (macro) => macro.t('Good morning')\n",
  'plugins/macros/Large/languages/de.json': '{ "Good morning": "Guten Morgen" }',
  'plugins/macros/Torn.ts': "export const execute = (macro) => macro.t('x')\n",
  'plugins/macros/Torn.de.json': '{ "x": ',
  'plugins/actions/bed.ts':
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a file
    "import { html } from 'servus'\nexport const label = 'Flower bed'\nexport const execute = async ({ t }) => ({ title: t('Flower bed'), body: html`<p>${t('Hello {name}', { name: 'Ada' })}</p>` })\n",
  'plugins/actions/bed.de.json': '{ "Flower bed": "Blumenbeet", "Hello {name}": "Hallo {name}" }',
}

describe("a plugin's own texts", () => {
  it('stand in a catalogue beside it; what is not there the wiki may have', async () => {
    host = await createTestHost({
      files,
      pages: { Page: '<<Tulips(0)>> <<Tulips(1)>> <<Tulips(3)>> <<Large>> <<Torn>> end' },
    })
    const page = async (language: string) =>
      (await host.browser().get('/Page', { headers: { 'accept-language': language } })).text
    const english = await page('en')
    expect(english).toContain('no tulips, Save 1 tulip, Save 3 tulips, Save Good morning x end')
    const german = await page('de')
    expect(german).toContain('keine Tulpen, Speichern eine Tulpe, Speichern 3 Tulpen, Speichern Guten Morgen')
    expect(german).toMatch(/macro-error.* end/)
    expect(JSON.stringify(host.log())).toContain('Torn.de.json is no catalogue of texts')
  })

  it('are those of an action, too, with the entry of the menu', async () => {
    host = await createTestHost({ files, pages: { Page: 'x' } })
    const german = { headers: { 'accept-language': 'de' } }
    expect((await host.browser().get('/Page', german)).text).toContain('Blumenbeet')
    const { text } = await host.browser().get('/Page?action=bed', german)
    expect(text).toContain('<p>Hallo Ada</p>')
    expect((await host.browser().get('/Page?action=bed')).text).toContain('Hello Ada')
  })

  it('may bring a language that the program does not speak, from right to left if it is written so', async () => {
    host = await createTestHost({
      files: {
        ...files,
        'plugins/languages/ar.json': JSON.stringify({
          Edit: 'تحرير',
          Page: 'صفحة',
          '{count, plural, =0 {no tulips} one {# tulip} other {# tulips}}':
            '{count, plural, zero {لا} one {واحدة} two {اثنتان} few {# قليلة} many {# كثيرة} other {# أخرى}}',
        }),
        'plugins/languages/de.json': '{ "Edit": "Umgraben" }',
      },
      pages: { Page: '<<Tulips(0)>>|<<Tulips(2)>>|<<Tulips(3)>>|<<Tulips(11)>>|<<Tulips(100)>>' },
    })
    const arabic = (await host.browser().get('/Page', { headers: { 'accept-language': 'ar-EG,en;q=0.5' } })).text
    expect(arabic).toContain('<html lang="ar" dir="rtl"')
    expect(arabic).toContain('تحرير')
    expect(arabic.replaceAll(', Save', '')).toContain('لا|اثنتان|3 قليلة|11 كثيرة|100 أخرى')
    // What is written in the language of the wiki says so, and is not turned round.
    expect(arabic).toMatch(/<div class="wiki-content" lang="en" dir="ltr"/)
    expect((await host.browser().get('/Page', { headers: { 'accept-language': 'de' } })).text).toContain('Umgraben')
  })

  it('cost nobody the wiki when a language is torn: what can be read is used, and the log names the file', async () => {
    host = await createTestHost({
      pages: { Page: 'x' },
      files: {
        'plugins/languages/de.json': '{ "Edit": ',
        'plugins/languages/fr.json': '{ "Edit": 5, "History": "Historique" }',
        'plugins/languages/de-a.json': '{ "Edit": "x" }',
      },
    })
    const page = async (language: string) => {
      const { status, text } = await host.get('/Page', { headers: { 'accept-language': language } })
      return [status, /action=edit"[^>]*>(\w+)</.exec(text)?.[1], /action=info"[^>]*>(\w+)</.exec(text)?.[1]]
    }
    expect(await page('de')).toEqual([200, 'Bearbeiten', 'Verlauf'])
    expect(await page('fr')).toEqual([200, 'Edit', 'Historique'])
    expect(await page('de-a')).toEqual([200, 'Bearbeiten', 'Verlauf'])
    const lines = host.log().filter(({ msg }) => msg === 'a language cannot be read')
    expect(lines.map((line) => JSON.stringify(line))).toEqual([expect.stringContaining('languages/de.json')])
  })
})

describe('a text of the interface', () => {
  const rulesOf = (language: string) => ({
    plural: new Intl.PluralRules(language),
    ordinal: new Intl.PluralRules(language, { type: 'ordinal' }),
  })
  const said = (text: string, values: Record<string, unknown>, language = 'en') => formatMessage(text, values, rulesOf(language))

  it('knows every plural category that a language has', () => {
    const all = '{n, plural, zero {zero} one {one} two {two} few {few} many {many} other {other}}'
    expect([0, 1, 2, 3, 6].map((n) => said(all, { n }, 'cy'))).toEqual(['zero', 'one', 'two', 'few', 'many'])
    expect(said(all, { n: 4 }, 'cy')).toBe('other')
    for (const language of ['ar', 'pl', 'lt', 'ga', 'sl', 'ja'])
      for (let n = 0; n < 120; n++) expect(said(all, { n }, language)).toBe(rulesOf(language).plural.select(n))
  })

  it('chooses by a word, by an order, and one within the other', () => {
    const invited = '{who, select, her {She has {n, plural, one {a guest} other {# guests}}} other {They have #}}'
    expect(said(invited, { who: 'her', n: 1 })).toBe('She has a guest')
    expect(said(invited, { who: 'her', n: 3 })).toBe('She has 3 guests')
    expect(said(invited, { who: 'them', n: 3 })).toBe('They have #')
    const place = '{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}'
    expect([1, 2, 3, 4, 11, 22].map((n) => said(place, { n }))).toEqual(['1st', '2nd', '3rd', '4th', '11th', '22nd'])
  })

  it.each([
    '{n, plural, one {x}',
    '{n, plural, }',
    '{n, plural, one x}',
    '{',
    '}{',
    '{n',
    '{n, plurall, one {x}}',
    '{}',
    '{{n, plural, one {x',
  ])('stays as written where it cannot be understood: %s', (text) => {
    expect(said(text, { m: 1 })).toBe(text)
  })

  it('takes no longer than it is long', () => {
    const began = performance.now()
    said('{n, plural, one {'.repeat(3000), { n: 1 })
    said('{a'.repeat(30_000), { n: 1 })
    expect(performance.now() - began).toBeLessThan(1500)
  })
})
