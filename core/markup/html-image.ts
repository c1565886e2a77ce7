import type { HtmlContext } from './html-context.ts'
import { writeAttributes } from './html-safety.ts'
import { iconFor } from './icons.ts'

/** The picture of a smiley or of the theme's icon of this name. */
export function iconImage(name: string, context: Pick<HtmlContext, 'staticUrl'>): string {
  const [file, alt, width, height] = iconFor(name) ?? [name, '', '', '']
  const src = `${context.staticUrl}/img/${encodeURIComponent(file)}`
  return `<img${writeAttributes({ alt, height, src, title: alt, width })}>`
}
