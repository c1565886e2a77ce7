import { arg, defineMacro, html, type Markup } from 'servus'

const units = ['px', 'em', 'pt', 'in', 'mm', '%'] as const

/**
 * `<<EmbedObject(film.mp4, width=320)>>`: an attached file, or one at an address, shown on the page: pictures, sound and films with
 * their controls, a PDF of the wiki's own in the browser's reader, anything else as a link. A file that is not there yet is a link to upload it.
 */
export default defineMacro({
  description: 'A film, a sound, a picture or a document within the page.',
  args: {
    target: arg.required(arg.text()),
    pagename: arg.text(),
    width: arg.measure(units, { unit: 'px' }),
    height: arg.measure(units, { unit: 'px' }),
    alt: arg.text(''),
    play: arg.bool(false),
    stop: arg.bool(true),
    loop: arg.bool(false),
    quality: arg.choice(['high', 'low', 'medium']),
    op: arg.bool(true),
    repeat: arg.bool(false),
    autostart: arg.bool(false),
    align: arg.choice(['middle', 'top', 'bottom']),
    hidden: arg.bool(false),
    menu: arg.bool(true),
    wmode: arg.text('transparent'),
    url_mimetype: arg.text(),
  },
  dependencies: ['user', 'time'],
  execute: async (macro, args) => {
    const { page, pages, wiki, request } = macro
    const { target } = args
    const isAddress = /^https?:\/\//i.test(target) && URL.canParse(target)
    const owner = args.pagename ?? page.name
    if (!isAddress && !(await pages.attachments(owner)).some(({ name }) => name === target)) {
      const upload = wiki.url(owner, { action: 'AttachFile', do: 'upload_form', ticket: 0, target })
      return html`<a href="${upload}">${request.t('Upload new attachment "{filename}"', { filename: target })}</a>`
    }
    const source = isAddress ? target : wiki.url(owner, { action: 'AttachFile', do: 'get', target })
    const type = args.url_mimetype ?? wiki.mimeType(isAddress ? new URL(target).pathname : target)
    const style = [size('width', args.width), size('height', args.height)].join('')
    return html`<div class="embed" style="${style}text-align:${args.align === 'middle' ? 'center' : 'start'}">${element(type, source, { ...args, name: target, isOwn: !isAddress })}</div>`
  },
})

const size = (side: string, measure: Measured): string =>
  measure === null || measure.value <= 0 ? '' : `${side}:${measure.value}${measure.unit};`

interface Shown {
  readonly name: string
  /** An attachment of this wiki. */
  readonly isOwn: boolean
  readonly alt: string
  readonly loop: boolean
  readonly repeat: boolean
  readonly hidden: boolean
  readonly play: boolean
  readonly autostart: boolean
  readonly width: Measured
  readonly height: Measured
}

type Measured = { readonly value: number; readonly unit: string } | null

/** Nothing plays unasked, and nothing is shown in a frame of its own that could run code. */
function element(type: string, source: string, { name, isOwn, alt, loop, repeat, width, height }: Shown): Markup {
  const words = alt === '' ? name : alt
  const link = html`<a class="attachment" href="${source}">${words}</a>`
  const again = loop || repeat ? html` loop` : ''
  if (type.startsWith('video/')) return html`<video controls preload="metadata" src="${source}"${again}>${link}</video>`
  if (type.startsWith('audio/')) return html`<audio controls preload="metadata" src="${source}"${again}>${link}</audio>`
  // Other sites must not be framed, and most refuse to be.
  if (type === 'application/pdf' && isOwn)
    return html`<object data="${source}" type="${type}" style="${size('width', width ?? { value: 100, unit: '%' })}${size('height', height ?? { value: 40, unit: 'em' })}">${link}</object>`
  if (type.startsWith('image/')) return html`<img src="${source}" alt="${words}">`
  return link
}
