import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveWiki } from '../../../core/testing/run-servus.ts'

/** The whole wiki host, started as `npm start` does, with the same counter as an action plugin. */
export async function startWiki(folder: string): Promise<{ port: number; stop(): Promise<unknown> }> {
  const home = join(folder, 'wiki')
  mkdirSync(join(home, 'plugins/actions'), { recursive: true })
  writeFileSync(
    join(home, 'wikiconfig.ts'),
    `import { defineWiki } from 'servus'
export default defineWiki({ sessionStore: 'memory', cookieLifetime: [12, 12], logLevel: 'silent', pluginDirs: [${JSON.stringify(join(home, 'plugins'))}] })
`,
  )
  writeFileSync(join(home, 'plugins/actions/counter.ts'), counter)
  // Without a session the action is another one: that is what an action says before it is called.
  writeFileSync(
    join(home, 'plugins/actions/nothing.ts'),
    "import { textReply } from 'servus'\nexport const session = 'none'\nexport const execute = async () => textReply(200, 'nothing')\n",
  )
  // The second start is the one that counts: the first leaves the bundle behind.
  const fast = (await import(new URL('../../../bin/fast-start.js', import.meta.url).href)) as {
    bundleFolder(): string
    makeBundle(bundle: string): Promise<void>
  }
  await fast.makeBundle(fast.bundleFolder())
  return await serveWiki(['--config', home, '--data', join(home, 'data')])
}

/** The wiki's address of one of the benchmark's paths: `/write`, `/key?k=1&d=2`. */
export function wikiPath(path: string): string {
  const [name = '', query] = path.slice(1).split('?')
  return name === 'none'
    ? '/Counter?action=nothing'
    : `/Counter?action=counter&do=${name}${query === undefined ? '' : `&${query}`}`
}

const counter = `import { textReply } from 'servus'
import type { ActionCall, Reply } from 'servus'

export async function execute({ request }: ActionCall): Promise<Reply> {
  const { session, url } = request
  switch (url.searchParams.get('do')) {
    case 'new':
      return textReply(200, session.isNew ? 'hello stranger' : 'hello again')
    case 'read':
      return textReply(200, \`n = \${session['n'] ?? 0}\`)
    case 'write':
      session['n'] = Number(session['n'] ?? 0) + 1
      return textReply(200, \`n = \${session['n']}\`)
    case 'key':
      await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get('d'))))
      session[String(url.searchParams.get('k'))] = 1
      return textReply(200, 'set')
    case 'keys':
      return textReply(200, String(Object.keys(session).filter((each) => /^k\\d+$/.test(each)).length))
    default: {
      const { user, system } = process.cpuUsage()
      return textReply(200, JSON.stringify({ cpu: user + system, rss: process.memoryUsage().rss }))
    }
  }
}
`
