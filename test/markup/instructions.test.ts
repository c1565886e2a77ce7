import { describe, expect, it } from 'vitest'
import { parseInstructions } from '../../core/markup/instructions.ts'

describe('processing instructions', () => {
  it('are the lines that start with # at the very top', () => {
    const found = parseInstructions('#format CSV ;\n## a note\n#acl Joe:read\n#ACL All:\nbody\n#acl late')
    expect(found.format).toBe('csv')
    expect(found.formatArgs).toBe(';')
    expect(found.acl).toEqual(['Joe:read', 'All:'])
    expect(found.list[1]).toEqual({ verb: '#', args: 'a note', start: 14 })
    expect(found.bodyLine).toBe(4)
  })
  it('end at a lone #, which belongs to the body', () => {
    const text = '#language de\n#\n#acl All:'
    const found = parseInstructions(text)
    expect(found.language).toBe('de')
    expect(found.acl).toEqual([])
    expect(text.slice(found.bodyStart)).toBe('#\n#acl All:')
  })
  it('tell an empty ACL from none', () => {
    expect(parseInstructions('#acl').acl).toEqual([''])
    expect(parseInstructions('acl').acl).toEqual([])
  })
  it('read redirect, refresh, deprecated and pragmas', () => {
    const found = parseInstructions(
      '#redirect Some Page#part\n#refresh 5 http://x/\n#deprecated\n#pragma Section-Numbers 2\n#pragma lonely',
    )
    expect(found.redirect).toBe('Some Page#part')
    expect(found.refresh).toEqual({ seconds: 5, target: 'http://x/' })
    expect(found.deprecated).toBe(true)
    expect([...found.pragmas]).toEqual([['section-numbers', '2']])
    expect(parseInstructions('#refresh never').refresh).toBeNull()
  })
  it('cover a text that ends within them', () => {
    const text = '#acl All:read\r'
    expect(parseInstructions(text).acl).toEqual(['All:read'])
    expect(parseInstructions(text).bodyStart).toBe(text.length)
  })
  it('are not read from XML pages', () => {
    expect(parseInstructions('<?xml version="1.0"?>\n#acl Joe:read')).toMatchObject({ format: 'xslt', acl: [], bodyStart: 0 })
  })
})
