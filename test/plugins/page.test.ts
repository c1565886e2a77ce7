import { existsSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const says = (words: string) => `export const execute = () => '${words}'\n`

async function open(): Promise<TestHost> {
  return (host = await createTestHost({
    wiki: { superuser: ['Ada'], metricsToken: 'a token of sixteen letters' },
    files: {
      'plugins/macros/Mine.ts': says('mine runs'),
      'plugins/macros/BR.ts': says('my break'),
      'plugins/macros/Bad.ts': "export function execute() { throw new Error('bad <luck>') }\n",
    },
    pages: { Page: '<<Mine>> <<Bad>>\n' },
    users: { Ada: 'correct horse battery', Bob: 'correct horse battery' },
  }))
}

describe('the page "Plugins"', () => {
  it('tells superusers what is loaded from where, overrides, faults, calls and times', async () => {
    await open()
    await host.get('/Page')
    const ada = await host.signedIn('Ada', 'correct horse battery')
    const { text, headers } = await ada.get('/Page?action=plugins')
    expect(headers['cache-control']).toContain('no-store')
    expect(text).toMatch(/macros\/Bad[\s\S]*bad &lt;luck&gt;[\s\S]*1 time, last[\s\S]*reference/)
    expect(text).toMatch(/macros\/BR[\s\S]*instead of [^<]*macros[/\\]BR\.ts/)
    expect(text).toMatch(/macros\/Mine[\s\S]*1 call, \d/)
    expect((await ada.get('/Page')).text).toContain('action=plugins')
  })

  it('marks what was changed since it was read', async () => {
    await open()
    await host.get('/Page')
    const ada = await host.signedIn('Ada', 'correct horse battery')
    const words = 'The file was changed since it was read: a restart reads it anew.'
    const marked = async () => (await ada.get('/Page?action=plugins')).text.split(words).slice(0, -1)
    expect(await marked()).toEqual([])
    const later = Date.now() / 1000 + 60
    // Nobody has asked for BR so far: it will be read as it is then.
    for (const name of ['Mine', 'BR']) utimesSync(join(host.dataDir, `plugins/macros/${name}.ts`), later, later)
    const [before = '', ...others] = await marked()
    expect(others).toEqual([])
    expect(before.lastIndexOf('macros/Mine')).toBeGreaterThan(before.lastIndexOf('macros/BR'))
  })

  it('is for nobody else', async () => {
    await open()
    const bob = await host.signedIn('Bob', 'correct horse battery')
    const refused = await bob.get('/Page?action=plugins')
    expect([refused.status, refused.text.includes('macros/Mine')]).toEqual([403, false])
    expect((await host.get('/Page?action=plugins')).status).toBe(403)
    expect((await bob.get('/Page')).text).not.toContain('action=plugins')
  })

  it('switches a plugin off and on, by POST with a ticket, and the choice outlives a restart', async () => {
    await open()
    const ada = await host.signedIn('Ada', 'correct horse battery')
    expect((await ada.post('/Page?action=plugins', { turn: 'off macros/Mine' })).status).toBe(403)
    expect((await ada.submit('/Page?action=plugins', { turn: 'off macros/Mine' })).text).toContain('macros/Mine is off.')
    expect((await host.get('/Page')).text).toContain('The macro Mine is switched off')
    const file = join(host.dataDir, 'servus/plugins.json')
    expect(JSON.parse(readFileSync(file, 'utf8')).off['macros/Mine']).toMatchObject({ by: 'Ada' })
    const again = await createTestHost({ dataDir: host.dataDir })
    expect((await again.get('/Page')).text).toContain('The macro Mine is switched off')
    await again.close()

    await ada.submit('/Page?action=plugins', { turn: 'on macros/Mine' })
    expect((await host.get('/Page')).text).toContain('mine runs')
    expect(existsSync(file)).toBe(true)
  })

  it('keeps what the wiki cannot do without', async () => {
    await open()
    const ada = await host.signedIn('Ada', 'correct horse battery')
    const refused = await ada.submit('/Page?action=plugins', { turn: 'off themes/default' })
    expect([refused.status, refused.text.includes('cannot do without themes/default')]).toEqual([400, true])
  })

  it('is linked from a message when a plugin is off for its faults', async () => {
    await open()
    for (let i = 0; i < 5; i++) await host.get('/Page')
    const ada = await host.signedIn('Ada', 'correct horse battery')
    expect((await ada.get('/Page')).text).toMatch(/because of their faults: macros\/Bad\. <a href="\/Page\?action=plugins">/)
    await ada.submit('/Page?action=plugins', { turn: 'on macros/Bad' })
    expect((await ada.get('/FrontPage')).text).not.toContain('because of their faults')
  })
})

describe('/metrics', () => {
  const token = { headers: { authorization: 'Bearer a token of sixteen letters' } }

  it('says the same as Prometheus reads it, to whoever has the token', async () => {
    await open()
    await host.get('/Page')
    await host.signedIn('Ada', 'correct horse battery')
    const { status, text, headers } = await host.get('/metrics', token)
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    expect(text).toContain('servus_plugin_calls_total{kind="macros",name="Mine"} 1\n')
    expect(text).toContain('servus_plugin_faults_total{kind="macros",name="Bad"} 1\n')
    expect(text).toMatch(/servus_requests_total\{method="GET",status="200"\} [1-9]/)
    expect(text).toMatch(/servus_session_events_total\{event="\w+"\} [1-9]/)
    expect(text).toMatch(/servus_memory_bytes\{part="rss"\} \d{6,}/)
    // Every line is a comment, or a name with a number.
    expect(text.split('\n').filter((line) => !/^(#.*|\w+(\{[^}]*\})? [\d.e+-]+|)$/.test(line))).toEqual([])
  })

  it('is refused without the token, and is a page like any other where none is configured', async () => {
    await open()
    expect((await host.get('/metrics')).status).toBe(401)
    const wrong = await host.get('/metrics', { headers: { authorization: 'Bearer a token of sixteen letterz' } })
    expect([wrong.status, wrong.text.includes('servus_')]).toEqual([401, false])
    const other = await createTestHost({})
    expect((await other.get('/metrics', token)).status).toBe(404)
    await other.close()
  })
})
