import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const theme = "export const label = 'Mine'\nexport const base = 'default'\nexport const stylesheets = []\n"

describe('a theme that fails', () => {
  it.each(['layout', 'show'])('is back with the next view when its %s is mended', async (name) => {
    host = await createTestHost({
      files: { 'plugins/themes/mine/theme.ts': theme },
      pages: { Page: 'All the words.' },
      wiki: { themeDefault: 'mine' },
    })
    const template = join(host.wiki.parts.config.dataDir, 'plugins/themes/mine', `${name}.hbs`)
    // A folder cannot be read as a template, as little as a file on a disk that is ill.
    await mkdir(template)
    for (let i = 0; i < 3; i++) expect((await host.get('/Page')).text).toContain('All the words.')
    await rm(template, { recursive: true })
    await writeFile(template, '<p>mine</p>{{{content}}}')
    const { text } = await host.get('/Page')
    expect(text).toContain('<p>mine</p>')
    expect(text).toContain('All the words.')
  })
})
