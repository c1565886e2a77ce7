// npm run bench -- reload: what a thousand changes of a plugin cost the process that `npm run dev` started.
// RELOADS=100 makes fewer of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveWiki } from '../../../core/testing/run-servus.ts'
import { TestBrowser } from '../../../core/testing/test-browser.ts'

const reloads = Number(process.env['RELOADS'] ?? 1000)
const warm = Math.min(20, Math.floor(reloads / 5))

const folder = mkdtempSync(join(tmpdir(), 'servus-reload-'))
mkdirSync(join(folder, 'config'))
mkdirSync(join(folder, 'data/plugins/macros'), { recursive: true })
writeFileSync(join(folder, 'config/wikiconfig.js'), "export default { aclRightsDefault: 'All:read,write' }\n")
const write = (n: number): void =>
  writeFileSync(
    join(folder, 'data/plugins/macros/Hello.ts'),
    `export const dependencies = []\nexport const execute = () => 'change ${n}.'\n`,
  )

write(0)
const wiki = await serveWiki(['--dev', '--config', join(folder, 'config'), '--data', join(folder, 'data')])
try {
  const visitor = new TestBrowser(wiki.port)
  await visitor.submit('/Page?action=edit', { savetext: '<<Hello>>' })
  let before = 0
  const times: number[] = []
  for (let n = 1; n <= reloads; n++) {
    write(n)
    const began = performance.now()
    const { text } = await visitor.get('/Page')
    times.push(performance.now() - began)
    if (!text.includes(`change ${n}.`)) throw new Error(`the view after change ${n} does not show it`)
    if (n === warm) before = megabytes()
    if (n % 100 === 0)
      console.log(`after ${n} changes: ${megabytes().toFixed(1)} MB, the wiki itself ${wikiMegabytes().toFixed(1)} MB`)
  }
  times.sort((a, b) => a - b)
  const growth = megabytes() - before
  console.log(`${reloads} changes, each seen on the next view; median ${Math.round(times[times.length >> 1] ?? 0)} ms`)
  console.log(
    `memory grew by ${growth.toFixed(1)} MB after the first ${warm} (mark: less than 20) ${growth < 20 ? 'ok' : 'MISSED'}`,
  )
  if (growth >= 20) process.exitCode = 1
} finally {
  await wiki.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** What the system holds in memory for the process that stays. */
function megabytes(): number {
  return residentOf(wiki.process.pid ?? 0)
}

/** For the process that is replaced: the only child. */
function wikiMegabytes(): number {
  const pid = wiki.process.pid ?? 0
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').slice(-1)
  return residentOf(Number(child))
}

function residentOf(pid: number): number {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
