import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteName, quoteNameToStore, unquoteName } from '../../core/pages/quote-name.ts'

describe('quoted names', () => {
  it.each([
    ['FrontPage', 'FrontPage'],
    ['a_b', 'a_b'],
    ['a b/c', 'a(20)b(2f)c'],
    ['Süß', 'S(c3bcc39f)'],
    ['(x)', '(28)x(29)'],
    ['New Name (v2)', 'New(20)Name(2028)v2(29)'],
    ['A-B.c', 'A(2d)B(2e)c'],
    ['日本', '(e697a5e69cac)'],
    ['..', '(2e2e)'],
  ])('writes %s as %s', (name, folder) => {
    expect(quoteName(name)).toBe(folder)
    expect(unquoteName(folder)).toBe(name)
  })

  it('accepts capital digits, and signs that nobody quoted', () => {
    expect(unquoteName('S(C3BC)b')).toBe('Süb')
    expect(unquoteName('A-B(x).c(')).toBe('A-B(x).c(')
  })

  it('knows directories that no page can have', () => {
    expect(unquoteName('a(202)')).toBeNull()
    expect(unquoteName('a(ff)')).toBeNull()
  })

  it('come back as they were, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(unquoteName(quoteName(name))).toBe(name)
      }),
    )
  })

  it('are harmless file names, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        expect(quoteName(name)).toMatch(/^[\w()]+$/)
      }),
    )
  })

  it('keep different names apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(quoteName(one) === quoteName(other)).toBe(one === other)
      }),
    )
  })

  it('are refused when no file system could hold them', () => {
    expect(quoteNameToStore('x'.repeat(255))).toHaveLength(255)
    expect(() => quoteNameToStore('x'.repeat(256))).toThrow(/too long/)
    expect(() => quoteNameToStore('ü'.repeat(64))).toThrow(/too long/)
  })
})
