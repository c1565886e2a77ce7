import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost, type TestHostOptions } from 'servus/testing'

const weather = `import { defineMacro } from 'servus'
import { z } from 'zod'

export const settings = z.object({
  units: z.enum(['metric', 'imperial']).default('metric').describe('Units of what is shown.'),
  apiKey: z.string().min(3).optional().meta({ secret: true }),
  refresh: z.int().default(1800).meta({ duration: true }),
  most: z.int().min(1).max(9).default(3),
  loud: z.boolean().default(false),
  cities: z.array(z.string()).default([]),
  home: z.object({ name: z.string().min(2), day: z.string().optional() }).optional(),
  places: z.array(z.object({ name: z.string(), height: z.number() })).default([]),
})

export default defineMacro({
  dependencies: ['time'],
  execute: ({ formatter, wiki }) => {
    const { units, apiKey, ...rest } = wiki.settingsOf(settings)
    const unit: 'metric' | 'imperial' = units
    return formatter.text(JSON.stringify({ unit, key: apiKey?.length ?? 0, ...rest }))
  },
})
`
const files = { 'plugins/macros/Weather.ts': weather }

let host: TestHost
afterEach(() => host?.close())

const open = async (options: TestHostOptions = {}): Promise<TestHost> => {
  host = await createTestHost({
    files,
    users: { Ada: 'correct horse', Eve: 'correct horse' },
    ...options,
    wiki: { superuser: ['Ada'], ...options.wiki },
  })
  return host
}
const shown = async (): Promise<Record<string, unknown>> =>
  JSON.parse(/\{.*\}/.exec((await host.render('<<Weather>>')).replaceAll('&quot;', '"'))?.[0] ?? '{}') as Record<string, unknown>

const form = '/Page?action=pluginsettings&plugin=macros/Weather'
const typed = {
  units: 'imperial',
  apiKey: 'sesame seeds',
  refresh: '2h',
  most: '5',
  loud: '1',
  cities: 'Graz\nLinz, upper\n',
  'home.name': 'Wien',
  'home.day': '',
  'places.0.name': 'Schneeberg',
  'places.0.height': '2076',
}
const defaults = { unit: 'metric', key: 0, refresh: 1800, most: 3, loud: false, cities: [], places: [] }

describe('settings that a plugin declares', () => {
  it('have their defaults until somebody says otherwise', async () => {
    await open()
    expect(await shown()).toEqual(defaults)
  })

  it('come from the configuration, in the kinds of values that are declared', async () => {
    await open({ wiki: { pluginSettings: { 'macros/Weather': { units: 'imperial', refresh: '30m', apiKey: 'secret' } } } })
    expect(await shown()).toEqual({ ...defaults, unit: 'imperial', key: 6, refresh: 1800 })
  })

  it.each([
    [{ 'macros/Weathr': {} }, 'there is no plugin macros/Weathr; did you mean macros/Weather?'],
    [{ 'macros/BR': {} }, 'macros/BR: this plugin declares no settings'],
    [{ 'macros/Weather': { unit: 'metric' } }, 'macros/Weather: there is no setting unit; did you mean units?'],
    [{ 'macros/Weather': { units: 'metrical' } }, 'macros/Weather: units: Invalid option'],
    [{ 'macros/Weather': { apiKey: 'x' } }, 'macros/Weather: apiKey: Too small'],
    [{ 'macros/Weather': { refresh: 'soon' } }, 'macros/Weather: refresh: must be a duration'],
    [{ Weather: {} }, 'has "Weather" where KIND/NAME of a plugin with its values must stand'],
  ])('stop the start when the configuration says %j', async (pluginSettings, problem) => {
    await expect(createTestHost({ files, wiki: { pluginSettings: pluginSettings as never } })).rejects.toThrow(problem)
  })

  it('are set by superusers in a form, and kept over a restart', async () => {
    await open()
    const ada = await host.signedIn('Ada', 'correct horse')
    expect((await ada.get('/Page?action=pluginsettings')).text).toContain('plugin=macros%2FWeather')
    const empty = (await ada.get(form)).text
    expect(empty).toContain('an integer from 1 to 9')
    expect(empty).toContain('Units of what is shown.')
    const { text } = await ada.submit(form, typed)
    expect(text).toContain('The settings are saved.')
    const wanted = {
      unit: 'imperial',
      key: 12,
      refresh: 7200,
      most: 5,
      loud: true,
      cities: ['Graz', 'Linz, upper'],
      home: { name: 'Wien' },
      places: [{ name: 'Schneeberg', height: 2076 }],
    }
    expect(await shown()).toEqual(wanted)
    expect(text).toContain('value="Schneeberg"')
    expect(text).toContain('name="places.1.name"')
    const again = await createTestHost({ dataDir: host.dataDir })
    expect(await again.render('<<Weather>>')).toContain('Schneeberg')
    await again.close()
  })

  it('never show a secret, keep it when it is left empty, and forget it when told so', async () => {
    await open()
    const ada = await host.signedIn('Ada', 'correct horse')
    await ada.submit(form, typed)
    const page = await ada.get(form)
    expect(page.text).not.toContain('sesame')
    expect(page.text).toContain('••••')
    expect(page.headers['cache-control']).toContain('no-store')
    await ada.submit(form, { ...typed, apiKey: '' })
    expect((await shown())['key']).toBe(12)
    const refused = await ada.submit(form, { ...typed, apiKey: 'another secret', most: '12' })
    expect(refused.status).toBe(422)
    expect(refused.text).not.toContain('another secret')
    await ada.submit(form, { ...typed, apiKey: '', 'apiKey.forget': '1' })
    expect((await shown())['key']).toBe(0)
    expect(JSON.stringify(host.log())).not.toContain('sesame')
    expect(statSync(join(host.dataDir, 'servus/plugin-settings.json')).mode & 0o077).toBe(0)
  })

  it('never show secrets that stand in lists, groups and alternatives, and keep those as well', async () => {
    await open({
      files: {
        'plugins/macros/Vault.ts': `import { defineMacro } from 'servus'
import { z } from 'zod'

const key = () => z.string().min(3).meta({ secret: true })
const named = z.string().meta({ secret: true, id: 'Named' })
export const settings = z.object({
  several: z.array(key()).default([]),
  whole: z.array(z.string()).optional().meta({ secret: true }),
  pins: z.array(z.int().meta({ secret: true })).default([]),
  none: key().nullish(),
  either: z.union([key(), z.number()]).optional(),
  referred: named.optional(),
  again: z.array(named).default([]),
  group: z.object({ user: z.string(), on: z.boolean().default(false) }).meta({ secret: true }).optional(),
})
export default defineMacro({ dependencies: ['time'], execute: ({ formatter, wiki }) => formatter.text(JSON.stringify(wiki.settingsOf(settings))) })
`,
      },
    })
    const values = {
      several: 'first buried\nsecond buried',
      whole: 'third buried',
      pins: '4711\n4712',
      none: 'fourth buried',
      either: 'fifth buried',
      referred: 'sixth buried',
      again: 'seventh buried',
      'group.user': 'eighth buried',
      'group.on': '1',
    }
    const vault = '/Page?action=pluginsettings&plugin=macros/Vault'
    const stored = async () => JSON.parse(/\{.*\}/.exec((await host.render('<<Vault>>')).replaceAll('&quot;', '"'))?.[0] ?? '{}')
    const ada = await host.signedIn('Ada', 'correct horse')
    const saved = await ada.submit(vault, values)
    const wanted = {
      several: ['first buried', 'second buried'],
      whole: ['third buried'],
      pins: [4711, 4712],
      none: 'fourth buried',
      either: 'fifth buried',
      referred: 'sixth buried',
      again: ['seventh buried'],
      group: { user: 'eighth buried', on: true },
    }
    expect(await stored()).toEqual(wanted)
    const kept = await ada.submit(
      vault,
      Object.fromEntries(Object.keys(values).map((name) => [name, name === 'group.on' ? '1' : ''])),
    )
    expect(await stored()).toEqual(wanted)
    const refused = await ada.submit(vault, { ...values, pins: 'abc buried' })
    expect(refused.status).toBe(422)
    for (const { text } of [saved, kept, refused, await ada.get(vault)]) expect(text).not.toMatch(/buried|4711/)
    await ada.submit(vault, { ...values, several: '', 'several.forget': '1' })
    expect((await stored()).several).toEqual([])
  })

  it('say by each input what is wrong, and keep what was typed', async () => {
    await open()
    const ada = await host.signedIn('Ada', 'correct horse')
    const answer = await ada.submit(form, { ...typed, most: '12', refresh: 'soon' })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('“soon” is not a duration like 30m or 14d.')
    expect(answer.text).toContain('value="soon"')
    const range = await ada.submit(form, { ...typed, most: '12', 'home.name': 'W' })
    expect(range.text).toMatch(/id="setting-most-problem"[^>]*>Too big/)
    expect(range.text).toMatch(/id="setting-home.name-problem"[^>]*>Too small/)
    expect(await shown()).toEqual(defaults)
  })

  it('that the configuration gives are shown as fixed, and win', async () => {
    await open({ wiki: { pluginSettings: { 'macros/Weather': { units: 'metric', apiKey: 'of the house' } } } })
    const ada = await host.signedIn('Ada', 'correct horse')
    const { text } = await ada.get(form)
    expect(text).toMatch(/name="units" disabled/)
    expect(text).toContain('set in the configuration')
    expect(text).not.toContain('of the house')
    await ada.submit(form, typed)
    expect(await shown()).toMatchObject({ unit: 'metric', key: 12, most: 5 })
    expect(readFileSync(join(host.dataDir, 'servus/plugin-settings.json'), 'utf8')).not.toMatch(/imperial|house|sesame/)
  })

  it('are for superusers alone', async () => {
    await open()
    expect((await host.browser().get(form)).status).toBe(403)
    const eve = await host.signedIn('Eve', 'correct horse')
    expect((await eve.get(form)).status).toBe(403)
    expect((await eve.get('/Page?action=pluginsettings')).status).toBe(403)
  })

  it('may be shared by a macro and an action, and be missing until somebody gives them', async () => {
    await open({
      files: {
        'plugins/lib/shared.ts': "import { z } from 'zod'\nexport const settings = z.object({ city: z.string() })\n",
        'plugins/macros/City.ts':
          "import { settings } from '../lib/shared.ts'\nexport { settings }\nexport const execute = ({ wiki }) => wiki.settingsOf(settings).city\n",
        'plugins/actions/city.ts':
          "import { textReply } from 'servus'\nimport { settings } from '../lib/shared.ts'\nexport { settings }\nexport const execute = async ({ wiki }) => textReply(200, wiki.settingsOf(settings).city)\n",
      },
    })
    expect(await host.render('<<City>>')).toContain('macro-error')
    expect(JSON.stringify(host.log())).toContain('The plugin macros/City is not set up, city:')
    const ada = await host.signedIn('Ada', 'correct horse')
    await ada.submit('/Page?action=pluginsettings&plugin=actions/city', { city: 'Graz' })
    expect(await host.render('<<City>>')).toContain('Graz')
    expect((await host.browser().get('/Page?action=city')).text).toBe('Graz')
  })
})
