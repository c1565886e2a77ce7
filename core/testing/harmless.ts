import { parseFragment } from 'parse5'
import { expect } from 'vitest'

interface Tree {
  readonly nodeName: string
  readonly attrs?: readonly { readonly name: string; readonly value: string }[]
  readonly childNodes?: readonly Tree[]
}

/** Fails when the markup, read by an HTML parser, could run code, load frames or cover the page. */
export function expectHarmless(markup: string): void {
  expect(markup).not.toContain('\0')
  const visit = (node: Tree): void => {
    expect(FORBIDDEN, markup).not.toContain(node.nodeName)
    for (const { name, value } of node.attrs ?? []) {
      expect(name, markup).not.toMatch(/^on|^srcdoc$|^formaction$/)
      const bare = value.replace(/[\x00-\x20]/g, '').toLowerCase()
      if (/^(?:href|src|action|data|longdesc)$/.test(name)) expect(bare, markup).not.toMatch(/^(?:javascript|vbscript|data):/)
      if (name === 'style') expect(bare, markup).not.toMatch(/position|url\(|expression|z-index|transform|@import|\\/)
    }
    for (const child of node.childNodes ?? []) visit(child)
  }
  visit(parseFragment(markup) as unknown as Tree)
}

const FORBIDDEN = [
  'script',
  'style',
  'iframe',
  'frame',
  'embed',
  'base',
  'meta',
  'link',
  'svg',
  'math',
  'input',
  'button',
  'textarea',
  'template',
]
