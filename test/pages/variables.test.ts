import { describe, expect, it } from 'vitest'
import { expandVariables, zonedIso } from '../../core/pages/variables.ts'

const now = new Date('2026-11-21T04:11:58.958Z')
const ann = { page: 'Some Page', userName: 'Ann', address: '10.0.0.1', email: 'ann@example.org', now, timeZone: 'Europe/Berlin' }
const nobody = { ...ann, userName: '', email: '' }

describe('variables in a text', () => {
  it.each([
    ['@PAGE@', 'Some Page', 'Some Page'],
    ['@USER@', '-- [[Ann]]', '-- 10.0.0.1'],
    ['@USERNAME@', 'Ann', '10.0.0.1'],
    ['@ME@', 'Ann', '@ME@'],
    ['@SIG@', '-- [[Ann]] <<DateTime(2026-11-21T05:11:58+0100)>>', '-- 10.0.0.1 <<DateTime(2026-11-21T05:11:58+0100)>>'],
    ['@DATE@', '<<Date(2026-11-21T05:11:58+0100)>>', '<<Date(2026-11-21T05:11:58+0100)>>'],
    ['@TIME@', '<<DateTime(2026-11-21T05:11:58+0100)>>', '<<DateTime(2026-11-21T05:11:58+0100)>>'],
    ['@EMAIL@', '<<MailTo(ann AT example.org)>>', '@EMAIL@'],
    ['@NOPE@ a@b @page@', '@NOPE@ a@b @page@', '@NOPE@ a@b @page@'],
  ])('%s', (text, signedIn, anonymous) => {
    expect(expandVariables(text, ann)).toBe(signedIn)
    expect(expandVariables(text, nobody)).toBe(anonymous)
  })

  it('wait on a template for the page made from it', () => {
    expect(expandVariables('@SIG@', { ...ann, page: 'PageTemplate' })).toBe('@SIG@')
    expect(expandVariables('@PAGE@', { ...ann, page: 'Vorlage' }, /^Vorlage/)).toBe('@PAGE@')
  })

  it('do not expand what a value brings along', () => {
    expect(expandVariables('@PAGE@', { ...ann, page: '@SIG@ $& @PAGE@' })).toBe('@SIG@ $& @PAGE@')
  })

  it('tell the time where the writer is', () => {
    expect(zonedIso(now, '')).toBe('2026-11-21T04:11:58Z')
    expect(zonedIso(now, '-03:30')).toBe('2026-11-21T00:41:58-0330')
    expect(zonedIso(now, 'Asia/Kolkata')).toBe('2026-11-21T09:41:58+0530')
    expect(zonedIso(now, 'No/Where')).toBe('2026-11-21T04:11:58Z')
  })
})
