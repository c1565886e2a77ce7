import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parserFor, readFixtures, renderFixture } from './fixtures.ts'
import { expectHarmless } from '../../core/testing/harmless.ts'

const folder = new URL('.', import.meta.url)
for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  describe(file, () => {
    const fixtures = readFixtures(readFileSync(new URL(file, folder), 'utf8'))
    it('holds fixtures', () => expect(fixtures.length).toBeGreaterThan(0))
    for (const { title, input, output } of fixtures) {
      it(title, async () => {
        const markup = await renderFixture(parserFor(file), input)
        expectHarmless(markup)
        expect(markup).toBe(output)
      })
    }
  })
}
