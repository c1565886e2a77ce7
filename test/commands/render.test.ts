import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runServus } from '../../core/testing/run-servus.ts'

it('prints all of a long page to another program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'servus-render-'))
  try {
    const { exit, out } = runServus(['render', '--data', folder], 'tide '.repeat(400_000))
    expect(await exit).toBe(0)
    expect(out().length).toBeGreaterThanOrEqual(2_000_000)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 30_000)
