/** What stands in a text area of a page. */
export function field(page: string, name: string): string {
  const [, inside] = new RegExp(`<textarea[^>]*\\bname="${name}"[^>]*>\\n?([\\s\\S]*?)</textarea>`).exec(page) ?? []
  if (inside === undefined) throw new Error(`the page has no text area named ${name}`)
  return unescaped(inside)
}

/** The value of a hidden field; the log-out form of the frame comes last, so the first one of a name is the page's own. */
export function hidden(page: string, name: string): string {
  const main = page.slice(Math.max(0, page.indexOf('<main')))
  const [, value] = new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(main) ?? []
  if (value === undefined) throw new Error(`the page has no hidden field named ${name}`)
  return unescaped(value)
}

/** Where the links of a page lead. */
export function links(page: string): readonly string[] {
  return [...page.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)].map(([, href = '']) => unescaped(href))
}

/** The words of a page, tags taken out. */
export function plainText(page: string): string {
  return unescaped(page.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, '')).replace(/\s+/g, ' ')
}

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, word?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as Record<string, string>)[word ?? ''] ?? whole
  })
}
