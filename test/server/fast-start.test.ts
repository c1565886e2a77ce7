import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveWiki } from '../../core/testing/run-servus.ts'
import { TestBrowser } from '../../core/testing/test-browser.ts'

// Plain JavaScript without types of its own: it runs before anything else does.
const fast = (await import(new URL('../../bin/fast-start.js', import.meta.url).href)) as {
  bundleFolder(): string
  bundled(
    folder: string,
  ): { readonly main: string; readonly plugins: readonly (readonly [own: string, bundled: string])[] } | null
  makeBundle(folder: string): Promise<void>
}

describe('the second start of a checkout', () => {
  it('loads a bundle of the files as they are, and plugins get the very same servus', async () => {
    const folder = fast.bundleFolder()
    if (fast.bundled(folder) === null) await fast.makeBundle(folder)
    expect(fast.bundled(folder)).toMatchObject({ main: expect.stringContaining('/node_modules/.cache/servus/') })
    const data = mkdtempSync(join(tmpdir(), 'servus-fast-'))
    mkdirSync(join(data, 'plugins/macros'), { recursive: true })
    mkdirSync(join(data, 'plugins/actions'), { recursive: true })
    writeFileSync(
      join(data, 'plugins/macros/Bold.ts'),
      "import { html } from 'servus'\nexport const dependencies = []\nexport const execute = () => html(['<b>', '</b>'] as never, '<bold>')\n",
    )
    // The host knows its own errors by their class: with a second copy of servus this would be a 500.
    writeFileSync(
      join(data, 'plugins/actions/Refuse.ts'),
      "import { badRequest } from 'servus'\nexport async function execute() {\n  throw badRequest('Not like this.')\n}\n",
    )
    const server = await serveWiki(['--data', data])
    try {
      const visitor = new TestBrowser(server.port)
      const refused = await visitor.get('/FrontPage?action=Refuse')
      expect([refused.status, refused.text.includes('Not like this.')]).toEqual([400, true])
      expect((await visitor.get('/HelpContents')).status).toBe(200)
    } finally {
      await server.stop()
      rmSync(data, { recursive: true, force: true })
    }
  })

  it('finds the plugins that came with the program in there as well, and says their own addresses in a stack', async () => {
    const folder = fast.bundleFolder()
    if (fast.bundled(folder) === null) await fast.makeBundle(folder)
    const [own = '', there = ''] = fast.bundled(folder)?.plugins[0] ?? []
    expect(existsSync(new URL('actions/raw.ts', own))).toBe(true)
    expect(existsSync(new URL('actions/raw.js', there))).toBe(true)
    const data = mkdtempSync(join(tmpdir(), 'servus-fast-'))
    mkdirSync(join(data, 'plugins/events'), { recursive: true })
    // Called by the built-in action for edits: what is below it in the stack shows from where that came.
    writeFileSync(
      join(data, 'plugins/events/Where.ts'),
      "import { writeFileSync } from 'node:fs'\nexport function beforeSave() {\n  Error.stackTraceLimit = 100\n  console.log(new Error('here').stack)\n}\n",
    )
    writeFileSync(join(data, 'wikiconfig.ts'), "export default { aclRightsDefault: 'All:read,write' }\n")
    const server = await serveWiki(['--data', data, '--config', data])
    try {
      const visitor = new TestBrowser(server.port)
      const saved = await visitor.submit('/New?action=edit', { savetext: 'Words.\n' })
      expect(saved.text).toContain('Words.')
      expect(server.out()).toContain('/core/wiki/editor.ts:')
      expect(server.out()).toContain('/plugins/actions/edit/')
      expect(server.out()).not.toContain('/node_modules/.cache/')
    } finally {
      await server.stop()
      rmSync(data, { recursive: true, force: true })
    }
  })

  it('knows by the files when the bundle is old', () => {
    expect(fast.bundleFolder()).toBe(fast.bundleFolder())
    expect(fast.bundled(`${fast.bundleFolder()}0`)).toBe(null)
  })
})
