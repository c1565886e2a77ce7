import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseName, resolveName } from '../../core/pages/normalise-name.ts'

describe('normaliseName', () => {
  it.each([
    ['//a// b /c/', 'a/b/c'],
    ['  Front   Page ', 'Front Page'],
    ['a\tb\nc', 'a b c'],
    ['a\u0000b\u202ec\u2067d', 'abcd'],
    ['/ / /', ''],
    ['', ''],
    ['Su\u0308b', 'Süb'],
    ['Editor-Group', 'EditorGroup'],
    ['Some/Bad,Group/Page', 'Some/BadGroup/Page'],
    ['Group', 'Group'],
    ['Ärzte\u00a0&\u3000Pfleger', 'Ärzte & Pfleger'],
  ])('makes %j %j', (requested, name) => {
    expect(normaliseName(requested)).toBe(name)
  })

  it('leaves a normal name alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (requested) => {
        const name = normaliseName(requested)
        expect(normaliseName(name)).toBe(name)
      }),
    )
  })
})

describe('resolveName', () => {
  it.each([
    ['A', '/Sub', 'A/Sub'],
    ['A/B', '../C', 'A/C'],
    ['A/B', '../../C', 'C'],
    ['A/B', '../../../C', 'C'],
    ['A/B', '..', 'A'],
    ['A/B', 'C/D', 'C/D'],
    ['A', '..C', '..C'],
  ])('on %s reads %s as %s', (current, target, name) => {
    expect(resolveName(current, target)).toBe(name)
  })
})
