import { mediaType } from '../base/media-type.ts'

/** How an attachment is shown in place: as a picture, as text by the parser of its extension, or by the browser's own means. */
export type AttachmentKind = 'image' | 'text' | 'object'

export function attachmentKind(file: string): AttachmentKind {
  const type = attachmentType(file)
  if (IMAGES.has(type)) return 'image'
  return type.startsWith('text/') ? 'text' : 'object'
}

/** The media type by the file's extension. */
export function attachmentType(file: string): string {
  const extension = /\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? ''
  if (SOURCE_CODE.has(extension)) return 'text/plain'
  return mediaType(extension) ?? MORE_TYPES.get(extension) ?? 'application/octet-stream'
}

const MORE_TYPES: ReadonlyMap<string, string> = new Map([
  ['avi', 'video/x-msvideo'],
  ['wmv', 'video/x-ms-wmv'],
  ['swf', 'application/x-shockwave-flash'],
])
const IMAGES: ReadonlySet<string> = new Set(['image/gif', 'image/jpeg', 'image/png', 'image/svg+xml', 'image/webp', 'image/avif'])
/** Extensions of texts that have no media type of their own, or one that hides that they are texts. */
const SOURCE_CODE: ReadonlySet<string> = new Set([
  'py',
  'pl',
  'rb',
  'sh',
  'c',
  'h',
  'cc',
  'cpp',
  'hpp',
  'java',
  'ts',
  'js',
  'mjs',
  'php',
  'sql',
  'diff',
  'patch',
  'tex',
  'moin',
  'wiki',
  'creole',
  'irc',
  'irssi',
  'pas',
  'go',
  'rs',
  'ini',
  'cfg',
  'conf',
  'log',
  'yaml',
  'yml',
])
