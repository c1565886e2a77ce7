import { readdirSync } from 'node:fs'
import { describeParser } from '../../core/testing/index.ts'

const names = readdirSync(new URL('../../plugins/parsers', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
/** Those with markup of their own meet more of it. */
const rich = new Set(['wiki', 'creole', 'csv', 'html', 'markdown', 'rst'])

for (const name of names) describeParser(name, { runs: rich.has(name) ? 600 : 100 })
