import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { apiReports } from './api-report.ts'

/** `npm run api`: writes the reports anew from the declarations in a folder. */
const folder = new URL('./api/', import.meta.url)
await mkdir(folder, { recursive: true })
for (const [entry, report] of Object.entries(apiReports(resolve(process.argv[2] ?? 'dist'))))
  await writeFile(new URL(`${entry}.api.md`, folder), report.markdown)
