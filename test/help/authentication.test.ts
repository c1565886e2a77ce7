import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WikiSettings } from 'servus'
import { createTestHost, type TestHost } from 'servus/testing'
import { loadConfig } from '../../core/farm/load-config.ts'
import { hidden } from '../actions/read-page.ts'

const page = await readFile(new URL('../../core/help/HelpOnAuthentication.wiki', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^\{\{\{#!highlight ts\n(\/\/ config\/wikiconfig\.ts\n[\s\S]*?)\n\}\}\}$/gm)].map(
  ([, example = '']) => example,
)
/** The heading above an example. */
const headingOf = (example: string): string =>
  [...page.slice(0, page.indexOf(example)).matchAll(/^=+ (.*) =+$/gm)].at(-1)?.[1] ?? ''

let folder: string
let host: TestHost | null = null

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servus-help-'))
})
afterEach(async () => {
  await host?.close()
  host = null
  await rm(folder, { recursive: true, force: true })
})

/** The configuration that an example makes. */
async function settingsOf(example: string): Promise<WikiSettings> {
  await writeFile(join(folder, 'wikiconfig.ts'), example)
  const { wikis, host: settings } = await loadConfig({ configDir: folder, dataDir: join(folder, 'data') })
  expect(wikis).toHaveLength(1)
  return settings as WikiSettings
}

/** The example that has this word in it. */
const exampleWith = (word: string): string => examples.find((example) => example.includes(word)) ?? ''

describe('HelpOnAuthentication', () => {
  it('has an example for each way to log in', () => {
    for (const way of ['PasswordAuth', 'ProxyHeaderAuth', 'HttpBasicAuth', 'OpenIdAuth']) expect(exampleWith(way)).not.toBe('')
  })

  it.each(examples.map((example) => [headingOf(example), example]))(
    'has an example under "%s" that a wiki starts with',
    async (_, example) => {
      host = await createTestHost({ wiki: await settingsOf(example) })
      expect((await host.browser().get('/?action=login')).status).toBe(200)
    },
  )

  it('has a method of one’s own that works', async () => {
    host = await createTestHost({ wiki: await settingsOf(exampleWith('doorman')), users: { Ada: 'engine no. 1842' } })
    await host.signedIn('Ada', 'open sesame')
    await host.signedIn('Ada', 'engine no. 1842')
  })

  it('has a second factor that works: the numbers of RFC 6238', async () => {
    const wiki = await settingsOf(exampleWith('telephone'))
    for (const [now, code] of [
      [59_000, '287082'],
      [1_111_111_109_000, '081804'],
    ] as const) {
      host = await createTestHost({ wiki, users: { Ada: 'engine no. 1842' }, now })
      const browser = host.browser()
      const form = await browser.submit('/?action=login', { name: 'Ada', password: 'engine no. 1842' })
      const [stage, ticket] = [hidden(form.text, 'stage'), hidden(form.text, 'ticket')]
      const answer = await browser.post('/?action=login', { stage, ticket, step_code: code }, { follow: false })
      expect(answer.status).toBe(303)
      await host.close()
      host = null
    }
  })
})
