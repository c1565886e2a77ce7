import { expect, it } from 'vitest'
import { createTestHost } from 'servus/testing'

it('logs a call that somebody got wrong as news and not as a fault: what was wrong, without a stack', async () => {
  const host = await createTestHost({ pages: { Beds: '<<TableOfContents(deep)>>\n' } })
  try {
    await host.browser().get('/Beds')
    const line = host.log().find(({ msg }) => msg === 'macro misused')
    expect(line).toMatchObject({ level: 30, macro: 'TableOfContents', page: 'Beds', problem: expect.stringContaining('deep') })
    expect(JSON.stringify(line)).not.toContain('    at ')
  } finally {
    await host.close()
  }
})
