// npm run bench [-- NAME …]: runs the benchmarks one after the other, each a process of its own. Folder NAME holds NAME.ts;
// a folder with its own package.json brings peers to compare with, which are installed first.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}test/bench`
const wanted = process.argv.slice(2)
const known = readdirSync(folder).filter((name) => existsSync(`${folder}/${name}/${name}.ts`))
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}.`)
  process.exit(2)
}
let failed = false
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`\n# ${name}`)
  if (existsSync(`${folder}/${name}/package.json`) && !existsSync(`${folder}/${name}/node_modules`)) {
    spawnSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: `${folder}/${name}`, stdio: 'inherit' })
  }
  const { status } = spawnSync(
    process.execPath,
    ['--conditions=servus-checkout', '--import', 'tsx', `${folder}/${name}/${name}.ts`],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)
