import { mediaType } from 'servus'

/** How a file may be shown: a browser must never run a stranger's file as a part of the wiki. */
export interface FileType {
  /** For the Content-Type field. */
  readonly type: string
  /** False: sent as a download. */
  readonly inline: boolean
  readonly kind: 'image' | 'audio' | 'video' | 'text' | 'other'
}

/** By the name's ending. `dangerous`: `config.mimetypesXssProtect`. */
export function fileType(name: string, dangerous: readonly string[]): FileType {
  const type = mediaType(name) ?? 'application/octet-stream'
  const [kind] = type.split('/')
  if (dangerous.includes(type)) return { type, inline: false, kind: type === 'image/svg+xml' ? 'image' : 'other' }
  if (kind === 'image' || kind === 'audio' || kind === 'video') return { type, inline: true, kind }
  if (type === 'text/html' || type === 'application/pdf') return { type, inline: true, kind: 'other' }
  // Scripts and style sheets go as plain text: as what they are, pages of this very site could be made to load them.
  if (kind === 'text' || readable.test(type) || readableNames.test(name))
    return { type: 'text/plain; charset=utf-8', inline: true, kind: 'text' }
  return { type, inline: false, kind: 'other' }
}

const readable = /javascript|json|yaml|toml|\/(?:[\w.-]+\+)?xml$|x-sh$|\/sql$|x-tex$/
const readableNames = /\.(?:txt|log|md|wiki|rst|py|rb|pl|c|h|cpp|java|go|rs|ts|sh|diff|patch|conf|cfg|ini|tex)$/i
