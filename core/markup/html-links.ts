import type { Attributes, Link, Target, Transclusion } from '../api/document.ts'
import { attachmentKind, attachmentType } from './attachment-kind.ts'
import type { HtmlContext, MarkupWriter } from './html-context.ts'
import { iconImage } from './html-image.ts'
import { escapeText, safeUrl, writeAttributes } from './html-safety.ts'
import { anchorName } from './page-link.ts'

/** The markup around a link's words; `words` null says that the link has its own. */
export interface OpenedLink {
  readonly start: string
  readonly words: string | null
  readonly end: string
}

export function openLink(link: Link, context: HtmlContext): OpenedLink {
  const { target, attributes } = link
  const own = link.children.length > 0
  switch (target.kind) {
    case 'page':
      return { start: openPageLink(target.page, target.anchor, link, context), words: own ? null : target.written, end: '</a>' }
    case 'url': {
      const href = safeUrl(target.url)
      if (href === null) return { start: '', words: own ? null : target.url, end: '' }
      const start = `<a${writeAttributes({ class: target.scheme, ...linkAttributes(attributes), href })}>`
      return { start, words: own ? null : target.url, end: '</a>' }
    }
    case 'interwiki':
      return openInterwikiLink(link, target, context)
    case 'attachment':
    case 'drawing':
      return { start: openAttachmentLink(link, target, context), words: own ? null : target.written, end: '</a>' }
  }
}

/** `<a …>` to a page of this wiki; one that does not exist is marked. */
export function openPageLink(
  page: string,
  anchor: string | null,
  link: { readonly attributes: Attributes; readonly query: Attributes },
  context: HtmlContext,
): string {
  const missing = context.pageExists(page) ? undefined : 'nonexistent'
  const href = context.pageUrl(onSite(page), filled(link.query), anchor ? anchorName(anchor) : undefined)
  return `<a${writeAttributes({ class: missing, ...linkAttributes(link.attributes), href })}>`
}

/** An address that begins with two slashes leaves the site, so a name never begins with one. */
const onSite = (page: string): string => (page.startsWith('/') ? page.replace(/^\/+/, '') : page)

/** `<a …>` to a page of another wiki; null when that wiki is not known. */
export function openInterwiki(
  wiki: string,
  page: string,
  link: { readonly attributes: Attributes; readonly query: Attributes },
  context: HtmlContext,
  anchor: string | null = null,
): string | null {
  const base = context.interwiki(wiki)
  if (base === null || safeUrl(base) === null) return null
  let href = interwikiUrl(base, page)
  const query = new URLSearchParams(link.query).toString()
  if (query) href += (href.includes('?') ? '&' : '?') + query
  if (anchor !== null) href += `#${anchorName(anchor)}`
  return `<a${writeAttributes({ class: 'interwiki', title: wiki, ...linkAttributes(link.attributes), href })}>`
}

/** The address of a page of another wiki, whose own address is `base`. */
export function interwikiUrl(base: string, page: string): string {
  const name = onSite(page).split('/').map(encodeURIComponent).join('/')
  return base.includes('$PAGE') ? base.replaceAll('$PAGE', () => name) : base + name
}

function openInterwikiLink(link: Link, target: Target & { kind: 'interwiki' }, context: HtmlContext): OpenedLink {
  const own = link.children.length > 0
  const words = own ? null : target.page
  const { wiki, page, anchor } = target
  if (wiki === 'Self') return { start: openPageLink(page, anchor, link, context), words, end: '</a>' }
  const start = openInterwiki(wiki, page, link, context, anchor)
  if (start !== null) return { start, words, end: '</a>' }
  // No such wiki: a name with a colon in running text is text, in brackets it is a page's name.
  if (link.free) return { start: '', words: target.written, end: '' }
  return { start: openPageLink(`${wiki}:${page}`, anchor, link, context), words: own ? null : target.written, end: '</a>' }
}

type FileTarget = Target & { kind: 'attachment' | 'drawing' }

function openAttachmentLink(link: Link, target: FileTarget, context: HtmlContext): string {
  const { page, file } = target
  const attributes = linkAttributes(link.attributes)
  // No name at all means the page's attachments, which can always be looked at.
  const isThere = file === '' || context.attachmentExists(page, file)
  if (!isThere) return openUpload('attachment nonexistent', page, file, context, attributes)
  const query = { action: 'AttachFile', do: 'view', ...link.query, target: file }
  const href = attachmentUrl(page, query, context)
  return `<a${writeAttributes({ class: 'attachment', title: link.description, ...attributes, href })}>`
}

/** `<a …>` to the form that uploads an attachment which is missing. */
function openUpload(cssClass: string, page: string, file: string, context: HtmlContext, attributes: Attributes = {}): string {
  // MoinMoin's address has a ticket here. A page's markup is the same for everyone, and the form brings its own: so 0 it is.
  const href = attachmentUrl(page, { action: 'AttachFile', do: 'upload_form', ticket: '0', target: file }, context)
  const title = context.t('Upload new attachment "{filename}"', { filename: file })
  return `<a${writeAttributes({ ...attributes, class: cssClass, href, title })}>`
}

/** The query of an attachment's address is that of a form: blanks are plus signs. */
function attachmentUrl(page: string, query: Readonly<Record<string, string>>, context: HtmlContext): string {
  const url = context.pageUrl(page)
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`
}

/** What an author may set at a link. */
function linkAttributes(attributes: Attributes): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['class', 'title', 'target', 'accesskey', 'rel']) {
    if (attributes[name] !== undefined) kept[name] = attributes[name]
  }
  // The page that opens in a new window must not steer this one.
  if (kept['target'] !== undefined) kept['rel'] = [kept['rel'], 'noopener'].filter(Boolean).join(' ')
  return kept
}

const filled = (query: Attributes): Attributes | undefined => (Object.keys(query).length > 0 ? query : undefined)

/** Puts an image, a text, an object or another page in place. */
export function writeTransclusion(node: Transclusion, writer: MarkupWriter) {
  const { context } = writer
  const { target } = node
  switch (target.kind) {
    case 'url': {
      const src = safeUrl(target.url)
      const words = node.description || target.url
      if (src === null) return writer.write(escapeText(words))
      return writer.write(image(src, words, 'external_image', node.attributes))
    }
    case 'attachment':
      return writeAttachment(node, target, writer)
    case 'drawing':
      return writeDrawing(node, target, writer)
    case 'page':
    case 'interwiki':
      return writer.write(pageObject(node, target, context))
  }
}

/** An image; the author may set its class, title, size and alignment. */
function image(src: string, words: string, cssClass: string, attributes: Attributes): string {
  const own: Record<string, string> = {}
  for (const name of ['class', 'title', 'width', 'height', 'align']) {
    if (attributes[name] !== undefined) own[name] = attributes[name]
  }
  const { longdesc } = attributes
  if (longdesc !== undefined && safeUrl(longdesc) !== null) own['longdesc'] = longdesc
  return `<img${writeAttributes({ alt: words, class: cssClass, title: words, ...own, loading: 'lazy', src })}>`
}

function writeAttachment(node: Transclusion, target: FileTarget, writer: MarkupWriter) {
  const { context } = writer
  const { page, file, written } = target
  const words = node.description || written
  const kind = attachmentKind(file)
  if (!context.attachmentExists(page, file)) {
    if (kind === 'image') {
      return writer.write(`${openUpload('nonexistent', page, file, context)}${iconImage('attachimg', context)}</a>`)
    }
    return writer.write(`${openUpload('attachment nonexistent', page, file, context)}${escapeText(words)}</a>`)
  }
  const href = attachmentUrl(page, { action: 'AttachFile', do: 'get', target: file }, context)
  if (kind === 'image') return writer.write(image(href, words, 'attachment', node.attributes))
  if (kind === 'text') {
    if (node.content) writer.nodes(node.content.children)
    const view = attachmentUrl(page, { action: 'AttachFile', do: 'view', target: file }, context)
    const attributes = { class: 'attachment', href: view, title: `attachment:${written}` }
    return writer.write(`<a${writeAttributes(attributes)}>${escapeText(words)}</a>`)
  }
  const attributes = { title: node.description, type: attachmentType(file), ...objectAttributes(node.attributes), data: href }
  writer.write(`<object${writeAttributes(attributes)}>${escapeText(words)}</object>`)
}

function writeDrawing(node: Transclusion, target: FileTarget, writer: MarkupWriter) {
  const { context } = writer
  const { page, file } = target
  const action = file.endsWith('.adraw') ? 'anywikidraw' : 'twikidraw'
  const href = context.pageUrl(page, { action, do: 'modify', target: file })
  if (!context.attachmentExists(page, file)) {
    const title = context.t('Create new drawing "{filename} (opens in new window)"', { filename: file })
    return writer.write(`<a${writeAttributes({ class: 'nonexistent', href, title })}>${iconImage('attachimg', context)}</a>`)
  }
  const src = attachmentUrl(page, { action: 'AttachFile', do: 'get', target: file, member: 'drawing.png' }, context)
  const title = context.t('Edit drawing {filename} (opens in new window)', { filename: file })
  writer.write(`<a${writeAttributes({ href, title })}>${image(src, node.description || file, 'drawing', node.attributes)}</a>`)
}

/** Another page, shown by the browser in a frame of its own. */
function pageObject(node: Transclusion, target: Target & { kind: 'page' | 'interwiki' }, context: HtmlContext): string {
  const words = node.description || target.written
  // As in the original a page is shown by its name as written, but for relative names.
  const isRelative = target.kind === 'page' && /^(?:\.\.)?\//.test(target.written)
  let data = context.pageUrl(isRelative ? target.page : target.written, { action: 'content', ...node.query })
  if (target.kind === 'interwiki' && target.wiki !== 'Self') {
    const base = context.interwiki(target.wiki)
    if (base !== null && safeUrl(base) !== null) data = interwikiUrl(base, target.page)
  }
  const attributes = { width: '100%', ...objectAttributes(node.attributes), type: 'text/html', data }
  return `<object${writeAttributes(attributes)}>${escapeText(words)}</object>`
}

function objectAttributes(attributes: Attributes): Record<string, string> {
  const own: Record<string, string> = {}
  for (const name of ['class', 'title', 'width', 'height', 'standby']) {
    if (attributes[name] !== undefined) own[name] = attributes[name]
  }
  return own
}
